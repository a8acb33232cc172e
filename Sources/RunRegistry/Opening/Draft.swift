import Glibc
import RunModel

/// A file that is made whole beside the name that it takes in the end, such as `FILE.new-PID-NUMBER`.
struct Draft {
  /// What SQLite may leave beside a database.
  private static let companions = ["", "-wal", "-shm", "-journal"]

  /// Where it is made.
  let path: String
  private let target: String

  /// A draft of a file; nothing is made yet.
  init(of target: String) {
    self.target = target
    path = "\(target).new-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
  }

  /// Makes it empty, to be read by whom another file may be read.
  ///
  /// - Throws: `RegistryError`: `.missing` where its folder is not there, else `.disk`.
  func make(like other: String) throws {
    var status = stat()
    let mode = stat(other, &status) == 0 ? status.st_mode & 0o666 : 0o600
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard file >= 0 else {
      throw RegistryError(
        errno == ENOENT || errno == ENOTDIR ? .missing : .disk,
        "\(target) can't be made: \(systemMessage()). Name a file in a folder that exists and can be "
          + "written.")
    }
    close(file)
  }

  /// Removes what there is of it.
  func remove() { for end in Self.companions { unlink(path + end) } }

  /// Puts it in the place of the file, whole and durably.
  ///
  /// - Throws: `RegistryError` `.disk`.
  func replaceTarget() throws {
    try sync()
    guard rename(path, target) == 0 else { throw failure }
    syncFolder()
  }

  /// Puts it where no file is yet; one that came meanwhile stays.
  ///
  /// - Throws: `RegistryError` `.disk`.
  func fillTarget() throws {
    // An empty file in the way, such as mktemp(1) makes, holds nothing to lose.
    if RegistryFile.state(of: target)?.size == 0 {
      guard rename(path, target) == 0 else { throw failure }
    } else if link(path, target) != 0, errno != EEXIST {
      // File systems without hard links; the lock keeps other writers of ours away.
      guard rename(path, target) == 0 else { throw failure }
    }
    syncFolder()
  }

  private func sync() throws {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw failure }
    defer { close(file) }
    guard fsync(file) == 0 else { throw failure }
  }

  /// A file is durable only under a name that is.
  private func syncFolder() {
    let folder = open(RegistryFile.folder(of: target), O_RDONLY | O_CLOEXEC)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
  }

  private var failure: RegistryError {
    RegistryError(.disk, "\(target) can't be made: \(systemMessage()).")
  }

  /// Removes drafts of a file whose process is gone: what a killed call left.
  ///
  /// A process of another container can't be seen, but touches its draft all the time: one that was
  /// touched within the last minute stays.
  static func sweep(beside target: String) {
    let folder = RegistryFile.folder(of: target)
    let prefix = target.dropFirst(folder.count) + ".new-"
    guard let directory = opendir(folder) else { return }
    defer { closedir(directory) }
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name.hasPrefix(prefix),
        let pid = name.dropFirst(prefix.count).split(separator: "-").first.flatMap({ Int32($0) }),
        ProcessState.read(pid: pid) == nil,
        let state = RegistryFile.state(of: folder + name),
        time(nil) - state.seconds > Int(Liveness.patience.components.seconds)
      else { continue }
      unlink(folder + name)
    }
  }
}
