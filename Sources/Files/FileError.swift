import Glibc

/// Bytes could not be written.
package struct FileError: Error, Hashable, CustomStringConvertible {
  /// Where they should have gone: a path, or `standard output`.
  package var place: String
  /// The C library's `errno`.
  package var code: Int32

  /// An error number at a place; that of the last call that failed, unless told otherwise.
  package init(place: String, code: Int32 = errno) {
    self.place = place
    self.code = code
  }

  /// Whether the folder to write in is not there.
  package var isMissingFolder: Bool { code == ENOENT || code == ENOTDIR }

  /// What went wrong, where, and how to mend it.
  package var description: String {
    switch code {
    case ENOSPC, EDQUOT: "can't write \(place): the disk is full; free some space and try again"
    case EFBIG:
      "can't write \(place): it may not grow any further; raise 'ulimit -f' or choose another disk"
    case ENOENT, ENOTDIR: "can't write \(place): its folder does not exist; make it first"
    case EISDIR: "can't write \(place): it is a folder; give a file's name"
    case EACCES, EPERM, EROFS:
      "can't write \(place): no permission; choose another folder or change its permissions"
    default: "can't write \(place): \(String(cString: strerror(code)))"
    }
  }
}

/// The reader of a pipe went away, as `head` does: the rest is not wanted.
package struct ReaderGone: Error {
  /// Nothing more is known of it.
  package init() {}
}

/// Writes all bytes to an open file.
///
/// - Throws: `ReaderGone` where it is a pipe that nobody reads, else `FileError`.
package func writeAll(
  _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, place: String
) throws {
  var rest = bytes[...]
  while !rest.isEmpty {
    let part = UnsafeRawBufferPointer(rebasing: rest)
    let written = Glibc.write(descriptor, part.baseAddress, part.count)
    if written >= 0 {
      rest = rest.dropFirst(written)
    } else if errno == EAGAIN {
      // Another program left the terminal or pipe non-blocking: wait until it takes more.
      var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      poll(&waiting, 1, -1)
    } else if errno == EPIPE {
      throw ReaderGone()
    } else if errno != EINTR {
      throw FileError(place: place)
    }
  }
}
