// sync_file_range is Linux's own.
#define _GNU_SOURCE
#include "gr_sqlite.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int gr_sqlite_defend(sqlite3 *connection) {
  int is_on = 0;
  int code = sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, &is_on);
  if (code != SQLITE_OK) return code;
  if (!is_on) return SQLITE_ERROR;
  // Triggers and views of a file are code of strangers: one view in a table's place can have rows without
  // end. Ours has no trigger, and its views are for people; those in TEMP stay (SQLite 3.35 or later).
  code = sqlite3_db_config(connection, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, &is_on);
  if (code != SQLITE_OK) return code;
  code = sqlite3_db_config(connection, SQLITE_DBCONFIG_ENABLE_VIEW, 0, &is_on);
  if (code != SQLITE_OK) return code;
  sqlite3_limit(connection, SQLITE_LIMIT_LENGTH, 16 << 20);
  sqlite3_limit(connection, SQLITE_LIMIT_SQL_LENGTH, 1 << 20);
  sqlite3_limit(connection, SQLITE_LIMIT_ATTACHED, 0);
  return SQLITE_OK;
}

void gr_begin_writing(const char *path) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  (void)sync_file_range(file, 0, 0, SYNC_FILE_RANGE_WRITE);
  close(file);
}

int gr_sqlite_move_at_close(sqlite3 *connection, int moves) {
  int is_off = 0;
  int code = sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, !moves, &is_off);
  if (code != SQLITE_OK) return code;
  return is_off == !moves ? SQLITE_OK : SQLITE_ERROR;
}

static int rewrite(sqlite3_file *file) {
  char bytes[16384];
  sqlite3_int64 size = 0;
  int code = file->pMethods->xFileSize(file, &size);
  for (sqlite3_int64 offset = 0; code == SQLITE_OK && offset < size; offset += sizeof bytes) {
    int count = size - offset < (sqlite3_int64)sizeof bytes ? (int)(size - offset) : (int)sizeof bytes;
    code = file->pMethods->xRead(file, bytes, count, offset);
    if (code == SQLITE_OK) code = file->pMethods->xWrite(file, bytes, count, offset);
  }
  return code == SQLITE_OK ? file->pMethods->xSync(file, SQLITE_SYNC_FULL) : code;
}

int gr_sqlite_rewrite(const char *path) {
  sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
  if (!vfs) return SQLITE_ERROR;
  int is_there = 0, flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_WAL;
  int code = vfs->xAccess(vfs, path, SQLITE_ACCESS_EXISTS, &is_there);
  if (code != SQLITE_OK || !is_there) return code;
  sqlite3_file *file = sqlite3_malloc(vfs->szOsFile);
  if (!file) return SQLITE_NOMEM;
  memset(file, 0, (size_t)vfs->szOsFile);
  code = vfs->xOpen(vfs, path, file, flags, &flags);
  if (code == SQLITE_OK) code = rewrite(file);
  // A file that was not opened may need closing all the same (sqlite.org/c3ref/vfs.html, xOpen).
  if (file->pMethods) file->pMethods->xClose(file);
  sqlite3_free(file);
  return code;
}
