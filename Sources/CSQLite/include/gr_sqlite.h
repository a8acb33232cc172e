#ifndef GR_SQLITE_H
#define GR_SQLITE_H

#if !__has_include(<sqlite3.h>)
#error "gan-runs needs SQLite: apt-get install libsqlite3-dev"
#endif
#include <sqlite3.h>

// What Swift can't call itself: sqlite3_db_config and sqlite3_file_control take variable arguments; and
// statfs(2), which Swift's Glibc module leaves out.

/// Forbids SQL to corrupt the file or to rewrite the schema by hand (SQLITE_DBCONFIG_DEFENSIVE), and
/// bounds rows, statements and attached files: none of ours is larger, so a hostile file can't make
/// us allocate more. Returns a SQLite result code.
int gr_sqlite_defend(sqlite3 *connection);

/// The number that statfs(2) gives for a folder's kind of file system, 0 where it can't tell.
long gr_file_system_type(const char *folder);

#endif
