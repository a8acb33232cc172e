/// Names separated by commas; those within brackets belong to a name, as in `swd[n=2048,k=5]`.
struct NameList {
  let names: [String]

  /// The names of a list, the empty ones among them.
  init(_ text: String) {
    var names = [""]
    var depth = 0
    for character in text {
      if "[(".contains(character) { depth += 1 }
      if "])".contains(character) { depth -= 1 }
      if character == ",", depth <= 0 {
        names.append("")
      } else {
        names[names.count - 1].append(character)
      }
    }
    self.names = names
  }
}
