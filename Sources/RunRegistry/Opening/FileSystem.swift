import Foundation

/// The kind of file system that a path lies on, by the kernel's list of mounts (proc(5), mountinfo).
struct FileSystem {
  /// As the kernel names it: `ext4`, `nfs4`, `fuse.sshfs`; empty where it can't be told.
  let kind: String

  /// - Parameters:
  ///   - path: absolute, with symbolic links followed.
  ///   - mounts: the text of `/proc/self/mountinfo`.
  init(of path: String, mounts: String? = Self.mounts) {
    var best = (point: "", kind: "")
    for line in (mounts ?? "").split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count, fields.count > 4 else {
        continue
      }
      let point = Self.unescaped(fields[4])
      let isAbove = point == "/" || path == point || path.hasPrefix(point + "/")
      // Of several mounts on one point the last lies on top.
      if isAbove, point.utf8.count >= best.point.utf8.count {
        best = (point, String(fields[dash + 1]))
      }
    }
    kind = best.kind
  }

  /// Whether other machines may share it: there the shared memory and locks of a WAL don't work
  /// (sqlite.org/wal.html, "All processes must be on the same host").
  ///
  /// Other kinds of FUSE, and 9p, are as often local.
  var isNetwork: Bool {
    let name = kind.hasPrefix("fuse.") ? String(kind.dropFirst(5)) : kind
    return Self.networks.contains(name)
  }

  private static let networks: Set = [
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "smbnetfs", "afs", "coda", "ceph", "cephfs", "lustre",
    "gpfs", "beegfs", "glusterfs", "gfs2", "ocfs2", "orangefs", "pvfs2", "sshfs", "curlftpfs",
    "davfs",
    "davfs2", "s3fs", "mount-s3", "goofys", "gcsfuse", "blobfuse", "blobfuse2", "rclone", "juicefs",
  ]

  private static var mounts: String? {
    try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)
  }

  /// A path as the kernel writes it, `\040` for a space.
  private static func unescaped(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\"), let code = UInt8(String(rest.prefix(3)) ?? "", radix: 8) {
        bytes.append(code)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
