import Exchange
import Testing

@Suite("Lines of a stream")
struct LineReaderTests {
  /// The lines of a stream whose bytes come in pieces; `nil` for one that is too long.
  private func lines(_ pieces: [[UInt8]]) throws -> [[UInt8]?] {
    var rest = pieces[...]
    let reader = LineReader { memory in
      guard let piece = rest.popFirst() else { return 0 }
      #expect(memory.count >= 1)
      let part = piece.prefix(memory.count)
      memory.copyBytes(from: part)
      if part.count < piece.count { rest.insert(Array(piece[part.count...]), at: rest.startIndex) }
      return part.count
    }
    var lines: [[UInt8]?] = []
    var goesOn = true
    while goesOn {
      goesOn = try reader.read { line in
        switch line {
        case .whole(let bytes): lines.append(Array(bytes))
        case .tooLong: lines.append(nil)
        }
        #expect(reader.count == lines.count)
      }
    }
    return lines
  }

  @Test("the pieces that bytes come in make no difference")
  func pieces() throws {
    let text = Array("one\n\ntwo\r\nthree".utf8)
    let expected = ["one", "", "two\r", "three"].map { Array($0.utf8) }
    for size in 1...text.count {
      let pieces = stride(from: 0, to: text.count, by: size).map {
        Array(text[$0..<min($0 + size, text.count)])
      }
      #expect(try lines(pieces) == expected)
    }
    #expect(try lines([]) == [])
    #expect(try lines([[0x0A]]) == [[]])
  }

  @Test("a line beyond the limit is passed over, and memory stays as it is")
  func tooLong() throws {
    let most = LineReader.longestLine
    let long = [UInt8](repeating: 0x61, count: most)
    #expect(try lines([long + [0x0A], [0x62]]) == [long, [0x62]])
    #expect(try lines([long + [0x61, 0x0A, 0x62]]) == [nil, [0x62]])
    #expect(try lines([long, long, long + [0x0A] + long]) == [nil, long])
    #expect(try lines([[0x62, 0x0A], long, long]) == [[0x62], nil])
  }
}
