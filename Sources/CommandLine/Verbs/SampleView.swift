import Pictures
import Reports
import RunModel
import RunRegistry

/// A run's newest picture, as a terminal shows it.
struct SampleView {
  var reader: RegistryReader
  var run: Run

  /// The picture and what it is; a pipe gets a list of all pictures.
  func text(_ console: Console) throws -> String {
    let entries = try reader.pictures(of: run.id)
    guard console.medium.isTerminal else { return PictureList(entries).text(for: console.medium) }
    let newest = entries.last { $0.name == "samples" } ?? entries.max { $0.step < $1.step }
    guard let newest else {
      return
        "\(printable(run.name)) has no pictures; samples.every makes one every so many epochs\n"
    }
    let png = try reader.picture(of: run.id, named: newest.name, step: newest.step).png
    let caption =
      "\(printable(run.name))  \(printable(newest.name)) of epoch \(newest.epoch), step \(newest.step)\n"
    return caption + (try drawing(png, console))
  }

  private func drawing(_ png: [UInt8], _ console: Console) throws -> String {
    let picture: Picture
    do { picture = try Picture(decoding: png) } catch {
      throw Failure(.invalid, "a picture of run \(run.id) is damaged: \(error)")
    }
    // Two pixels stand in a cell one above the other; the caption and the prompt take a line each.
    let width = min(console.medium.width, 4096)
    let height = min(max(2, 2 * (console.medium.height - 3)), 4096)
    let scale = min(
      1, Double(width) / Double(picture.width), Double(height) / Double(picture.height))
    let shown = (
      width: max(1, Int(Double(picture.width) * scale)),
      height: max(1, Int(Double(picture.height) * scale))
    )
    if console.output.hasColor, hasKittyGraphics(console.environment) {
      return kittyGraphics(png: png, columns: shown.width)
    }
    let small = picture.resized(width: shown.width, height: shown.height).converted(to: .rgb)
    let pixels = stride(from: 0, to: small.bytes.count, by: 3).map { first in
      PixelText.Pixel(
        red: small.bytes[first], green: small.bytes[first + 1], blue: small.bytes[first + 2])
    }
    return PixelText(width: small.width, pixels: pixels).text(
      PixelText.Palette(
        hasColor: console.output.hasColor, colorTerm: console.environment("COLORTERM")))
  }
}
