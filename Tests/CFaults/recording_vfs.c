#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gr_faults.h"

// A VFS that passes everything on to the default one and writes down what changes a file.

struct recorded_file {
  sqlite3_file base;
  char *name;
  sqlite3_file *real;
};

static sqlite3_vfs *real_vfs;
static int log_file = -1;
static pthread_mutex_t log_mutex = PTHREAD_MUTEX_INITIALIZER;
static long syncs, failing_sync;

static void append(char **end, const void *bytes, size_t count) {
  memcpy(*end, bytes, count);
  *end += count;
}

/// Appends one record by one write.
static void record(char kind, const char *name, int64_t offset, const void *data, size_t count) {
  if (log_file < 0) return;
  uint32_t name_count = (uint32_t)strlen(name), data_count = (uint32_t)count;
  size_t total = 1 + 4 + name_count + 8 + 4 + count;
  char *buffer = malloc(total), *end = buffer;
  if (!buffer) abort();
  append(&end, &kind, 1);
  append(&end, &name_count, 4);
  append(&end, name, name_count);
  append(&end, &offset, 8);
  append(&end, &data_count, 4);
  if (count) append(&end, data, count);
  pthread_mutex_lock(&log_mutex);
  if (write(log_file, buffer, total) != (ssize_t)total) abort();
  pthread_mutex_unlock(&log_mutex);
  free(buffer);
}

void gr_record_mark(const char *name, const char *detail) {
  record('M', name, 0, detail, strlen(detail));
}

#define REAL(file) (((struct recorded_file *)(file))->real)
#define NAME(file) (((struct recorded_file *)(file))->name)

static int closed(sqlite3_file *file) {
  int code = REAL(file)->pMethods->xClose(REAL(file));
  free(NAME(file));
  return code;
}

static int read_at(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
  return REAL(file)->pMethods->xRead(REAL(file), bytes, count, offset);
}

static int written(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
  int code = REAL(file)->pMethods->xWrite(REAL(file), bytes, count, offset);
  if (code == SQLITE_OK) record('W', NAME(file), offset, bytes, (size_t)count);
  return code;
}

static int truncated(sqlite3_file *file, sqlite3_int64 size) {
  int code = REAL(file)->pMethods->xTruncate(REAL(file), size);
  if (code == SQLITE_OK) record('T', NAME(file), size, NULL, 0);
  return code;
}

static int synced(sqlite3_file *file, int flags) {
  if (++syncs == failing_sync) {
    record('F', NAME(file), 0, NULL, 0);
    return SQLITE_IOERR_FSYNC;
  }
  int code = REAL(file)->pMethods->xSync(REAL(file), flags);
  if (code == SQLITE_OK) record('S', NAME(file), 0, NULL, 0);
  return code;
}

static int size_of(sqlite3_file *file, sqlite3_int64 *size) {
  return REAL(file)->pMethods->xFileSize(REAL(file), size);
}

static int locked(sqlite3_file *file, int level) {
  return REAL(file)->pMethods->xLock(REAL(file), level);
}

static int unlocked(sqlite3_file *file, int level) {
  return REAL(file)->pMethods->xUnlock(REAL(file), level);
}

static int reserved(sqlite3_file *file, int *is_reserved) {
  return REAL(file)->pMethods->xCheckReservedLock(REAL(file), is_reserved);
}

static int controlled(sqlite3_file *file, int operation, void *argument) {
  return REAL(file)->pMethods->xFileControl(REAL(file), operation, argument);
}

static int sector_size(sqlite3_file *file) {
  return REAL(file)->pMethods->xSectorSize(REAL(file));
}

static int characteristics(sqlite3_file *file) {
  return REAL(file)->pMethods->xDeviceCharacteristics(REAL(file));
}

static int shm_mapped(sqlite3_file *file, int page, int size, int extend, void volatile **at) {
  return REAL(file)->pMethods->xShmMap(REAL(file), page, size, extend, at);
}

static int shm_locked(sqlite3_file *file, int offset, int count, int flags) {
  return REAL(file)->pMethods->xShmLock(REAL(file), offset, count, flags);
}

static void shm_barred(sqlite3_file *file) { REAL(file)->pMethods->xShmBarrier(REAL(file)); }

static int shm_unmapped(sqlite3_file *file, int deletes) {
  return REAL(file)->pMethods->xShmUnmap(REAL(file), deletes);
}

// Version 2: no memory maps, so every read and write comes through here.
static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = closed,
    .xRead = read_at,
    .xWrite = written,
    .xTruncate = truncated,
    .xSync = synced,
    .xFileSize = size_of,
    .xLock = locked,
    .xUnlock = unlocked,
    .xCheckReservedLock = reserved,
    .xFileControl = controlled,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = characteristics,
    .xShmMap = shm_mapped,
    .xShmLock = shm_locked,
    .xShmBarrier = shm_barred,
    .xShmUnmap = shm_unmapped,
};

static int opened(
    sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *out_flags) {
  (void)vfs;
  struct recorded_file *recorded = (struct recorded_file *)file;
  recorded->real = (sqlite3_file *)(recorded + 1);
  recorded->name = strdup(name ? name : "");
  recorded->base.pMethods = NULL;
  int code = real_vfs->xOpen(real_vfs, name, recorded->real, flags, out_flags);
  // SQLite closes whatever has methods, even when the opening failed.
  if (recorded->real->pMethods) {
    recorded->base.pMethods = &methods;
  } else {
    free(recorded->name);
  }
  return code;
}

static int deleted(sqlite3_vfs *vfs, const char *name, int syncs_folder) {
  (void)vfs;
  int code = real_vfs->xDelete(real_vfs, name, syncs_folder);
  if (code == SQLITE_OK) record('D', name, syncs_folder, NULL, 0);
  return code;
}

int gr_record_storage(const char *log, long failing) {
  static sqlite3_vfs recording;
  failing_sync = failing;
  if (log) {
    log_file = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (log_file < 0) return -1;
  }
  real_vfs = sqlite3_vfs_find(NULL);
  if (!real_vfs) return -1;
  recording = *real_vfs;
  recording.pNext = NULL;
  recording.zName = "recording";
  recording.szOsFile = (int)sizeof(struct recorded_file) + real_vfs->szOsFile;
  recording.xOpen = opened;
  recording.xDelete = deleted;
  return sqlite3_vfs_register(&recording, 1) == SQLITE_OK ? 0 : -1;
}
