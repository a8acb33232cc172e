import Networks
import Testing

@Suite("Weights in PyTorch's layout") struct PyTorchLayoutTests {
  /// Tensors whose values are their places in ours.
  private func arranged(
    _ layers: [Layer], input: [Int], shapes: [String: Int]
  ) throws -> [String: (shape: [Int], values: [Int])] {
    let layout = try PyTorchLayout(name: "generator", layers: layers, inputShape: input)
    var found: [String: (shape: [Int], values: [Int])] = [:]
    for (index, tensor) in layout.tensors.enumerated() {
      let ours = (0..<(shapes[tensor.name] ?? 0)).map { Float($0) }
      let values = layout.arranged(index) { _, _ in ours }
      #expect(layout.restored(index, from: values) == ours, "\(tensor.name)")
      found[tensor.name] = (tensor.shape, values.map { Int($0) })
    }
    return found
  }

  @Test("a product is [out, in], a kernel [out, in, kh, kw], a transposed one [in, out, kh, kw]")
  func axes() throws {
    let found = try arranged(
      [
        Layer(.dense(units: 3)), Layer(.reshape([1, 1, 3])),
        Layer(.convolution(channels: 2, kernel: 2, stride: 1, pad: 1)),
        Layer(.transposedConvolution(channels: 2, kernel: 2, stride: 1, pad: 0, outputPad: 0)),
      ],
      input: [2],
      shapes: [
        "0.weight": 6, "0.bias": 3, "2.weight": 24, "2.bias": 2, "3.weight": 16, "3.bias": 2,
      ])
    #expect(found["0.weight"]?.shape == [3, 2])
    #expect(found["0.weight"]?.values == [0, 3, 1, 4, 2, 5])
    #expect(found["2.weight"]?.shape == [2, 3, 2, 2])
    // Output 0, input 0: kernel places 0 to 3 lie 6 apart; then input 1.
    #expect(found["2.weight"]?.values.prefix(5) == [0, 6, 12, 18, 2])
    #expect(found["3.weight"]?.shape == [2, 2, 2, 2])
    // Input 0, output 0; then output 1.
    #expect(found["3.weight"]?.values.prefix(5) == [0, 4, 8, 12, 1])
    #expect(found["3.bias"]?.values == [0, 1])
  }

  @Test("a product before reshape gives channel after channel, its norm too")
  func reshape() throws {
    let found = try arranged(
      [
        Layer(.dense(units: 8), norm: .batch()), Layer(.dropout(probability: 0.5)),
        Layer(.reshape([2, 2, 2]), norm: .layer()),
      ],
      input: [1],
      shapes: [
        "0.weight": 8, "0.bias": 8, "0.norm.weight": 8, "0.norm.bias": 8,
        "0.norm.running_mean": 8, "0.norm.running_var": 8, "2.norm.weight": 2, "2.norm.bias": 2,
      ])
    let order = [0, 2, 4, 6, 1, 3, 5, 7]
    for name in ["weight", "bias", "norm.weight", "norm.bias", "norm.running_mean"] {
      #expect(found["0.\(name)"]?.values == order, "\(name)")
    }
    #expect(found["2.norm.weight"]?.values == [0, 1])
  }

  @Test("each piece of a maxout before reshape is permuted")
  func maxout() throws {
    let found = try arranged(
      [Layer(.maxout(units: 4, pieces: 2), bias: false), Layer(.reshape([2, 1, 2]))], input: [1],
      shapes: ["0.weight": 8])
    #expect(found["0.weight"]?.values == [0, 2, 1, 3, 4, 6, 5, 7])
  }

  @Test("a product over a picture, flattened or not, takes channel after channel", arguments: 0...2)
  func flatten(between: Int) throws {
    let middle: [[Layer]] = [[], [Layer(.flatten)], [Layer(.flatten), Layer(.reshape([8]))]]
    let found = try arranged(
      [Layer(.upsample(factor: 1))] + middle[between] + [Layer(.dense(units: 1))],
      input: [2, 2, 2],
      shapes: ["\(middle[between].count + 1).weight": 8, "\(middle[between].count + 1).bias": 1])
    #expect(found["\(middle[between].count + 1).weight"]?.values == [0, 2, 4, 6, 1, 3, 5, 7])
  }

  @Test("a residual of vectors keeps their order")
  func residual() throws {
    let found = try arranged(
      [
        Layer(.dense(units: 8), bias: false),
        Layer(.residual([Layer(.dense(units: 2)), Layer(.dense(units: 8), bias: false)])),
        Layer(.reshape([2, 2, 2])),
      ],
      input: [1],
      shapes: ["0.weight": 8, "1.0.weight": 16, "1.0.bias": 2, "1.1.weight": 16])
    let order = [0, 2, 4, 6, 1, 3, 5, 7]
    #expect(found["0.weight"]?.values == order)
    #expect(found["1.0.weight"]?.values == [0, 1].flatMap { o in order.map { $0 * 2 + o } })
    #expect(found["1.1.weight"]?.values == order.flatMap { [$0, $0 + 8] })
  }

  @Test("a residual of pictures leaves what is around it as it is")
  func pictures() throws {
    let found = try arranged(
      [
        Layer(.dense(units: 8), bias: false), Layer(.reshape([2, 2, 2])),
        Layer(.residual([Layer(.convolution(channels: 2, kernel: 1, stride: 1, pad: 0))])),
        Layer(.dense(units: 1), bias: false),
      ],
      input: [1],
      shapes: ["0.weight": 8, "2.0.weight": 4, "2.0.bias": 2, "3.weight": 8])
    #expect(found["2.0.weight"]?.values == [0, 2, 1, 3])
    #expect(found["3.weight"]?.values == [0, 2, 4, 6, 1, 3, 5, 7])
  }

  @Test("equalized weights are scaled, spectral ones divided by their σ")
  func scales() throws {
    let equalized = try PyTorchLayout(
      name: "generator",
      layers: [Layer(.dense(units: 1), activation: .relu, bias: false, equalized: true)],
      inputShape: [8])
    #expect(
      equalized.arranged(0) { _, _ in Array(repeating: 3, count: 8) }
        == Array(repeating: 1.5, count: 8))
    #expect(
      equalized.restored(0, from: Array(repeating: 1.5, count: 8))
        == Array(repeating: 3, count: 8))
    let spectral = try PyTorchLayout(
      name: "generator", layers: [Layer(.dense(units: 2), norm: .spectral, bias: false)],
      inputShape: [2])
    let numbers: [String: [Float]] = [
      "0.weight": [2, 0, 0, 4], "0.norm.u": [0, 0.5], "0.norm.v": [0, 3],
    ]
    #expect(spectral.arranged(0) { name, _ in numbers[name] ?? [] } == [0.5, 0, 0, 1])
    #expect(spectral.divided == ["0.weight"] && equalized.divided.isEmpty)
  }

  @Test(
    "an order that no module gives is refused",
    arguments: [
      ([Layer(.reshape([2, 2, 2]))], [8], "generator.layers.0 makes [2, 2, 2] of [8]"),
      ([Layer(.reshape([4, 4, 1]))], [2, 2, 4], "generator.layers.0 makes"),
      (
        [
          Layer(.flatten),
          Layer(.residual([Layer(.flatten), Layer(.reshape([4, 2, 1])), Layer(.flatten)])),
        ],
        [2, 2, 2], "generator.layers.1.residual.1"
      ),
    ])
  func refused(layers: [Layer], input: [Int], reason: String) throws {
    let error = try #require(throws: NetworkError.self) {
      try PyTorchLayout(name: "generator", layers: layers, inputShape: input)
    }
    #expect("\(error)".contains(reason), "\(error)")
  }
}
