import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// The real program, which the build leaves beside the test bundle.
enum Program {
  struct Result: Sendable {
    var status: Int32
    var output: String
    var error: String
  }

  /// Runs a shell command in which `$GAN_RUNS` is the program.
  ///
  /// Output goes through files, so that no pipe fills up while nobody reads it.
  static func shell(_ command: String, in folder: TemporaryFolder) throws -> Result {
    let output = folder.file("stdout")
    let error = folder.file("stderr")
    let script = """
      exec >'\(output)' 2>'\(error)' </dev/null; cd '\(folder.path)'; GAN_RUNS='\(try path())'
      unset GAN_RUNS_DB NO_COLOR CLICOLOR_FORCE COLUMNS
      \(command)
      """
    var pid: pid_t = 0
    var arguments = ["/bin/bash", "-c", script].map { (text: String) in strdup(text) }
    defer { for argument in arguments { free(argument) } }
    arguments.append(nil)
    try #require(posix_spawn(&pid, "/bin/bash", nil, nil, arguments, environ) == 0)
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    let code = status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
    return Result(
      status: code, output: try #require(readFile(output)), error: try #require(readFile(error)))
  }

  private static func path() throws -> String {
    let link = try #require(realpath("/proc/self/exe", nil))
    defer { free(link) }
    let folder = String(cString: link).split(separator: "/").dropLast()
    let path = "/" + folder.joined(separator: "/") + "/gan-runs"
    try #require(access(path, X_OK) == 0, "no gan-runs beside the test bundle: \(path)")
    return path
  }
}
