import Tensors

extension Pass {
  /// A convolution with its bias, one row a pixel.
  mutating func convolve(
    _ x: Tensor, _ placed: PlacedLayer, kernel: Int, stride: Int, pad: Int
  ) -> Tensor {
    let (input, output) = (placed.input, placed.output)
    let geometry = Convolution(
      height: input[0], width: input[1], channels: input[2], outputHeight: output[0],
      outputWidth: output[1], outputChannels: output[2], kernel: kernel, stride: stride, pad: pad)
    return pixels(x.convolution(geometry, weight: weight(of: placed)), placed)
  }

  /// A transposed convolution with its bias, one row a pixel: the adjoint of the convolution that leads
  /// from its output to its input.
  mutating func convolveTransposed(
    _ x: Tensor, _ placed: PlacedLayer, kernel: Int, stride: Int, pad: Int
  ) -> Tensor {
    let (input, output) = (placed.input, placed.output)
    let geometry = Convolution(
      height: output[0], width: output[1], channels: output[2], outputHeight: input[0],
      outputWidth: input[1], outputChannels: input[2], kernel: kernel, stride: stride, pad: pad,
      weightLayout: .outputInput)
    return pixels(x.convolutionData(geometry, weight: weight(of: placed)), placed)
  }

  private func pixels(_ x: Tensor, _ placed: PlacedLayer) -> Tensor {
    biased(x.reshape(perUnit: perUnit * placed.output[0] * placed.output[1]), placed)
  }
}
