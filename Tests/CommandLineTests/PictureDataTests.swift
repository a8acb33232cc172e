import Foundation
import TestSupport
import Testing

/// The whole way of a folder of pictures, through the real program.
@Suite("A folder of pictures")
struct PictureDataTests {
  /// A folder `p` of four pictures and one that is none to train on, and a configuration.
  private static let setUp = """
    cp -r '\(fixtures)' p && rm p/bomb.* p/expected.bin p/make.py p/alpha.png p/bits.png p/deep.png
    rm p/gray.jpg
    cat >run.yaml <<'END'
    data: {kind: images, path: p, size: 8, held_out: 0.3}
    batch_size: 2
    epochs: 1
    latent: {size: 3}
    generator: {layers: [{dense: 192, activation: tanh}]}
    discriminator: {layers: [{dense: 1}]}
    END
    $GAN_RUNS train --config run.yaml --name a
    """
  private static let fixtures =
    "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    + "/PicturesTests/Fixtures"

  @Test("a damaged picture is named, skipped and counted; samples need the folder no more")
  func whole() throws {
    let folder = try TemporaryFolder()
    let trained = try Program.shell(Self.setUp, in: folder)
    #expect(trained.status == 0, "\(trained.error)")
    #expect(trained.error.contains("cmyk.jpg is left out: it is CMYK"), "\(trained.error)")
    #expect(trained.error.contains("1 of 5 pictures are damaged"), "\(trained.error)")
    let sampled = try Program.shell(
      """
      $GAN_RUNS show a --json
      rm -r p && $GAN_RUNS sample a -o g.png && $GAN_RUNS sample a --count 5 -o s.safetensors
      """, in: folder)
    #expect(sampled.status == 0, "\(sampled.error)")
    for fact in [#""data_skipped": "1""#, #""data_examples": "3""#, #""data_shape": "8 8 3""#] {
      #expect(sampled.output.contains(fact), "\(fact)")
    }
    let grid = try Data(contentsOf: URL(fileURLWithPath: folder.file("g.png")))
    #expect(grid[25] == 2, "red, green, blue")
    let tensors = try Data(contentsOf: URL(fileURLWithPath: folder.file("s.safetensors")))
    #expect(String(decoding: tensors.prefix(300), as: UTF8.self).contains("[5,8,8,3]"))
  }

  @Test("a resume on other pictures is refused")
  func otherData() throws {
    let folder = try TemporaryFolder()
    let result = try Program.shell(
      Self.setUp + "\ncp p/rgb.jpg p/one-more.jpg; $GAN_RUNS resume a --epochs 2", in: folder)
    #expect(result.status == 65)
    #expect(result.error.contains("SHA-256"), "\(result.error)")
  }

  @Test("an imported run is held to the data of the first call that trains it, which says so")
  func importedData() throws {
    let folder = try TemporaryFolder()
    let result = try Program.shell(
      Self.setUp + """

        set -e
        $GAN_RUNS checkpoints export a -q -o a.st
        $GAN_RUNS checkpoints import a.st --db b.db --name b
        $GAN_RUNS resume b --db b.db --epochs 2 2>said
        grep "is not known; from now on it is held to those of this call (SHA-256 " said
        $GAN_RUNS resume b --db b.db --epochs 3 2>said
        ! grep "is not known" said
        cp p/rgb.jpg p/one-more.jpg
        exec $GAN_RUNS resume b --db b.db --epochs 4
        """, in: folder)
    #expect(result.status == 65, "\(result)")
    #expect(result.error.contains("the data are not those that run"), "\(result)")
  }

  @Test("evaluate looks for pictures where the newest attempt found them")
  func movedData() throws {
    let folder = try TemporaryFolder()
    let before = try Program.shell(Self.setUp + "\nmv p q; $GAN_RUNS evaluate a", in: folder)
    #expect(before.status == 66, "\(before.error)")
    let after = try Program.shell(
      "$GAN_RUNS resume a --epochs 2 --set data.path=q && $GAN_RUNS evaluate a --json", in: folder)
    #expect(after.status == 0, "\(after.error)")
    #expect(after.output.contains("swd["), "\(after.output)")
  }
}
