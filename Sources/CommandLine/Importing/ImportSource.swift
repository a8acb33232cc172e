import Exchange
import RunModel
import RunRegistry

#if canImport(Glibc)
  import Glibc
#endif

/// A file that runs are imported from, as its content tells what it is.
enum ImportSource {
  case registry(RegistryReader)
  case mlflow(MLflowStore)
  case events(EventFolder)
  case points(PointFile)

  /// Looks at a file's first bytes.
  ///
  /// - Parameter registry: where the runs go, which is not what they come from.
  /// - Throws: `Failure` where it is of no kind that is known, and what its reader throws.
  init(_ path: String, into registry: String, clock: @escaping @Sendable () -> Timestamp) throws {
    guard !Console.isSameFile(path, registry) else {
      throw Failure(.usage, "\(path) is the registry itself; name another file to import")
    }
    let head = try readHead(path, count: 72)
    if head.starts(with: Array("SQLite format 3\0".utf8)) {
      // The application id of the file's header (sqlite.org/fileformat.html).
      if head.count == 72, head[68...].elementsEqual("GANR".utf8) {
        self = .registry(try RegistryReader(path: path, clock: clock))
      } else {
        self = .mlflow(try MLflowStore(path: path))
      }
    } else if try EventFolder.isOne(path) {
      self = .events(try EventFolder(path: path))
    } else if try PointFile.isOne(path) {
      self = .points(try PointFile(path: path))
    } else {
      throw Failure(
        .invalid,
        "\(path) is none of what can be imported: a gan-runs registry, MLflow's database, event files of "
          + "TensorBoard, CSV with the header of 'gan-runs export'")
    }
  }

  /// Imports all runs, and of a registry its sweeps; each is told of once it is stored.
  func importRuns(
    into writer: RegistryWriter, _ each: @escaping @Sendable (ImportOutcome) -> Void,
    eachSweep: @escaping @Sendable (SweepOutcome) -> Void
  ) throws {
    switch self {
    case .registry(let reader):
      try writer.importRuns(of: reader, each, eachSweep: eachSweep)
    case .mlflow(let store): try writer.importRuns(of: store, each)
    case .events(let folder): try writer.importRuns(of: folder, each)
    case .points(let file): try writer.importRuns(of: file, each)
    }
  }
}

/// The first bytes of a file; none of a folder.
///
/// - Throws: `Failure` where it can't be read.
private func readHead(_ path: String, count: Int) throws -> [UInt8] {
  var status = stat()
  guard stat(path, &status) == 0 else { throw unreadable(path) }
  guard status.st_mode & S_IFMT == S_IFREG else { return [] }
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw unreadable(path) }
  defer { close(descriptor) }
  var bytes = [UInt8](repeating: 0, count: count)
  let filled = read(descriptor, &bytes, count)
  return Array(bytes.prefix(max(0, filled)))
}

/// What is said of a file by the C library's last error.
private func unreadable(_ path: String) -> Failure {
  Failure(
    .missing,
    "\(path) can't be read: \(String(cString: strerror(errno))); name a file or folder to import")
}
