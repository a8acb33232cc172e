import CSQLite

/// The SQLite that this program is linked with.
package enum LinkedSQLite {
  /// Its version, such as `3.40.1`.
  package static var version: String { String(cString: sqlite3_libversion()) }

  /// The check-in that it was built from.
  package static var source: String { String(cString: sqlite3_sourceid()) }

  /// What it was compiled with, such as `SECURE_DELETE`.
  package static var options: [String] {
    var options: [String] = []
    while let option = sqlite3_compileoption_get(Int32(options.count)) {
      options.append(String(cString: option))
    }
    return options
  }

  /// Whether a commit can be lost where one connection makes it while another moves the WAL into the
  /// file (sqlite.org/wal.html, "the WAL-reset bug").
  ///
  /// - Parameter version: as `SQLITE_VERSION_NUMBER` has it.
  package static func hasWALResetBug(_ version: Int = Int(sqlite3_libversion_number())) -> Bool {
    switch version {
    case ..<3_007_000, 3_051_003...: false
    // Two older lines got the correction too.
    case 3_044_006..<3_045_000, 3_050_007..<3_051_000: false
    default: true
    }
  }
}
