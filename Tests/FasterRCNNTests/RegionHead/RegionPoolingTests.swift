import DetectionUtilities
import FasterRCNN
import Tensors
import Testing

struct RegionPoolingTests {
  /// Two levels of a 64×48 input, two images.
  static func maps(channels: Int, block: Int, seed: UInt64 = 7) -> [TestMap] {
    [
      TestMap([2, channels, 12, 16], block: block, seed: seed),
      TestMap([2, channels, 6, 8], block: block, seed: seed + 1),
    ]
  }

  static func pooling(_ method: RegionPooling.Method, samplingRatio: Int = 2, size: Int = 3) -> RegionPooling {
    RegionPooling(
      method: method, outputSize: size, samplingRatio: samplingRatio, strides: [4, 8], canonicalScale: 24,
      canonicalLevel: 3)
  }

  /// Inside, across every edge, outside, tiny, empty, inverted, larger than the map, and random ones.
  static let regions: [RegionOfInterest] = {
    var boxes = [
      BoundingBox(x1: 9.3, y1: 10.1, x2: 24.9, y2: 21.7), BoundingBox(x1: 3, y1: 5, x2: 60.5, y2: 44.2),
      BoundingBox(x1: -9, y1: -7, x2: 11, y2: 9), BoundingBox(x1: 50, y1: 35, x2: 75, y2: 58),
      BoundingBox(x1: 200, y1: 100, x2: 240, y2: 130), BoundingBox(x1: -80, y1: 4, x2: -30, y2: 20),
      BoundingBox(x1: 17.2, y1: 20.1, x2: 18, y2: 20.9), BoundingBox(x1: 12, y1: 12, x2: 12, y2: 12),
      BoundingBox(x1: 14.3, y1: 13.9, x2: 26.7, y2: 13.9), BoundingBox(x1: 30.5, y1: 25, x2: 20.2, y2: 14),
      BoundingBox(x1: -300, y1: -200, x2: 400, y2: 350), BoundingBox(x1: 0, y1: 0, x2: 64, y2: 48),
      BoundingBox(x1: 40.6, y1: 1.4, x2: 43.4, y2: 46.6),
    ]
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<20 {
      let x = Double.random(in: -8...60, using: &generator)
      let y = Double.random(in: -8...44, using: &generator)
      boxes.append(
        BoundingBox(
          x1: x, y1: y, x2: x + .random(in: 1...40, using: &generator), y2: y + .random(in: 1...40, using: &generator)))
    }
    return boxes.enumerated().map { RegionOfInterest(box: $1, image: $0 % 2) }
  }()

  @Test(
    arguments: [RegionPooling.Method.roiAlign, .legacyRoIAlign, .roiPool],
    [(12, 8, 2), (16, 16, 0), (32, 32, 3), (5, 4, 1), (24, 8, 0), (3, 3, 2)])
  func agreesWithThePapers(method: RegionPooling.Method, sizes: (channels: Int, block: Int, samplingRatio: Int)) {
    let maps = Self.maps(channels: sizes.channels, block: sizes.block)
    let pooling = Self.pooling(method, samplingRatio: sizes.samplingRatio)
    let reference = RegionPoolingReference(pooling: pooling)
    let result = TestMap([Self.regions.count, sizes.channels, 3, 3], block: sizes.block, seed: 99)
    pooling.pool(Self.regions, from: maps, into: result)
    var largest = 0.0
    result.forEachElement { region, channel, row, column in
      let expected = reference.bin(row, column, channel: channel, of: Self.regions[region], from: maps)
      let difference = abs(Double(result[region, channel, row, column]) - expected)
      #expect(difference < 2e-5, "region \(region), channel \(channel), bin \(row), \(column)")
      largest = max(largest, abs(expected))
    }
    #expect(largest > 0.3)
    #expect(Set(Self.regions.map { pooling.level(of: $0.box) }) == [0, 1])
  }

  // Threads take 128 regions at a time; every region's result is its own whatever part it is in.
  @Test(arguments: [RegionPooling.Method.roiAlign, .legacyRoIAlign, .roiPool], [127, 128, 129, 256, 290])
  func everyRegionOfManyIsPooled(method: RegionPooling.Method, count: Int) {
    let maps = Self.maps(channels: 9, block: 8)
    let pooling = Self.pooling(method)
    let reference = RegionPoolingReference(pooling: pooling)
    let regions = (0..<count).map { index in
      RegionOfInterest(
        box: BoundingBox(
          x1: Double(index % 29), y1: Double(index % 23), x2: Double(index % 29 + 9 + index % 31),
          y2: Double(index % 23 + 9 + index % 17)), image: index / 3 % 2)
    }
    // One entry more than regions, which stays as it is.
    let result = TestMap([count + 1, 9, 3, 3], seed: 99)
    let before = result.memory
    pooling.pool(regions, from: maps, into: result)
    for (index, region) in regions.enumerated() {
      for channel in [0, 8] {
        for (row, column) in [(0, 0), (1, 2), (2, 2)] {
          let expected = reference.bin(row, column, channel: channel, of: region, from: maps)
          let difference = abs(Double(result[index, channel, row, column]) - expected)
          #expect(difference < 2e-5, "region \(index), channel \(channel), bin \(row), \(column)")
        }
      }
    }
    let size = before.count / (count + 1)
    #expect(result.memory[(size * count)...] == before[(size * count)...])
  }

  @Test func workedByHand() {
    // A ramp: cell x has the value x. Bilinear sampling of a ramp is exact, so a bin's mean is its centre.
    let ramp = TestMap([1, 8, 4, 8])
    ramp.forEachElement { ramp[$0, $1, $2, $3] = Float($3) }
    let result = TestMap([1, 8, 2, 2])
    let region = [RegionOfInterest(box: BoundingBox(x1: 4, y1: 2, x2: 12, y2: 6), image: 0)]
    for (method, expected) in [
      // Cells 2 to 6 along x: bin centres 3 and 5, less half a cell where shifted.
      (RegionPooling.Method.roiAlign, [2.5, 4.5]), (.legacyRoIAlign, [3, 5]),
      // Cells 2...6 in two bins of 2.5: 2...4 and 4...6.
      (.roiPool, [4, 6]),
    ] as [(RegionPooling.Method, [Float])] {
      let pooling = RegionPooling(method: method, outputSize: 2, samplingRatio: 2, strides: [2])
      pooling.pool(region, from: [ramp], into: result)
      for channel in 0..<8 {
        for row in 0..<2 { #expect((0..<2).map { result[0, channel, row, $0] } == expected, "\(method)") }
      }
    }
  }

  @Test func entriesBeyondTheRegionsStay() {
    let maps = Self.maps(channels: 8, block: 8)
    let result = TestMap([4, 8, 3, 3], seed: 5)
    let before = result.memory
    let pooling = Self.pooling(.roiAlign)
    pooling.pool([], from: maps, into: result)
    #expect(result.memory == before)
    pooling.pool(Array(Self.regions[..<2]), from: maps, into: result)
    #expect(result.memory[..<(2 * 8 * 9)] != before[..<(2 * 8 * 9)])
    #expect(result.memory[(2 * 8 * 9)...] == before[(2 * 8 * 9)...])
  }

  @Test(arguments: [RegionPooling.Method.roiAlign, .legacyRoIAlign, .roiPool], [0, 2])
  func coordinatesThatAreNoPlaceGiveZeros(method: RegionPooling.Method, samplingRatio: Int) {
    let maps = Self.maps(channels: 8, block: 8)
    let pooling = Self.pooling(method, samplingRatio: samplingRatio)
    for value in [Double.nan, .infinity, -.infinity, 1e30, -1e300, .greatestFiniteMagnitude] {
      var boxes = [BoundingBox](repeating: BoundingBox(x1: 8, y1: 8, x2: 30, y2: 30), count: 4)
      boxes[0].x1 = value
      boxes[1].y1 = value
      boxes[2].x2 = value
      boxes[3].y2 = value
      let regions = boxes.map { RegionOfInterest(box: $0, image: 1) }
      let result = TestMap([4, 8, 3, 3], seed: 5)
      let gradients = [TestMap([2, 8, 12, 16]), TestMap([2, 8, 6, 8])]
      pooling.poolBackward(result, regions: regions, into: gradients, maps: maps)
      #expect(gradients.allSatisfy { $0.memory.allSatisfy { $0 == 0 } })
      pooling.pool(regions, from: maps, into: result)
      #expect(result.memory.allSatisfy { $0 == 0 })
    }
  }

  @Test func hugeRegionsAreFinite() {
    // Legal but absurd: a million cells wide, of which the map covers sixteen; all the rest is zero.
    let maps = Self.maps(channels: 8, block: 8)
    let box = BoundingBox(x1: -4_000_000, y1: -4_000_000, x2: 4_000_000, y2: 4_000_000)
    let result = TestMap([1, 8, 3, 3], seed: 5)
    Self.pooling(.roiAlign, samplingRatio: 0).pool(
      [RegionOfInterest(box: box, image: 0)], from: maps, into: result)
    #expect(result.memory.allSatisfy { abs($0) < 1e-6 })
    #expect(result[0, 0, 1, 1] != 0)
  }

  @Test func levelsOfTheFeaturePyramid() {
    let pooling = RegionPooling(strides: [4, 8, 16, 32])
    // k = ⌊4 + log₂(side / 224)⌋ is the level of stride 2^k; index 0 is level 2.
    for (side, index) in [
      (10.0, 0), (111.9, 0), (112, 1), (223.9, 1), (224, 2), (447.9, 2), (448, 3), (896, 3), (5000, 3), (0, 0),
    ] {
      #expect(pooling.level(of: BoundingBox(x1: 3, y1: 5, x2: 3 + side, y2: 5 + side)) == index, "side \(side)")
    }
    // Not the sides count but the area: 448×112 has that of 224×224.
    #expect(pooling.level(of: BoundingBox(x1: 0, y1: 0, x2: 448, y2: 112)) == 2)
    #expect(pooling.level(of: BoundingBox(x1: 9, y1: 0, x2: 0, y2: 112)) == 0)
    #expect(pooling.level(of: BoundingBox(x1: .nan, y1: 0, x2: 0, y2: 112)) == 0)
    #expect(RegionPooling(strides: [16]).level(of: BoundingBox(x1: 0, y1: 0, x2: 9, y2: 9)) == 0)
    #expect(RegionPooling(strides: [8, 16]).level(of: BoundingBox(x1: 0, y1: 0, x2: 224, y2: 224)) == 1)
    // Of two maps of stride 32 the second one gets nothing, nor does the last of four at 8, 16, 32 and 32.
    for side in [10.0, 448, 5000] {
      #expect(RegionPooling(strides: [32, 32]).level(of: BoundingBox(x1: 0, y1: 0, x2: side, y2: side)) == 0)
    }
    #expect(RegionPooling(strides: [8, 16, 32, 32]).level(of: BoundingBox(x1: 0, y1: 0, x2: 5000, y2: 5000)) == 2)
  }
}
