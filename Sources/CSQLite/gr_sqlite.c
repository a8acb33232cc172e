// sync_file_range is Linux's own.
#define _GNU_SOURCE
#include "gr_sqlite.h"

#include <fcntl.h>
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
