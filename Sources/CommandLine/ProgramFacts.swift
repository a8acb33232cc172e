import Reports
import RunModel
import RunRegistry
import Tensors

/// What this program is made of and runs on.
enum ProgramFacts {
  static var all: [HealthReport.Fact] {
    let engine = engineFacts()
    let notable = ["SECURE_DELETE", "THREADSAFE=1", "ENABLE_DBSTAT_VTAB", "MAX_MMAP_SIZE=0"]
    let options = LinkedSQLite.options.filter { notable.contains($0) }
    return [
      HealthReport.Fact("version", GanRuns.version),
      HealthReport.Fact("swift", swift),
      HealthReport.Fact("sqlite", LinkedSQLite.version),
      HealthReport.Fact("sqlite_source", LinkedSQLite.source),
      HealthReport.Fact("sqlite_options", options.joined(separator: " ")),
      HealthReport.Fact("sqlite_wal_reset_bug", LinkedSQLite.hasWALResetBug()),
      HealthReport.Fact("libcrypto", SHA256.library),
      HealthReport.Fact("zstd", ChunkCodec.library),
      HealthReport.Fact("onednn", engine["onednn"] ?? ""),
      HealthReport.Fact("isa", engine["isa"] ?? ""),
      HealthReport.Fact("cpu_features", engine["cpu_features"] ?? ""),
      HealthReport.Fact("cpu", cpuModel() ?? ""),
    ]
  }

  /// The compiler's version, as far as the language tells it.
  private static var swift: String {
    #if compiler(>=6.4)
      "6.4 or later"
    #elseif compiler(>=6.3)
      "6.3"
    #else
      "6.2"
    #endif
  }
}
