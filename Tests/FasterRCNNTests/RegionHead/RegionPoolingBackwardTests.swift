import CPUKernels
import DetectionUtilities
import FasterRCNN
import Tensors
import Testing

// One after the other, because the number of threads is one for the whole program.
@Suite(.serialized) struct RegionPoolingBackwardTests {
  static let regions = RegionPoolingTests.regions

  static func gradients(of maps: [TestMap]) -> [TestMap] { maps.map { TestMap($0.map.shape, block: $0.map.block) } }

  @Test(
    arguments: [RegionPooling.Method.roiAlign, .legacyRoIAlign],
    [(12, 8, 2), (16, 16, 0), (32, 32, 3), (5, 4, 1), (24, 8, 0)])
  func isTheAdjoint(method: RegionPooling.Method, sizes: (channels: Int, block: Int, samplingRatio: Int)) {
    let maps = RegionPoolingTests.maps(channels: sizes.channels, block: sizes.block)
    let pooling = RegionPoolingTests.pooling(method, samplingRatio: sizes.samplingRatio)
    let shape: TensorShape = [Self.regions.count, sizes.channels, 3, 3]
    let result = TestMap(shape, block: sizes.block)
    let gradient = TestMap(shape, block: sizes.block, seed: 21)
    let gradients = Self.gradients(of: maps)
    pooling.pool(Self.regions, from: maps, into: result)
    pooling.poolBackward(gradient, regions: Self.regions, into: gradients)
    let left = result.dot(gradient)
    let right = zip(maps, gradients).reduce(0) { $0 + $1.0.dot($1.1) }
    #expect(abs(left) > 1)
    #expect(abs(left - right) < 1e-3)
  }

  @Test(arguments: [RegionPooling.Method.roiAlign, .legacyRoIAlign, .roiPool], [0, 2])
  func agreesWithFiniteDifferences(method: RegionPooling.Method, samplingRatio: Int) {
    let maps = RegionPoolingTests.maps(channels: 9, block: 8)
    let pooling = RegionPoolingTests.pooling(method, samplingRatio: samplingRatio)
    let shape: TensorShape = [Self.regions.count, 9, 3, 3]
    let gradient = TestMap(shape, seed: 21)
    let gradients = Self.gradients(of: maps)
    pooling.poolBackward(gradient, regions: Self.regions, into: gradients, maps: maps)
    func value() -> Double {
      let result = TestMap(shape)
      pooling.pool(Self.regions, from: maps, into: result)
      return result.dot(gradient)
    }
    // Small enough to change no order of cells, which seeded values of 24 bits mostly are not closer than.
    let step: Float = 1 / 16384
    var tested = 0
    for (map, gradient) in zip(maps, gradients) {
      for index in stride(from: 0, to: map.map.elementCount, by: 37) where gradient[index] != 0 {
        let kept = map[index]
        map[index] = kept + step
        let above = value()
        map[index] = kept - step
        let below = value()
        map[index] = kept
        let expected = (above - below) / Double(2 * step)
        #expect(abs(Double(gradient[index]) - expected) < 2e-2, "element \(index)")
        tested += 1
      }
    }
    #expect(tested > 20)
  }

  @Test func maximumGoesToTheCellThatHoldsIt() {
    // Bins of 2×2 cells; equal cells: the first one takes all, as in torchvision.
    let map = TestMap([1, 8, 4, 4])
    for channel in 0..<8 {
      map[0, channel, 1, 0] = 5
      map[0, channel, 0, 3] = Float(channel)
    }
    let gradient = TestMap([1, 8, 2, 2])
    for channel in 0..<8 {
      for bin in 0..<4 { gradient[0, channel, bin / 2, bin % 2] = Float(1 + bin) }
    }
    let into = TestMap([1, 8, 4, 4])
    into[0, 2, 1, 0] = 100
    let region = RegionOfInterest(box: BoundingBox(x1: 0, y1: 0, x2: 3, y2: 3), image: 0)
    let pooling = RegionPooling(method: .roiPool, outputSize: 2, strides: [1])
    pooling.poolBackward(gradient, regions: [region], into: [into], maps: [map])
    for channel in 0..<8 {
      var expected = [Float](repeating: 0, count: 16)
      expected[4] = channel == 2 ? 101 : 1
      expected[channel == 0 ? 2 : 3] = 2
      expected[8] = 3
      expected[10] = 4
      #expect((0..<16).map { into[0, channel, $0 / 4, $0 % 4] } == expected)
    }
  }

  @Test(arguments: [RegionPooling.Method.roiAlign, .roiPool])
  func threadsDoNotShow(method: RegionPooling.Method) {
    let maps = RegionPoolingTests.maps(channels: 40, block: 8)
    let pooling = RegionPoolingTests.pooling(method)
    let regions = (0..<10).flatMap { _ in Self.regions }
    let shape: TensorShape = [regions.count, 40, 3, 3]
    let gradient = TestMap(shape, seed: 21)
    var results: Set<[Float]> = []
    var backward: Set<[Float]> = []
    for threads in [1, 2, 3, 7, 2] {
      let result = TestMap(shape)
      let gradients = Self.gradients(of: maps)
      KernelThreads.withCount(threads) {
        pooling.pool(regions, from: maps, into: result)
        pooling.poolBackward(gradient, regions: regions, into: gradients, maps: maps)
      }
      results.insert(result.memory)
      backward.insert(gradients.flatMap(\.memory))
    }
    #expect(results.count == 1)
    #expect(backward.count == 1)
  }
}
