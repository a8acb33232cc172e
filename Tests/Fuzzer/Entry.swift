import Fuzzing
import Glibc

/// The target that `FUZZ_TARGET` names.
private let target: FuzzTarget = {
  guard let name = getenv("FUZZ_TARGET"), let target = FuzzTarget(rawValue: String(cString: name))
  else { fatalError("FUZZ_TARGET must name one of the targets") }
  return target
}()

/// What libFuzzer calls for every input that it makes (llvm.org/docs/LibFuzzer.html).
@_cdecl("LLVMFuzzerTestOneInput")
public func checkInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  do {
    try target.check(Array(UnsafeBufferPointer(start: start, count: count)))
  } catch { fatalError("\(error)") }
  return 0
}
