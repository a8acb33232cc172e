#ifndef GR_SQLITE_H
#define GR_SQLITE_H

#if !__has_include(<sqlite3.h>)
#error "gan-runs needs SQLite: apt-get install libsqlite3-dev"
#endif
#include <sqlite3.h>

// What Swift can't call itself: sqlite3_db_config and sqlite3_file_control take variable arguments, and
// sync_file_range is not in its Glibc.

/// Forbids SQL to corrupt the file or to rewrite the schema by hand (SQLITE_DBCONFIG_DEFENSIVE), and
/// bounds rows, statements and attached files: none of ours is larger, so a hostile file can't make
/// us allocate more. Returns a SQLite result code.
int gr_sqlite_defend(sqlite3 *connection);

/// Has the kernel begin to write a file's changed pages to the disk, and waits for nothing.
void gr_begin_writing(const char *path);

#endif
