import Glibc

/// Where scikit-learn keeps its digits.
package struct DigitsSearch: Sendable {
  /// The file's place in a wheel and in a folder of installed packages.
  static let packagedPath = "sklearn/datasets/data/digits.csv.gz"

  /// Bytes that are read at most, unpacked; the file holds 264,712.
  private static let mostBytes = 1 << 22

  /// Folders that may hold `lib/pythonX/site-packages` or `dist-packages`, the first one first.
  private let prefixes: [String]

  /// The places of an installed scikit-learn: the active virtual environment, the user's own packages,
  /// `/usr/local`, then Debian's.
  ///
  /// - Parameter environment: a variable's value.
  package init(
    environment: (String) -> String? = { name in getenv(name).map { String(cString: $0) } }
  ) {
    prefixes =
      [
        environment("VIRTUAL_ENV"), environment("CONDA_PREFIX"),
        environment("HOME").map { $0 + "/.local" }, "/usr/local", "/usr",
      ].compactMap { $0 }
  }

  /// Where the digits are, and their unpacked bytes.
  ///
  /// - Parameter path: the file that was named, `nil` to search.
  func content(path: String?) throws -> (source: String, bytes: [UInt8]) {
    guard let source = path ?? installed() else {
      throw DatasetError(
        .missing,
        "no installed scikit-learn holds \(Self.packagedPath): \(Self.remedy)")
    }
    do {
      if source.hasSuffix(".whl") || source.hasSuffix(".zip") {
        return (
          source,
          try ZipEntry(named: Self.packagedPath, in: source).gunzipped(atMost: Self.mostBytes)
        )
      }
      return (source, try GzipReader(path: source).readAll(atMost: Self.mostBytes))
    } catch let error as DatasetError where error.kind == .missing {
      throw DatasetError(.missing, "\(error.description): \(Self.remedy)")
    }
  }

  private static let remedy =
    "install scikit-learn, or set data.path to its wheel, as 'pip download --no-deps scikit-learn' "
    + "fetches it, or to the file digits.csv.gz out of it"

  /// The first installed file, Python's newest version first.
  private func installed() -> String? {
    for prefix in prefixes {
      let pythons = names(in: prefix + "/lib").filter { $0.hasPrefix("python3") }
      for python in pythons.sorted(by: newerFirst) {
        for packages in ["site-packages", "dist-packages"] {
          let path = "\(prefix)/lib/\(python)/\(packages)/\(Self.packagedPath)"
          if access(path, R_OK) == 0 { return path }
        }
      }
    }
    return nil
  }

  /// python3.11 before python3.9 before python3.
  private func newerFirst(_ first: String, _ second: String) -> Bool {
    (first.utf8.count, first) > (second.utf8.count, second)
  }

  private func names(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      names.append(
        withUnsafeBytes(of: entry.pointee.d_name) {
          String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        })
    }
    return names
  }
}
