import CPUKernels
import ComputeGraph
import TensorTesting
import Tensors
import Testing

@Suite struct PoolingTests {
  typealias Geometry = PoolingGeometry

  static let kinds: [Geometry.Kind] = [.maximum, .average(countsPadding: true), .average(countsPadding: false)]

  /// Kernel, stride, padding, ceil mode, map.
  static let windows: [(Int, Int, Int, Bool, TensorShape)] = [
    (2, 2, 0, false, [1, 16, 6, 8]), (2, 2, 0, false, [3, 16, 7, 5]), (3, 2, 1, false, [1, 32, 9, 8]),
    (3, 1, 1, false, [3, 10, 5, 6]), (3, 2, 0, true, [1, 5, 8, 10]), (2, 2, 0, true, [3, 1, 3, 5]),
    (3, 2, 1, true, [1, 16, 7, 9]), (5, 1, 2, false, [1, 16, 3, 4]), (13, 1, 6, false, [1, 16, 7, 6]),
    (2, 1, 0, false, [1, 16, 4, 4]),
  ]

  /// The elements of a window and the number by which an average divides, per output element.
  static func coverage(
    _ geometry: Geometry, _ shape: TensorShape, _ output: TensorShape
  ) -> [(elements: [Int], divisor: Double)] {
    var result: [(elements: [Int], divisor: Double)] = []
    for map in 0..<output[0] * output[1] {
      for row in 0..<output[2] {
        for column in 0..<output[3] {
          let top = row * geometry.stride - geometry.padding
          let left = column * geometry.stride - geometry.padding
          let rows = max(top, 0)..<min(top + geometry.kernelSize, shape[2])
          let columns = max(left, 0)..<min(left + geometry.kernelSize, shape[3])
          // PyTorch: a window that hangs over the padded map is cut there.
          let height = min(top + geometry.kernelSize, shape[2] + geometry.padding) - top
          let width = min(left + geometry.kernelSize, shape[3] + geometry.padding) - left
          let counts = geometry.kind == .average(countsPadding: true)
          result.append(
            (
              rows.flatMap { row in columns.map { (map * shape[2] + row) * shape[3] + $0 } },
              Double(counts ? height * width : rows.count * columns.count)
            ))
        }
      }
    }
    return result
  }

  @Test(arguments: kinds, 0..<windows.count)
  func agreesWithThePlainLoop(_ kind: Geometry.Kind, window index: Int) throws {
    let (kernelSize, stride, padding, ceilMode, shape) = Self.windows[index]
    let geometry = Geometry(
      kind: kind, kernelSize: kernelSize, stride: stride, padding: padding, ceilMode: ceilMode)
    let output: TensorShape = [
      shape[0], shape[1], geometry.outputExtent(shape[2]), geometry.outputExtent(shape[3]),
    ]
    // Whole and all different, so that a maximum is the same in both precisions.
    var generator = SeededGenerator(seed: 5)
    let source = Tensor(
      shape: shape, values: (0..<shape.elementCount).map { Float($0) }.shuffled(using: &generator))
    let gradient = generator.tensor(output)

    var expected = [Double](repeating: 0, count: output.elementCount)
    var expectedGradient = [Double](repeating: 0, count: shape.elementCount)
    for (index, window) in Self.coverage(geometry, shape, output).enumerated() {
      if kind == .maximum {
        let largest = try #require(window.elements.max { source[$0] < source[$1] })
        expected[index] = Double(source[largest])
        expectedGradient[largest] += Double(gradient[index])
      } else {
        for element in window.elements {
          expected[index] += Double(source[element]) / window.divisor
          expectedGradient[element] += Double(gradient[index]) / window.divisor
        }
      }
    }

    let layouts = (TensorLayout(.channelBlocked, shape: shape), TensorLayout(.channelBlocked, shape: output))
    for direction in [Kernel.Direction.inference, .forward] {
      let forward = try BoundKernel(
        Kernel.pooling(geometry, direction, source: layouts.0, destination: layouts.1))
      try forward.give(.source, source)
      try forward.reserve(.destination)
      let hasWorkspace = forward.kernel.byteCount(of: .workspace) > 0
      if hasWorkspace { try forward.reserve(.workspace) }
      try forward.execute()
      #expect(relativeError(try forward.take(.destination, output), expected) < 1e-6)
      if direction == .inference { continue }

      let backward = try BoundKernel(
        Kernel.pooling(geometry, .backwardData, source: layouts.0, destination: layouts.1))
      try backward.give(.destinationGradient, gradient)
      try backward.reserve(.sourceGradient)
      if hasWorkspace { try backward.share(.workspace, with: forward) }
      try backward.execute()
      #expect(relativeError(try backward.take(.sourceGradient, shape), expectedGradient) < 1e-6)
    }
  }

  @Test(arguments: [[2, 16, 3, 5], [3, 5, 7, 1]] as [TensorShape])
  func globalAverage(_ shape: TensorShape) throws {
    let output: TensorShape = [shape[0], shape[1], 1, 1]
    let area = shape[2] * shape[3]
    let layouts = (TensorLayout(.channelBlocked, shape: shape), TensorLayout(.channelBlocked, shape: output))
    var generator = SeededGenerator(seed: 6)
    let source = generator.tensor(shape)
    let gradient = generator.tensor(output)
    let forward = try BoundKernel(
      Kernel.globalAveragePooling(.forward, source: layouts.0, destination: layouts.1))
    try forward.give(.source, source)
    try forward.reserve(.destination)
    try forward.execute()
    let means = (0..<output.elementCount).map { map in
      source.doubles[map * area..<(map + 1) * area].reduce(0, +) / Double(area)
    }
    #expect(relativeError(try forward.take(.destination, output), means) < 1e-6)

    let backward = try BoundKernel(
      Kernel.globalAveragePooling(.backwardData, source: layouts.0, destination: layouts.1))
    try backward.give(.destinationGradient, gradient)
    try backward.reserve(.sourceGradient)
    try backward.execute()
    let expected = (0..<shape.elementCount).map { Double(gradient[$0 / area]) / Double(area) }
    #expect(relativeError(try backward.take(.sourceGradient, shape), expected) < 1e-6)
  }

  @Test(arguments: [
    // Input, kernel, stride, padding, ceil mode → output; PyTorch's sizes.
    (112, 3, 2, 1, false, 56), (3, 2, 2, 0, true, 2), (3, 2, 2, 0, false, 1), (7, 3, 2, 1, true, 4),
    (5, 2, 3, 1, true, 2), (2, 3, 1, 0, false, 0),
  ])
  func outputExtent(input: Int, kernel: Int, stride: Int, padding: Int, ceilMode: Bool, output: Int) {
    let geometry = Geometry(
      kind: .maximum, kernelSize: kernel, stride: stride, padding: padding, ceilMode: ceilMode)
    #expect(geometry.outputExtent(input) == output)
  }

  @Test func paddingBeyondHalfTheKernelTraps() async {
    await #expect(processExitsWith: .failure) {
      _ = PoolingGeometry(kind: .maximum, kernelSize: 2, stride: 2, padding: 2)
    }
  }
}
