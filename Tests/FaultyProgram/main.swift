import CommandLine
import Glibc

// The program as it is shipped, over storage that fails in the ways that the environment names.
if let text = getenv("GAN_RUNS_FAULTS") { try Fault.setUp(String(cString: text)) }
GanRuns.main()
