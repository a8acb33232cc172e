import Glibc

/// Writes safetensors files: tensors of float32, in the order of their names.
public enum SafetensorsWriter {
  /// One tensor whose bytes are asked for when they are due.
  public struct Tensor {
    /// Its name in the file.
    public var name: String
    /// Extents, the slowest first.
    public var shape: [Int]
    /// Hands its bytes, little-endian float32, to the given function, in as many pieces as it likes.
    public var bytes: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void

    /// A tensor and where its bytes come from.
    public init(
      name: String, shape: [Int],
      bytes: @escaping ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
    ) {
      self.name = name
      self.shape = shape
      self.bytes = bytes
    }

    /// A tensor from its values, row by row.
    public init(name: String, shape: [Int], values: [Float]) {
      self.init(name: name, shape: shape) { take in
        // Little-endian, as every machine that this is built for.
        try values.withUnsafeBytes(take)
      }
    }
  }

  /// Writes a file beside its name and renames it into place, durably.
  ///
  /// - Parameters:
  ///   - tensors: in any order; names must differ.
  ///   - metadata: texts by key, stored sorted.
  ///   - path: replaced where it exists.
  /// - Throws: `SafetensorsError`.
  public static func write(
    tensors: [Tensor], metadata: [String: String], to path: String
  ) throws {
    // The reference writer sorts by falling alignment, then by name; there is one alignment here.
    let sorted = tensors.sorted { $0.name < $1.name }
    let header = try SafetensorsHeader(
      tensors: sorted.map { ($0.name, $0.shape) }, metadata: metadata)
    let draft = try DraftFile(for: path)
    do {
      try header.bytes.withUnsafeBytes { try draft.append($0) }
      for tensor in sorted {
        let begin = draft.count
        try tensor.bytes(draft.append)
        let expected = tensor.shape.reduce(4, *)
        guard draft.count - begin == expected else {
          throw SafetensorsError(
            .invalid,
            "Tensor \(tensor.name) came with \(draft.count - begin) bytes, and its shape "
              + "\(tensor.shape) needs \(expected).")
        }
      }
      try draft.place()
    } catch {
      draft.discard()
      throw error
    }
  }
}

/// A file written aside until it is whole.
private final class DraftFile {
  private let path: String
  /// `nil` where the bytes go straight to what is no regular file, such as a named pipe.
  private let draft: String?
  private let descriptor: Int32
  /// Bytes written so far.
  private(set) var count = 0

  init(for path: String) throws {
    var status = stat()
    let exists = stat(path, &status) == 0
    switch exists ? status.st_mode & S_IFMT : S_IFREG {
    case S_IFDIR:
      errno = EISDIR
      throw Self.failure("made", path)
    case S_IFREG:
      // A symbolic link stays one: the file that it means is replaced.
      let target = exists ? Self.resolved(path) : path
      let name = "\(target).new-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
      self.path = target
      draft = name
      descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if exists, descriptor >= 0 { fchmod(descriptor, status.st_mode & 0o7777) }
    default:
      self.path = path
      draft = nil
      descriptor = open(path, O_WRONLY | O_CLOEXEC)
    }
    guard descriptor >= 0 else { throw Self.failure("made", path) }
  }

  func append(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes
    while !rest.isEmpty {
      let written = Glibc.write(descriptor, rest.baseAddress, rest.count)
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { throw Self.failure("written", path) }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
    count += bytes.count
  }

  /// Brings the bytes, then the name, to the disk.
  func place() throws {
    guard let draft else {
      close(descriptor)
      return
    }
    guard fsync(descriptor) == 0 else { throw Self.failure("written", path) }
    guard rename(draft, path) == 0 else { throw Self.failure("put in place", path) }
    close(descriptor)
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let parent = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard parent >= 0 else { return }
    fsync(parent)
    close(parent)
  }

  func discard() {
    if let draft { unlink(draft) }
    close(descriptor)
  }

  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  private static func failure(_ verb: String, _ path: String) -> SafetensorsError {
    switch errno {
    case ENOENT, ENOTDIR:
      SafetensorsError(
        .missing, "\(path) can't be \(verb): its folder does not exist. Make it first.")
    case EISDIR:
      SafetensorsError(.disk, "\(path) can't be \(verb): it is a folder. Give a file's name.")
    case ENOSPC, EDQUOT:
      SafetensorsError(.disk, "\(path) can't be \(verb): the disk is full. Free some space.")
    case EACCES, EPERM, EROFS:
      SafetensorsError(.disk, "\(path) can't be \(verb): no permission. Choose another folder.")
    default:
      SafetensorsError(.disk, "\(path) can't be \(verb): \(String(cString: strerror(errno))).")
    }
  }
}
