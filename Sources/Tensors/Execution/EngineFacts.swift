import CKernels
import COneDNN

/// What the bits of a result depend on beside the configuration: facts by name for a run's
/// environment.
///
/// `onednn`: the library's version; `isa`: the instruction set that it chose; `cpu_features`: the
/// vector sets that the CPU offers, in a fixed order.
package func engineFacts() -> [String: String] {
  var facts: [String: String] = [:]
  if let version = dnnl_version() {
    let version = version.pointee
    facts["onednn"] = "\(version.major).\(version.minor).\(version.patch)"
    facts["isa"] = isaName(dnnl_get_effective_cpu_isa())
  }
  var features: [String] = []
  var index: Int32 = 0
  while let name = gr_cpu_feature(index) {
    features.append(String(cString: name))
    index += 1
  }
  facts["cpu_features"] = features.filter { !$0.isEmpty }.joined(separator: " ")
  return facts
}

/// Whether oneDNN's library can be loaded, which plans need.
package func hasEngineLibrary() -> Bool { gr_load_onednn() != 0 }

private func isaName(_ isa: dnnl_cpu_isa_t) -> String {
  switch isa {
  case dnnl_cpu_isa_sse41: "sse41"
  case dnnl_cpu_isa_avx: "avx"
  case dnnl_cpu_isa_avx2: "avx2"
  case dnnl_cpu_isa_avx2_vnni: "avx2_vnni"
  case dnnl_cpu_isa_avx512_core: "avx512_core"
  case dnnl_cpu_isa_avx512_core_vnni: "avx512_core_vnni"
  case dnnl_cpu_isa_avx512_core_bf16: "avx512_core_bf16"
  case dnnl_cpu_isa_avx512_core_amx: "avx512_core_amx"
  default: "isa \(isa.rawValue)"
  }
}
