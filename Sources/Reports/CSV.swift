/// One record of a CSV file (RFC 4180), its line ended by LF.
package func csvLine(_ fields: [String]) -> String {
  fields.map(csvField).joined(separator: ",") + "\n"
}

/// A field, quoted where it holds a comma, a quote or a line end.
private func csvField(_ field: String) -> String {
  // By bytes: to a `Character` comparison CR LF is one character and would be missed.
  let needsQuotes = field.utf8.contains { byte in
    byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\n")
      || byte == UInt8(ascii: "\r")
  }
  guard needsQuotes else { return field }
  var quoted = "\""
  for scalar in field.unicodeScalars {
    if scalar == "\"" { quoted += "\"" }
    quoted.unicodeScalars.append(scalar)
  }
  return quoted + "\""
}
