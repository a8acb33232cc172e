import RunModel

extension PictureSet {
  /// Pictures of a file in IDX format: gray in three dimensions, or with their channels in four.
  ///
  /// The digest is that of the unpacked file of pictures; labels do not train, and are not in it.
  ///
  /// - Parameters:
  ///   - path: the file, packed by gzip or not: `[n, height, width]` or `[n, height, width, 1 or 3]`.
  ///   - labels: the file of as many labels, `[n]`.
  ///   - range: the values of black and white, −1...1 or 0...1.
  ///   - heldOut: the part kept out of training, above 0 and below 1.
  /// - Throws: ``DatasetError`` that names the file.
  package static func idx(
    path: String, labels: String?, range: ClosedRange<Float>, heldOut: Double
  ) throws -> PictureSet {
    let hash = ContentHash()
    let file = try DatasetError.naming(setting: "data.path") {
      try IDXFile(path: path, hash: hash) { _ = try Self.shape(ofElements: $0, path: path) }
    }
    let shape = try Self.shape(ofElements: Array(file.extents.dropFirst()), path: path)
    var classes: [UInt8] = []
    if let labels {
      let labelFile = try DatasetError.naming(setting: "data.labels") {
        try IDXFile.labels(path: labels)
      }
      try labelFile.expectLabels(of: file)
      classes = labelFile.values
    }
    return try PictureSet(
      BytePictures(bytes: file.values, size: shape.reduce(1, *), range: range), shape: shape,
      range: range, heldOut: heldOut, source: path, digest: hash.finish(), labels: classes)
  }

  /// The shape of a file's pictures, from its header alone.
  ///
  /// - Throws: ``DatasetError`` that names the file.
  package static func idxShape(path: String) throws -> [Int] {
    let extents = try DatasetError.naming(setting: "data.path") { try IDXFile.extents(path: path) }
    return try shape(ofElements: Array(extents.dropFirst()), path: path)
  }

  private static func shape(ofElements extents: [Int], path: String) throws -> [Int] {
    guard extents.count == 2 || extents.count == 3 else {
      throw DatasetError(
        .invalid,
        "\(path) has \(extents.count + 1) dimensions in its header; pictures have 3, or 4 with the "
          + "channels last")
    }
    let shape = extents.count == 2 ? extents + [1] : extents
    guard shape[2] == 1 || shape[2] == 3 else {
      throw DatasetError(
        .invalid,
        "\(path) holds pictures of \(shape[2]) channels in the last of its dimensions; it must be 1 "
          + "(gray) or 3 (colour)")
    }
    // As many as the largest dense layer may take.
    guard shape.reduce(1, { $0.multipliedReportingOverflow(by: $1).partialValue }) <= 1 << 20,
      shape.allSatisfy({ (1...4096).contains($0) })
    else {
      throw DatasetError(
        .invalid,
        "\(path) tells of pictures of \(shape[0]) × \(shape[1]), and a side must have 1 to 4096 pixels, "
          + "a picture at most 1048576 values")
    }
    return shape
  }
}
