import DetectionUtilities
import NetworkPlans
import Tensors

/// Times RoIAlign on seeded regions, forward and backward.
public struct RegionPoolingBenchmark {
  /// Seconds of every run: 7×7 bins with two samples a side, from one map of stride 4.
  ///
  /// Regions are 20 to 300 pixels wide and high, or as large as the map allows, and lie within it.
  public static func run(
    regions count: Int, channels: Int, mapSize: Int, runs: Int
  ) -> (forward: [Double], backward: [Double]) {
    let pooling = RegionPooling(method: .roiAlign, outputSize: 7, samplingRatio: 2, strides: [4])
    var generator = SeededGenerator(seed: 1)
    let extent = Double(mapSize) * pooling.strides[0]
    let regions = (0..<count).map { _ in
      let width = min(.random(in: 20...300, using: &generator), extent)
      let height = min(.random(in: 20...300, using: &generator), extent)
      let x = Double.random(in: 0...extent - width, using: &generator)
      let y = Double.random(in: 0...extent - height, using: &generator)
      return RegionOfInterest(box: BoundingBox(x1: x, y1: y, x2: x + width, y2: y + height), image: 0)
    }
    let map = allocated([1, channels, mapSize, mapSize])
    let gradient = allocated([1, channels, mapSize, mapSize])
    let result = allocated([count, channels, 7, 7])
    defer { for each in [map, gradient, result] { each.pointer.deallocate() } }
    for index in 0..<map.elementCount { map.pointer[index] = .random(in: -1...1, using: &generator) }

    let clock = ContinuousClock()
    func seconds(_ body: () -> Void) -> Double { clock.measure(body) / .seconds(1) }
    var forward: [Double] = []
    var backward: [Double] = []
    for _ in 0..<runs {
      forward.append(seconds { pooling.pool(regions, from: [map], into: result) })
      backward.append(
        seconds {
          gradient.clear()
          pooling.poolBackward(result, regions: regions, into: [gradient])
        })
    }
    return (forward, backward)
  }

  /// A map of zeros; the caller gives its memory back.
  package static func allocated(_ shape: TensorShape) -> BlockedMap {
    let size = BlockedMap(pointer: .allocate(capacity: 0), shape: shape)
    size.pointer.deallocate()
    let map = BlockedMap(pointer: .allocate(capacity: size.elementCount), shape: shape)
    map.clear()
    return map
  }
}
