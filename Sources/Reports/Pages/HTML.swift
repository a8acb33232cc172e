import Foundation
import RunModel

/// A piece of a page.
///
/// What is interpolated as a text is escaped, what is HTML stays: nothing that comes from a registry can
/// become markup by an oversight.
package struct HTML: Sendable, ExpressibleByStringInterpolation {
  /// The markup.
  package private(set) var text: String

  /// No markup.
  package init() { text = "" }

  /// Markup as it stands in the program.
  package init(stringLiteral value: String) { text = value }

  /// Markup with what is interpolated.
  package init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

  /// A text of several lines, each escaped; they stay lines.
  package init(lines text: String) {
    self.text = text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { escaped(String($0)) }.joined(separator: "\n")
  }

  /// What Swift builds an interpolated literal with.
  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    package init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity + 16 * interpolationCount)
    }

    package mutating func appendLiteral(_ literal: String) { text += literal }

    /// A text: its markup characters become entities, its control characters are written as escapes.
    package mutating func appendInterpolation(_ value: String) { text += escaped(value) }

    /// A whole number.
    package mutating func appendInterpolation(_ value: Int) { text += String(value) }

    /// Markup.
    package mutating func appendInterpolation(_ value: HTML) { text += value.text }

    /// Pieces one after the other.
    package mutating func appendInterpolation(_ values: [HTML]) {
      for value in values { text += value.text }
    }
  }

  /// Appends a piece.
  package static func += (page: inout HTML, piece: HTML) { page.text += piece.text }
}

/// A text as it stands between tags and in quoted attributes.
private func escaped(_ text: String) -> String {
  let text = printable(text)
  guard text.utf8.contains(where: { "&<>\"'".utf8.contains($0) }) else { return text }
  return text.unicodeScalars.reduce(into: "") { result, scalar in
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "'": result += "&#39;"
    default: result.unicodeScalars.append(scalar)
    }
  }
}

/// What a page may do: nothing is loaded; of scripts and styles its own alone run, told by their digests, so
/// that none would even where a text became markup.
private func contentPolicy(_ style: HTML, _ script: HTML) -> String {
  func source(_ text: HTML) -> String {
    let digest = SHA256.digest(Array(text.text.utf8))
    return "'sha256-\(Data(digest.bytes).base64EncodedString())'"
  }
  return "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; "
    + "style-src \(source(style)); script-src \(source(script))"
}

/// What stands before the body of a page that is whole in itself: it asks for nothing from elsewhere, and no
/// other script or style than its own has a say.
func pageHead(_ title: String, style: HTML, script: HTML) -> HTML {
  """
  <!DOCTYPE html>
  <html lang="en">
  <head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <meta http-equiv="Content-Security-Policy" content="\(contentPolicy(style, script))">
  <title>\(title)</title>
  <style>\(style)</style>
  </head>
  """
}
