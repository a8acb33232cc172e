#ifndef GR_FAULTS_H
#define GR_FAULTS_H

// Faults of the storage under SQLite, for one process: its system calls through the unix VFS's table
// (sqlite3_vfs.xSetSystemCall), its syncs and a record of all it does through a VFS around that one.

/// What becomes of a call.
enum gr_fault {
  /// It fails with an errno.
  GR_FAIL,
  /// A read or write comes to half of what was asked.
  GR_SHORT,
  /// Half of a write is done, then the process is killed.
  GR_TORN,
};

/// Has the `first`-th call (from 1) of a group meet a fault, and all later ones where `is_lasting`.
///
/// Groups: read, write, ftruncate, fcntl, unlink, open, fstat, mmap. `code`: the errno of GR_FAIL.
/// Returns 0, -1 for an unknown group.
int gr_fault_calls(const char *group, long first, int is_lasting, enum gr_fault fault, int code);

/// How many calls the group chosen by gr_fault_calls has met so far.
long gr_calls_met(void);

/// Lets files grow by `bytes` altogether; then writes that grow one fail with ENOSPC, until a file
/// `space` exists (NULL: for ever).
int gr_limit_growth(long long bytes, const char *space);

/// Divides the time of each nanosleep(3) of this process.
void gr_hasten(long factor);

/// Puts the recording VFS before the default one.
///
/// It appends each change of a file to `log` (NULL: none), and its `failing_sync`-th sync (0: none) fails.
/// A record: its kind (W write, T truncate, S sync, F failed sync, D delete, M mark), the length of a
/// name (4 bytes), the name, an offset (8), the length of data (4), the data; of this machine's
/// byte order. Returns 0, -1 where it can't.
int gr_record_storage(const char *log, long failing_sync);

/// Appends a mark to the record, with a name and what there is to say.
void gr_record_mark(const char *name, const char *detail);

#endif
