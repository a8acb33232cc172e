#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gr_faults.h"

// The calls as SQLite's table holds them.
typedef ssize_t (*read_call)(int, void *, size_t);
typedef ssize_t (*pread_call)(int, void *, size_t, off_t);
typedef ssize_t (*write_call)(int, const void *, size_t);
typedef ssize_t (*pwrite_call)(int, const void *, size_t, off_t);

static struct {
  const char *group;
  long first;
  int is_lasting;
  enum gr_fault fault;
  int code;
} chosen;
static atomic_long met;

static long long growth_left = -1;
static const char *space_file;

static read_call real_read;
static pread_call real_pread, real_pread64;
static write_call real_write;
static pwrite_call real_pwrite, real_pwrite64;
static int (*real_ftruncate)(int, off_t);
static int (*real_fcntl)(int, int, ...);
static int (*real_unlink)(const char *);
static int (*real_open)(const char *, int, int);
static int (*real_fstat)(int, struct stat *);
static void *(*real_mmap)(void *, size_t, int, int, int, off_t);

long gr_calls_met(void) { return atomic_load(&met); }

/// Counts a call of a group; whether it meets the fault.
static int meets(const char *group) {
  if (!chosen.group || strcmp(group, chosen.group) != 0) return 0;
  long number = atomic_fetch_add(&met, 1) + 1;
  return number == chosen.first || (chosen.is_lasting && number > chosen.first);
}

/// Whether a call of a group fails; then errno is set.
static int fails(const char *group) {
  if (!meets(group)) return 0;
  errno = chosen.code;
  return 1;
}

/// How much of a read or write is done; -1 and errno where it fails.
static ssize_t granted(const char *group, size_t count) {
  if (!meets(group)) return (ssize_t)count;
  if (chosen.fault == GR_FAIL) {
    errno = chosen.code;
    return -1;
  }
  return (ssize_t)(count > 1 ? count / 2 : count);
}

/// Ends the process after half of a write that was to be torn.
static void end_if_torn(ssize_t granted, size_t count) {
  if (chosen.fault == GR_TORN && (size_t)granted < count) kill(getpid(), SIGKILL);
}

/// Whether a write that ends at `end` finds space; else errno is set.
static int has_space(int file, long long end) {
  if (growth_left < 0) return 1;
  struct stat info;
  if (fstat(file, &info) != 0 || end <= info.st_size) return 1;
  long long growth = end - info.st_size;
  if (growth <= growth_left) {
    growth_left -= growth;
    return 1;
  }
  if (space_file && access(space_file, F_OK) == 0) return 1;
  errno = ENOSPC;
  return 0;
}

static ssize_t faulty_read(int file, void *bytes, size_t count) {
  ssize_t part = granted("read", count);
  return part < 0 ? -1 : real_read(file, bytes, (size_t)part);
}

static ssize_t faulty_pread(int file, void *bytes, size_t count, off_t offset) {
  ssize_t part = granted("read", count);
  return part < 0 ? -1 : real_pread(file, bytes, (size_t)part, offset);
}

static ssize_t faulty_pread64(int file, void *bytes, size_t count, off_t offset) {
  ssize_t part = granted("read", count);
  return part < 0 ? -1 : real_pread64(file, bytes, (size_t)part, offset);
}

static ssize_t faulty_write(int file, const void *bytes, size_t count) {
  if (!has_space(file, lseek(file, 0, SEEK_CUR) + (long long)count)) return -1;
  ssize_t part = granted("write", count);
  if (part < 0) return -1;
  ssize_t written = real_write(file, bytes, (size_t)part);
  end_if_torn(part, count);
  return written;
}

static ssize_t positioned_write(
    pwrite_call call, int file, const void *bytes, size_t count, off_t offset) {
  if (!has_space(file, offset + (long long)count)) return -1;
  ssize_t part = granted("write", count);
  if (part < 0) return -1;
  ssize_t written = call(file, bytes, (size_t)part, offset);
  end_if_torn(part, count);
  return written;
}

static ssize_t faulty_pwrite(int file, const void *bytes, size_t count, off_t offset) {
  return positioned_write(real_pwrite, file, bytes, count, offset);
}

static ssize_t faulty_pwrite64(int file, const void *bytes, size_t count, off_t offset) {
  return positioned_write(real_pwrite64, file, bytes, count, offset);
}

static int faulty_ftruncate(int file, off_t size) {
  return fails("ftruncate") ? -1 : real_ftruncate(file, size);
}

static int faulty_fcntl(int file, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void *argument = va_arg(arguments, void *);
  va_end(arguments);
  return fails("fcntl") ? -1 : real_fcntl(file, command, argument);
}

static int faulty_unlink(const char *path) { return fails("unlink") ? -1 : real_unlink(path); }

static int faulty_open(const char *path, int flags, int mode) {
  return fails("open") ? -1 : real_open(path, flags, mode);
}

static int faulty_fstat(int file, struct stat *info) {
  return fails("fstat") ? -1 : real_fstat(file, info);
}

static void *faulty_mmap(void *address, size_t count, int access, int flags, int file, off_t at) {
  return fails("mmap") ? MAP_FAILED : real_mmap(address, count, access, flags, file, at);
}

/// One entry of SQLite's table: which of ours takes its place, and where the real one is kept.
struct entry {
  const char *group, *name;
  sqlite3_syscall_ptr ours;
  sqlite3_syscall_ptr *real;
};

#define ENTRY(group, name) \
  { group, #name, (sqlite3_syscall_ptr)faulty_##name, (sqlite3_syscall_ptr *)(void *)&real_##name }

static const struct entry entries[] = {
    ENTRY("read", read),       ENTRY("read", pread),           ENTRY("read", pread64),
    ENTRY("write", write),     ENTRY("write", pwrite),         ENTRY("write", pwrite64),
    ENTRY("fcntl", fcntl),     ENTRY("ftruncate", ftruncate),  ENTRY("unlink", unlink),
    ENTRY("open", open),       ENTRY("fstat", fstat),          ENTRY("mmap", mmap),
};

/// Puts our calls of a group in SQLite's table; -1 for an unknown group.
static int replace(const char *group) {
  sqlite3_vfs *unix_vfs = sqlite3_vfs_find("unix");
  int found = -1;
  for (size_t i = 0; unix_vfs && i < sizeof entries / sizeof *entries; i++) {
    const struct entry *entry = &entries[i];
    if (strcmp(entry->group, group) != 0) continue;
    sqlite3_syscall_ptr present = unix_vfs->xGetSystemCall(unix_vfs, entry->name);
    // An entry that this build of SQLite doesn't use is NULL.
    if (!present) continue;
    found = 0;
    if (present == entry->ours) continue;
    *entry->real = present;
    if (unix_vfs->xSetSystemCall(unix_vfs, entry->name, entry->ours) != SQLITE_OK) return -1;
  }
  return found;
}

int gr_fault_calls(const char *group, long first, int is_lasting, enum gr_fault fault, int code) {
  chosen.group = strdup(group);
  chosen.first = first;
  chosen.is_lasting = is_lasting;
  chosen.fault = fault;
  chosen.code = code;
  return replace(group);
}

int gr_limit_growth(long long bytes, const char *space) {
  growth_left = bytes;
  space_file = space ? strdup(space) : NULL;
  return replace("write");
}
