import Glibc

/// What tells a process from every other one, on its machine and after a restart of it.
public struct ProcessIdentity: Sendable, Hashable {
  /// The name of its machine.
  public var host: String
  /// The name of its pid namespace, such as `pid:[4026531836]`.
  public var pidNamespace: String
  /// The kernel's id of the present boot.
  public var bootID: String
  /// Its number, within its namespace.
  public var pid: Int32
  /// When it began, in clock ticks after boot: field 22 of `/proc/PID/stat` (proc(5)).
  public var startTicks: Int64

  /// An identity from its parts.
  public init(host: String, pidNamespace: String, bootID: String, pid: Int32, startTicks: Int64) {
    self.host = host
    self.pidNamespace = pidNamespace
    self.bootID = bootID
    self.pid = pid
    self.startTicks = startTicks
  }

  /// This process.
  public static func current() -> ProcessIdentity {
    var name = [CChar](repeating: 0, count: 256)
    let host = gethostname(&name, name.count - 1) == 0 ? text(name) : ""
    var link = [CChar](repeating: 0, count: 256)
    let namespace = readlink("/proc/self/ns/pid", &link, link.count - 1) > 0 ? text(link) : ""
    let boot = readSmallFile("/proc/sys/kernel/random/boot_id") ?? ""
    return ProcessIdentity(
      host: host, pidNamespace: namespace,
      bootID: String(boot.prefix { $0 != "\n" }), pid: getpid(),
      startTicks: ProcessState.read(pid: getpid())?.startTicks ?? 0)
  }

  private static func text(_ characters: [CChar]) -> String {
    String(decoding: characters.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}

/// What `/proc/PID/stat` says of a process.
public struct ProcessState: Sendable, Hashable {
  /// When it began, in clock ticks after boot.
  public var startTicks: Int64
  /// Whether it has ended and only waits for its parent.
  public var isZombie: Bool

  /// A state from its parts.
  public init(startTicks: Int64, isZombie: Bool) {
    self.startTicks = startTicks
    self.isZombie = isZombie
  }

  /// The state of a process of this machine, `nil` where there is none of that number.
  public static func read(pid: Int32) -> ProcessState? {
    // The command's name may hold spaces and brackets; fields are counted after its last bracket.
    guard let stat = readSmallFile("/proc/\(pid)/stat"), let end = stat.lastIndex(of: ")") else {
      return nil
    }
    let fields = stat[stat.index(after: end)...].split(separator: " ")
    guard fields.count > 19, let ticks = Int64(fields[19]) else { return nil }
    return ProcessState(startTicks: ticks, isZombie: fields[0] == "Z" || fields[0] == "X")
  }
}

/// The text of a file of at most 4 KiB, `nil` where it can't be read.
private func readSmallFile(_ path: String) -> String? {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  var bytes = [UInt8](repeating: 0, count: 4096)
  let count = read(descriptor, &bytes, bytes.count)
  return count >= 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
}
