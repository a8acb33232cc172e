/// A word as a shell reads it back: in quotes where it holds anything but letters, digits and harmless signs.
package func shellWord(_ word: String) -> String {
  let plain = word.utf8.allSatisfy {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20)
      || "-_=./:,@+%".utf8.contains($0)
  }
  return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
}
