/// One step of the registry's schema, as released.
package struct Migration: Sendable {
  /// The file's name in `migrations/`.
  package let name: String
  /// Its statements, without transaction control.
  package let sql: String

  /// A step from its file's name and text.
  package init(name: String, sql: String) {
    self.name = name
    self.sql = sql
  }
}

/// The schema's steps in their order; a registry's `user_version` says how many it has.
///
/// A released file never changes: a test compares each with its recorded SHA-256. A new one is listed
/// here and in Package.swift.
package let migrations: [Migration] = [
  // SwiftPM replaces a leading digit by `_` when it names an embedded file.
  Migration(
    name: "0001_initial.sql",
    sql: String(decoding: PackageResources._001_initial_sql, as: UTF8.self)),
  Migration(
    name: "0002_deleted_runs.sql",
    sql: String(decoding: PackageResources._002_deleted_runs_sql, as: UTF8.self)),
  Migration(
    name: "0003_seal_parts.sql",
    sql: String(decoding: PackageResources._003_seal_parts_sql, as: UTF8.self)),
  Migration(
    name: "0004_sweeps.sql",
    sql: String(decoding: PackageResources._004_sweeps_sql, as: UTF8.self)),
]
