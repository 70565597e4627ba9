import DetectionUtilities
import FasterRCNN
import NetworkPlans
import Tensors

/// A blocked map that owns its memory, for tests; padding channels are 0.
final class TestMap {
  let map: BlockedMap

  init(_ shape: TensorShape, block: Int = 8) {
    let blocks = (shape[1] + block - 1) / block
    let count = max(1, shape[0] * blocks * shape[2] * shape[3] * block)
    map = BlockedMap(pointer: .allocate(capacity: count), shape: shape, block: block)
    map.pointer.initialize(repeating: 0, count: count)
  }

  /// Random values in −1...1.
  convenience init(_ shape: TensorShape, block: Int = 8, seed: UInt64) {
    self.init(shape, block: block)
    var generator = SeededGenerator(seed: seed)
    forEachElement { self[$0, $1, $2, $3] = .random(in: -1...1, using: &generator) }
  }

  deinit { map.pointer.deallocate() }

  /// Element `index` in memory.
  subscript(index: Int) -> Float {
    get { withExtendedLifetime(self) { map.pointer[index] } }
    set { withExtendedLifetime(self) { map.pointer[index] = newValue } }
  }

  subscript(image: Int, channel: Int, row: Int, column: Int) -> Float {
    get { self[map.offset(image: image, channel: channel, row: row, column: column)] }
    set { self[map.offset(image: image, channel: channel, row: row, column: column)] = newValue }
  }

  /// All elements, padding included.
  var memory: [Float] { (0..<map.elementCount).map { self[$0] } }

  func forEachElement(_ body: (Int, Int, Int, Int) -> Void) {
    for image in 0..<map.images {
      for channel in 0..<map.channels {
        for row in 0..<map.height {
          for column in 0..<map.width { body(image, channel, row, column) }
        }
      }
    }
  }

  /// Sum of the products of two maps' elements, padding left out.
  func dot(_ other: TestMap) -> Double {
    var sum = 0.0
    forEachElement { sum += Double(self[$0, $1, $2, $3]) * Double(other[$0, $1, $2, $3]) }
    return sum
  }
}

extension RegionPooling {
  // Maps do not own their memory: these keep it alive for as long as it is pooled from.

  func pool(_ regions: [RegionOfInterest], from maps: [TestMap], into result: TestMap) {
    withExtendedLifetime((maps, result)) { pool(regions, from: maps.map(\.map), into: result.map) }
  }

  func poolBackward(
    _ gradient: TestMap, regions: [RegionOfInterest], into gradients: [TestMap], maps: [TestMap] = []
  ) {
    withExtendedLifetime((gradient, gradients, maps)) {
      poolBackward(gradient.map, regions: regions, into: gradients.map(\.map), maps: maps.map(\.map))
    }
  }
}

/// Pooling of one bin of one channel, as the papers put it, in double precision.
struct RegionPoolingReference {
  var pooling: RegionPooling

  func bin(_ row: Int, _ column: Int, channel: Int, of region: RegionOfInterest, from maps: [TestMap]) -> Double {
    let level = pooling.level(of: region.box)
    let map = maps[level]
    let stride = pooling.strides[level]
    let box = region.box
    if pooling.method == .roiPool {
      let rows = cells(row, from: box.y1 / stride, to: box.y2 / stride, extent: map.map.height)
      let columns = cells(column, from: box.x1 / stride, to: box.x2 / stride, extent: map.map.width)
      let values = rows.flatMap { y in columns.map { x in Double(map[region.image, channel, y, x]) } }
      return values.max() ?? 0
    }
    let rows = samples(row, from: box.y1 / stride, to: box.y2 / stride)
    let columns = samples(column, from: box.x1 / stride, to: box.x2 / stride)
    var sum = 0.0
    for y in rows {
      for x in columns { sum += value(at: y, x, in: map.map) { Double(map[region.image, channel, $0, $1]) } }
    }
    return sum / Double(max(1, rows.count * columns.count))
  }

  /// Where the samples of a bin lie, counted in cells.
  private func samples(_ bin: Int, from start: Double, to end: Double) -> [Double] {
    var length = end - start
    if pooling.method == .legacyRoIAlign { length = max(length, 1) }
    let size = length / Double(pooling.outputSize)
    let count = pooling.samplingRatio > 0 ? pooling.samplingRatio : max(0, Int(size.rounded(.up)))
    let shift = pooling.method == .roiAlign ? 0.5 : 0
    return (0..<count).map { start - shift + size * (Double(bin) + (Double($0) + 0.5) / Double(count)) }
  }

  /// Bilinear interpolation between cells; samples up to one cell beyond the map take its border, others are zero.
  private func value(at y: Double, _ x: Double, in map: BlockedMap, cell: (Int, Int) -> Double) -> Double {
    guard y >= -1, y <= Double(map.height), x >= -1, x <= Double(map.width) else { return 0 }
    let y = min(max(y, 0), Double(map.height - 1))
    let x = min(max(x, 0), Double(map.width - 1))
    var sum = 0.0
    for row in 0..<map.height where abs(Double(row) - y) < 1 {
      for column in 0..<map.width where abs(Double(column) - x) < 1 {
        sum += (1 - abs(Double(row) - y)) * (1 - abs(Double(column) - x)) * cell(row, column)
      }
    }
    return sum
  }

  /// Whole cells of a bin of max pooling.
  private func cells(_ bin: Int, from start: Double, to end: Double, extent: Int) -> [Int] {
    let first = Int(start.rounded())
    let size = Double(max(Int(end.rounded()) - first + 1, 1)) / Double(pooling.outputSize)
    let low = first + Int((Double(bin) * size).rounded(.down))
    let high = first + Int((Double(bin + 1) * size).rounded(.up))
    return (low..<max(low, high)).filter { $0 >= 0 && $0 < extent }
  }
}
