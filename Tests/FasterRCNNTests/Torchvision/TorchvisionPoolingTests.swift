import DetectionUtilities
import FasterRCNN
import NetworkPlans
import Tensors
import Testing

/// Holds region pooling against torchvision's `roi_align`, `roi_pool` and `MultiScaleRoIAlign`, forward and backward.
@Suite(.enabled(if: TorchvisionFixtures.folder != nil, TorchvisionFixtures.absence))
struct TorchvisionPoolingTests {
  /// Among the regions are some wider than the map, beside it, thinner than a cell, and without area.
  @Test(arguments: [
    ("align.plain.2", RegionPooling.Method.legacyRoIAlign, 2), ("align.plain.adaptive", .legacyRoIAlign, 0),
    ("align.aligned.2", .roiAlign, 2), ("align.aligned.adaptive", .roiAlign, 0), ("pool", .roiPool, 0),
  ])
  func oneMap(name: String, method: RegionPooling.Method, samplingRatio: Int) throws {
    let fixtures = try TorchvisionFixtures("roi_align")
    let regions = try fixtures.regions("regions")
    let feature = try TestMap(fixtures.tensor("feature"))
    let gradient = try TestMap(fixtures.tensor("gradient"))
    let pooling = RegionPooling(method: method, samplingRatio: samplingRatio, strides: [8])
    let result = TestMap(gradient.map.shape)
    pooling.pool(regions, from: [feature], into: result)
    // The largest cell is a copy, a mean of samples is not.
    try fixtures.expect(result.values, near: "\(name).output", within: method == .roiPool ? 0 : 5e-6)
    let into = TestMap(feature.map.shape)
    pooling.poolBackward(gradient, regions: regions, into: [into], maps: [feature])
    // Sums of about a hundred contributions.
    try fixtures.expect(into.values, near: "\(name).input_gradient", within: 1e-5)
  }

  /// Some of the areas lie exactly on a border between two levels.
  @Test func fourMaps() throws {
    let fixtures = try TorchvisionFixtures("roi_align")
    let regions = try fixtures.regions("levels.regions")
    let pooling = RegionPooling(method: .legacyRoIAlign, samplingRatio: 2, strides: [4, 8, 16, 32])
    let levels = regions.map { pooling.level(of: $0.box) }
    #expect(levels == (try fixtures.integers("levels.level")))
    #expect(Set(levels) == [0, 1, 2, 3])

    let maps = try (0..<4).map { try TestMap(fixtures.tensor("levels.feature.\($0)")) }
    let gradient = try TestMap(fixtures.tensor("levels.gradient"))
    let result = TestMap(gradient.map.shape)
    pooling.pool(regions, from: maps, into: result)
    try fixtures.expect(result.values, near: "levels.output", within: 5e-6)
    let into = maps.map { TestMap($0.map.shape) }
    pooling.poolBackward(gradient, regions: regions, into: into)
    for (level, map) in into.enumerated() {
      try fixtures.expect(map.values, near: "levels.input_gradient.\(level)", within: 1e-5)
    }
  }
}

extension TorchvisionFixtures {
  /// Rows of five numbers: image, x1, y1, x2, y2.
  fileprivate func regions(_ name: String) throws -> [RegionOfInterest] {
    try values(name).map(Double.init).rows(of: 5).map {
      RegionOfInterest(box: BoundingBox(x1: $0[1], y1: $0[2], x2: $0[3], y2: $0[4]), image: Int($0[0]))
    }
  }
}

extension TestMap {
  /// A copy of a plain tensor N × C × H × W.
  convenience init(_ tensor: Tensor) {
    self.init(tensor.shape)
    map.copy(from: tensor)
  }

  /// N × C × H × W, row-major.
  var values: [Float] { withExtendedLifetime(self) { map.values } }
}

extension BlockedMap {
  /// - Parameter tensor: N × C × H × W, no larger than the map.
  func copy(from tensor: Tensor) {
    let shape = tensor.shape
    var index = 0
    for image in 0..<shape[0] {
      for channel in 0..<shape[1] {
        for row in 0..<shape[2] {
          for column in 0..<shape[3] {
            pointer[offset(image: image, channel: channel, row: row, column: column)] = tensor[index]
            index += 1
          }
        }
      }
    }
  }

  /// N × C × H × W, row-major.
  var values: [Float] {
    var values: [Float] = []
    for image in 0..<images {
      for channel in 0..<channels {
        for row in 0..<height {
          for column in 0..<width {
            values.append(pointer[offset(image: image, channel: channel, row: row, column: column)])
          }
        }
      }
    }
    return values
  }
}
