@testable import Tensors

extension Convolution {
  /// Pictures of a height and width that a kernel leaves as they are or makes smaller.
  init(
    _ height: Int, _ width: Int, _ channels: Int, to outputChannels: Int, kernel: Int,
    stride: Int = 1, pad: Int = 0, _ layout: WeightLayout = .inputOutput
  ) {
    self.init(
      height: height, width: width, channels: channels,
      outputHeight: (height + 2 * pad - kernel) / stride + 1,
      outputWidth: (width + 2 * pad - kernel) / stride + 1, outputChannels: outputChannels,
      kernel: kernel, stride: stride, pad: pad, weightLayout: layout)
  }

  var name: String {
    "[\(height), \(width), \(channels)] to [\(outputHeight), \(outputWidth), \(outputChannels)], "
      + "kernel \(kernel), stride \(stride), pad \(pad), \(weightLayout)"
  }

  /// Small enough for differences by every element.
  static let small: [Convolution] = [
    // One, two and three channels on one side, sixteen and more on the other.
    Convolution(4, 4, 1, to: 17, kernel: 3, pad: 1),
    Convolution(5, 4, 16, to: 2, kernel: 3, stride: 2, pad: 1, .outputInput),
    Convolution(4, 3, 3, to: 16, kernel: 3, stride: 2, pad: 1, .outputInput),
    Convolution(3, 3, 9, to: 10, kernel: 2),
    Convolution(5, 3, 10, to: 9, kernel: 3, stride: 2, pad: 1, .outputInput),
    Convolution(3, 2, 4, to: 5, kernel: 2, .outputInput),
    // One window that covers the picture, and windows of a pixel.
    Convolution(3, 3, 2, to: 4, kernel: 3),
    Convolution(3, 3, 2, to: 4, kernel: 3, .outputInput),
    Convolution(2, 3, 4, to: 5, kernel: 1),
    Convolution(2, 3, 4, to: 5, kernel: 1, .outputInput),
    // The kernel is larger than the picture.
    Convolution(2, 2, 10, to: 12, kernel: 4, stride: 2, pad: 1),
    // Rows that no output sees.
    Convolution(6, 6, 1, to: 4, kernel: 3, stride: 4),
  ]

  /// Odd shapes and those of published networks with smaller pictures.
  static let large = inBothLayouts([
    (28, 28, 1, 16, kernel: 4, stride: 2, pad: 1), (6, 6, 64, 48, kernel: 4, stride: 2, pad: 1),
    (7, 7, 32, 1, kernel: 7, stride: 1, pad: 0), (4, 4, 64, 100, kernel: 4, stride: 1, pad: 0),
    (16, 16, 3, 16, kernel: 5, stride: 2, pad: 2), (8, 8, 32, 3, kernel: 3, stride: 1, pad: 1),
    (8, 8, 16, 16, kernel: 3, stride: 1, pad: 1), (9, 7, 17, 33, kernel: 3, stride: 2, pad: 1),
    (11, 11, 5, 6, kernel: 5, stride: 3, pad: 2), (6, 5, 20, 24, kernel: 1, stride: 2, pad: 0),
    (3, 3, 32, 16, kernel: 5, stride: 1, pad: 2), (8, 8, 7, 16, kernel: 4, stride: 2, pad: 3),
    (12, 12, 16, 32, kernel: 2, stride: 2, pad: 0), (7, 7, 24, 16, kernel: 3, stride: 2, pad: 0),
    (1, 1, 16, 16, kernel: 3, stride: 1, pad: 1),
  ])

  /// Shapes of published networks: DCGAN at 28, 32 and 64 pixels, residual networks, critics of patches.
  static let published = inBothLayouts([
    (28, 28, 1, 64, kernel: 4, stride: 2, pad: 1),
    (14, 14, 64, 128, kernel: 4, stride: 2, pad: 1),
    (32, 32, 3, 64, kernel: 4, stride: 2, pad: 1),
    (16, 16, 256, 512, kernel: 4, stride: 2, pad: 1),
    (8, 8, 512, 1024, kernel: 5, stride: 2, pad: 2),
    (28, 28, 64, 128, kernel: 5, stride: 2, pad: 2),
    (32, 32, 128, 128, kernel: 3, stride: 1, pad: 1),
    (8, 8, 256, 129, kernel: 3, stride: 1, pad: 1),
    (32, 32, 12, 24, kernel: 3, stride: 1, pad: 1),
    (31, 31, 512, 64, kernel: 4, stride: 1, pad: 1),
  ])

  private typealias Shape = (
    height: Int, width: Int, channels: Int, outputChannels: Int, kernel: Int, stride: Int,
    pad: Int
  )

  private static func inBothLayouts(_ shapes: [Shape]) -> [Convolution] {
    [WeightLayout.inputOutput, .outputInput].flatMap { layout in
      shapes.map {
        Convolution(
          $0.height, $0.width, $0.channels, to: $0.outputChannels, kernel: $0.kernel,
          stride: $0.stride, pad: $0.pad, layout)
      }
    }
  }
}

extension OperationCase {
  static let convolutions: [OperationCase] = Convolution.small.flatMap { geometry in
    [
      OperationCase(
        name: "convolution of \(geometry.name)",
        leaves: { _, _ in [.batch(perUnit: 1, columns: geometry.dataCount), weight(geometry)] },
        build: { weighted($0[0].convolution(geometry, weight: $0[1])) }),
      OperationCase(
        name: "transposed convolution of \(geometry.name)",
        leaves: { _, _ in
          [.batch(perUnit: 1, columns: geometry.outputCount), weight(geometry)]
        },
        build: { weighted($0[0].convolutionData(geometry, weight: $0[1])) }),
      OperationCase(
        name: "weight gradient of \(geometry.name)",
        leaves: { _, _ in
          [
            .batch(perUnit: 1, columns: geometry.dataCount),
            .batch(perUnit: 1, columns: geometry.outputCount),
          ]
        },
        build: { weighted($0[0].convolutionWeight(geometry, outputGradient: $0[1])) }),
    ]
  }

  private static func weight(_ geometry: Convolution) -> Leaf {
    .fixed(rows: geometry.weightRows, columns: geometry.weightColumns)
  }
}
