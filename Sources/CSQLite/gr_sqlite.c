#include "gr_sqlite.h"

int gr_sqlite_defend(sqlite3 *connection) {
  int is_on = 0;
  int code = sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, &is_on);
  if (code != SQLITE_OK) return code;
  if (!is_on) return SQLITE_ERROR;
  // Triggers and views of a file are code of strangers; ours has no trigger and needs no view.
  code = sqlite3_db_config(connection, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, &is_on);
  if (code != SQLITE_OK) return code;
  sqlite3_limit(connection, SQLITE_LIMIT_LENGTH, 16 << 20);
  sqlite3_limit(connection, SQLITE_LIMIT_SQL_LENGTH, 1 << 20);
  sqlite3_limit(connection, SQLITE_LIMIT_ATTACHED, 0);
  return SQLITE_OK;
}
