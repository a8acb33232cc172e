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

/// Whether the last close of a file moves its WAL into it and removes the WAL
/// (SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE is the contrary). Returns a SQLite result code.
int gr_sqlite_move_at_close(sqlite3 *connection, int moves);

/// Writes all bytes of a WAL once more as they are and syncs them, by the default VFS; a file that is not
/// there is no error. Nobody may write to it meanwhile. Returns a SQLite result code.
int gr_sqlite_rewrite(const char *path);

#endif
