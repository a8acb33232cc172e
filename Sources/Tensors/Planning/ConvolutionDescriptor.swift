import CKernels

extension Convolution {
  /// The geometry as kernels take it.
  var kernelGeometry: gr_geometry {
    gr_geometry(
      height: Int64(height), width: Int64(width), channels: Int64(channels),
      out_height: Int64(outputHeight), out_width: Int64(outputWidth),
      out_channels: Int64(outputChannels), kernel: Int64(kernel), stride: Int64(stride),
      pad: Int64(pad), output_inner: weightLayout == .inputOutput ? 1 : 0)
  }
}

extension ConvolutionPart {
  var kernelPart: Int32 {
    switch self {
    case .forward: Int32(GR_FORWARD)
    case .data: Int32(GR_DATA)
    case .weight: Int32(GR_WEIGHT)
    }
  }
}

/// A part of a convolution over some rows, as oneDNN computes it.
final class ConvolutionDescriptor {
  let pointer: OpaquePointer
  let rows: Int

  /// The fastest way that the library knows, `nil` where it knows none but its slow reference code.
  ///
  /// Even when it has code for a shape, it may take reference code for a part or a format without a word.
  init?(_ part: ConvolutionPart, _ geometry: Convolution, rows: Int) {
    var geometry = geometry.kernelGeometry
    var status: Int32 = 0
    guard
      let pointer = gr_describe_convolution(&geometry, part.kernelPart, Int64(rows), &status)
    else { return nil }
    self.pointer = pointer
    self.rows = rows
    if implementation.hasPrefix("ref") { return nil }
  }

  deinit { gr_destroy_descriptor(pointer) }

  /// The library's name for its code.
  var implementation: String { String(cString: gr_implementation(pointer)) }

  /// Values of a weight in the library's format.
  var laidCount: Int { Int(gr_laid_count(pointer)) }

  /// Values of scratch, in whole cache lines.
  var scratchCount: Int { (Int(gr_scratch_count(pointer)) + 15) / 16 * 16 }

  /// Whether both want the weight in one format.
  func sharesWeight(with other: ConvolutionDescriptor) -> Bool {
    gr_same_weights(pointer, other.pointer) != 0
  }
}

/// A part of a convolution in each lane: `nil` where a lane has no rows.
struct LaneConvolutions {
  let lanes: [ConvolutionDescriptor?]

  /// One descriptor for each number of rows; `nil` where the library has no code for one of them.
  init?(_ part: ConvolutionPart, _ geometry: Convolution, rows: [Int]) {
    var known: [Int: ConvolutionDescriptor] = [:]
    var lanes: [ConvolutionDescriptor?] = []
    for count in rows {
      if count > 0 && known[count] == nil {
        guard let descriptor = ConvolutionDescriptor(part, geometry, rows: count) else {
          return nil
        }
        known[count] = descriptor
      }
      lanes.append(known[count])
    }
    self.lanes = lanes
  }
}

/// A convolution as a product of columns: positions of the wide side with what they meet of the narrow
/// side.
final class ColumnConvolution {
  /// Which side has few channels.
  enum NarrowSide {
    case data, output
  }

  let pointer: OpaquePointer
  let narrow: NarrowSide

  /// - Throws: `MemoryError` where its places find no room.
  init(_ geometry: Convolution) throws(MemoryError) {
    var kernel = geometry.kernelGeometry
    let narrow: NarrowSide = geometry.channels <= geometry.outputChannels ? .data : .output
    guard let pointer = gr_columns_create(&kernel, narrow == .output ? 1 : 0) else {
      throw MemoryError(count: geometry.columnCount(narrow))
    }
    self.narrow = narrow
    self.pointer = pointer
  }

  deinit { gr_columns_destroy(pointer) }

  /// The layout of the weight that the products take.
  var weightLayout: Convolution.WeightLayout { narrow == .data ? .inputOutput : .outputInput }

  var scratchCount: Int { Int(gr_columns_scratch(pointer)) }
}

extension Convolution {
  /// Values of a picture's columns.
  func columnCount(_ narrow: ColumnConvolution.NarrowSide) -> Int {
    let taps = kernel * kernel
    return switch narrow {
    case .data: outputHeight * outputWidth * taps * channels
    case .output: height * width * taps * outputChannels
    }
  }
}
