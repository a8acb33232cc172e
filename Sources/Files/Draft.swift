import Glibc

/// A file that is made whole beside the name that it takes in the end, such as `FILE.new-PID-NUMBER`.
package struct Draft: Sendable {
  /// What SQLite may leave beside a database.
  private static let companions = ["", "-wal", "-shm", "-journal"]
  /// Seconds for which a draft stays whose process can't be seen.
  private static let patience = 60

  /// Where it is made.
  package let path: String
  private let target: String

  /// A draft of a file; nothing is made yet.
  package init(of target: String) {
    self.target = target
    path = "\(target).new-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
  }

  /// Makes it empty, and opens it to be written; whoever may read the file that it replaces, or another one,
  /// may read it.
  ///
  /// - Parameter model: the file whose permissions it takes; where there is none, those of a new file.
  /// - Returns: the open file, which the caller closes.
  /// - Throws: `FileError`.
  package func make(like model: String? = nil) throws -> Int32 {
    var status = stat()
    let isThere = stat(model ?? target, &status) == 0
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileError(place: target) }
    if isThere { fchmod(descriptor, status.st_mode & 0o7777) }
    return descriptor
  }

  /// Removes what there is of it.
  package func remove() { for end in Self.companions { unlink(path + end) } }

  /// Puts it in the place of the file, whole and durably.
  ///
  /// - Throws: `FileError`.
  package func replaceTarget() throws {
    try sync()
    try takeName()
  }

  /// Puts it where no file is yet; one that came meanwhile stays.
  ///
  /// Its own bytes are synced by who wrote them.
  ///
  /// - Throws: `FileError`.
  package func fillTarget() throws {
    var status = stat()
    // An empty file in the way, such as mktemp(1) makes, holds nothing to lose.
    if stat(target, &status) == 0, status.st_size == 0 { return try takeName() }
    // File systems without hard links: a lock keeps other writers of ours away.
    if link(path, target) != 0, errno != EEXIST { return try takeName() }
    syncFolder()
  }

  private func sync() throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(place: target) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw FileError(place: target) }
  }

  private func takeName() throws {
    guard rename(path, target) == 0 else { throw FileError(place: target) }
    syncFolder()
  }

  /// A file is durable only under a name that is.
  private func syncFolder() {
    let folder = Self.folder(of: target)
    let descriptor = open(folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  /// The folder that a file lies in, with its last slash; empty for the working directory.
  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  /// Removes drafts of a file whose process is gone: what a killed call left.
  ///
  /// A process of another container can't be seen, but touches its draft all the time: one that was
  /// touched within the last minute stays.
  package static func sweep(beside target: String) {
    let folder = folder(of: target)
    let prefix = target.dropFirst(folder.count) + ".new-"
    guard let directory = opendir(folder.isEmpty ? "." : folder) else { return }
    defer { closedir(directory) }
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      var status = stat()
      guard name.hasPrefix(prefix),
        let pid = name.dropFirst(prefix.count).split(separator: "-").first.flatMap({ Int32($0) }),
        kill(pid, 0) != 0, errno == ESRCH,
        stat(folder + name, &status) == 0, time(nil) - status.st_mtim.tv_sec > patience
      else { continue }
      unlink(folder + name)
    }
  }
}
