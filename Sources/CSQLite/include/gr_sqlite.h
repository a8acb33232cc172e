#ifndef GR_SQLITE_H
#define GR_SQLITE_H
#if !__has_include(<sqlite3.h>)
#error "gan-runs needs SQLite: apt-get install libsqlite3-dev"
#endif
#endif
