/// The geometry of a convolution from pictures [height, width, channels] to
/// [outputHeight, outputWidth, outputChannels].
///
/// Pictures are rows of a batch, channels innermost. A convolution correlates, as in PyTorch:
/// `output[y, x] = Σ data[stride · y + ky − pad, stride · x + kx − pad] weight[ky, kx]`.
package struct Convolution: Sendable, Hashable {
  /// How the weight lies, a matrix [kernel · kernel · inner, outer].
  package enum WeightLayout: Sendable, Hashable {
    /// [kernel, kernel, channels, outputChannels].
    case inputOutput
    /// [kernel, kernel, outputChannels, channels]: the weight of a transposed layer, whose inputs are
    /// this geometry's outputs, in its own [kernel, kernel, inputs, outputs].
    case outputInput
  }

  package let height: Int
  package let width: Int
  package let channels: Int
  package let outputHeight: Int
  package let outputWidth: Int
  package let outputChannels: Int
  package let kernel: Int
  package let stride: Int
  package let pad: Int
  package let weightLayout: WeightLayout

  /// A convolution with `outputHeight = (height + 2 pad − kernel) / stride + 1`, rounded down, and its
  /// like for the width.
  package init(
    height: Int, width: Int, channels: Int, outputHeight: Int, outputWidth: Int,
    outputChannels: Int, kernel: Int, stride: Int, pad: Int,
    weightLayout: WeightLayout = .inputOutput
  ) {
    precondition(
      min(height, width, channels, outputHeight, outputWidth, outputChannels) > 0
        && kernel > 0 && stride > 0 && pad >= 0
        && (height + 2 * pad - kernel) / stride + 1 == outputHeight
        && (width + 2 * pad - kernel) / stride + 1 == outputWidth
        && min(height, width) + 2 * pad >= kernel,
      "a kernel of \(kernel), stride \(stride), pad \(pad) does not take [\(height), \(width)] "
        + "to [\(outputHeight), \(outputWidth)]")
    self.height = height
    self.width = width
    self.channels = channels
    self.outputHeight = outputHeight
    self.outputWidth = outputWidth
    self.outputChannels = outputChannels
    self.kernel = kernel
    self.stride = stride
    self.pad = pad
    self.weightLayout = weightLayout
  }

  /// Values of a picture that is convolved.
  package var dataCount: Int { height * width * channels }
  /// Values of a picture that comes out.
  package var outputCount: Int { outputHeight * outputWidth * outputChannels }
  /// Rows of the weight.
  package var weightRows: Int {
    kernel * kernel * (weightLayout == .inputOutput ? channels : outputChannels)
  }
  /// Columns of the weight.
  package var weightColumns: Int {
    weightLayout == .inputOutput ? outputChannels : channels
  }
}

/// The three derivatives of the form ⟨g, output(x, w)⟩, which is linear in g, x and w.
enum ConvolutionPart: Hashable {
  /// By g: x and w to the output.
  case forward
  /// By x: g and w to data.
  case data
  /// By w: x and g to a weight, summed over the batch.
  case weight
}

extension Tensor {
  /// The convolution of each row: `[r, height · width · channels]` and a fixed weight to
  /// `[r, outputHeight · outputWidth · outputChannels]`.
  package func convolution(_ geometry: Convolution, weight: Tensor) -> Tensor {
    weight.checkWeight(geometry)
    return convolved(
      .forward, geometry, weight, from: geometry.dataCount, rows: rows,
      columns: geometry.outputCount)
  }

  /// The adjoint of `convolution` in its data, which is the transposed convolution:
  /// `[r, outputHeight · outputWidth · outputChannels]` to `[r, height · width · channels]`.
  package func convolutionData(_ geometry: Convolution, weight: Tensor) -> Tensor {
    weight.checkWeight(geometry)
    return convolved(
      .data, geometry, weight, from: geometry.outputCount, rows: rows,
      columns: geometry.dataCount)
  }

  /// The adjoint of `convolution` in its weight, of this data and a gradient of the outputs, summed over
  /// the whole batch.
  package func convolutionWeight(_ geometry: Convolution, outputGradient: Tensor) -> Tensor {
    precondition(
      rows == outputGradient.rows && outputGradient.columns == geometry.outputCount,
      "\(shape) gives no convolution \(outputGradient.shape)")
    return convolved(
      .weight, geometry, outputGradient, from: geometry.dataCount,
      rows: .fixed(geometry.weightRows), columns: geometry.weightColumns)
  }

  private func convolved(
    _ part: ConvolutionPart, _ geometry: Convolution, _ other: Tensor, from count: Int,
    rows: Rows, columns: Int
  ) -> Tensor {
    precondition(
      self.rows.isBatch && self.columns == count,
      "\(shape) is no batch of pictures of \(count) values")
    return graph.append(
      .convolution(part, geometry), [self, other], rows: rows, columns: columns)
  }

  private func checkWeight(_ geometry: Convolution) {
    precondition(
      rows == .fixed(geometry.weightRows) && columns == geometry.weightColumns,
      "\(shape) is no weight [\(geometry.weightRows), \(geometry.weightColumns)]")
  }
}

extension Graph {
  func convolutionDerivative(
    _ part: ConvolutionPart, _ geometry: Convolution, by place: Int, _ operands: [Tensor],
    adjoint: Tensor
  ) -> Tensor {
    switch (part, place) {
    case (.forward, 0): adjoint.convolutionData(geometry, weight: operands[1])
    case (.forward, _): operands[0].convolutionWeight(geometry, outputGradient: adjoint)
    case (.data, 0): adjoint.convolution(geometry, weight: operands[1])
    case (.data, _): adjoint.convolutionWeight(geometry, outputGradient: operands[0])
    case (.weight, 0): operands[1].convolutionData(geometry, weight: adjoint)
    case (.weight, _): operands[0].convolution(geometry, weight: adjoint)
    }
  }
}
