import Augmentation
import Datasets
import DetectionUtilities
import FolderTesting
import Foundation
import ImageCodecs
import Testing

struct ClassAugmenterTests {
  private let folder: TemporaryFolder
  private let size = ImageSize(width: 4, height: 3)

  init() throws { folder = try TemporaryFolder() }

  /// Levels 0, 1, 2, … of a second image 100, 101, ….
  private func set() throws -> ClassifiedSet {
    let images = try (0..<2).map { index in
      let levels = (0..<12).map { UInt8(100 * index + $0) }
      let image = RGBImage(size: size, pixels: levels.flatMap { [$0, $0, $0] })
      let path = try folder.write(Data(image.encodedPNG()), to: "\(index).png")
      return ClassifiedImage(source: .file(path), name: path, classIndex: index)
    }
    return ClassifiedSet(
      classes: [ObjectClass(id: 0, name: "a"), ObjectClass(id: 1, name: "b")], images: images, format: .csv)
  }

  private func augmenter(_ change: (inout ClassAugmentationConfiguration) -> Void) throws -> ClassAugmenter {
    var configuration = ClassAugmentationConfiguration()
    change(&configuration)
    return try ClassAugmenter(set: set(), inputSize: size, configuration: configuration)
  }

  private func levels(_ sample: ClassifiedSample) -> [Int] {
    stride(from: 0, to: sample.image.pixels.count, by: 3).map { Int(sample.image.pixels[$0]) }
  }

  private func sample(_ augmenter: ClassAugmenter, _ index: Int = 0, seed: UInt64 = 1) throws -> ClassifiedSample {
    var generator = SeededGenerator(seed: seed)
    return try augmenter.sample(at: index, using: &generator)
  }

  @Test func nothingIsVariedByDefault() throws {
    let sample = try sample(augmenter { _ in }, 1)
    #expect(levels(sample) == Array(100..<112) && sample.target == ClassTarget(1))
    #expect(sample.sourcePath == folder.path("1.png"))
  }

  @Test func mirroringAndTurningAreExact() throws {
    #expect(try levels(sample(augmenter { $0.horizontalFlip = 1 })) == [3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8])
    #expect(try levels(sample(augmenter { $0.verticalFlip = 1 })) == [8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3])
  }

  /// Every sample is the image moved by whole pixels, with the fill level around it.
  @Test func croppingWithPaddingMovesWholePixels() throws {
    let augmenter = try augmenter {
      $0.padding = 2
      $0.fillLevel = 50
    }
    var moves = Set<[Int]>()
    for seed in 0..<60 {
      let found = try levels(sample(augmenter, seed: UInt64(seed)))
      let candidates = (-2...2).flatMap { dy in (-2...2).map { [$0, dy] } }
      let move = candidates.first { move in
        (0..<12).allSatisfy { place in
          let (x, y) = (place % 4 - move[0], place / 4 - move[1])
          let isInside = (0..<4).contains(x) && (0..<3).contains(y)
          return found[place] == (isInside ? y * 4 + x : 50)
        }
      }
      moves.insert(try #require(move))
    }
    #expect(moves.count > 15)
  }

  @Test(arguments: [
    (FillMode.constant, [0, 0, 0, 0]), (.nearest, [0, 0, 0, 0]),
    (.reflect, [3, 2, 1, 0]),
  ])
  func theEdgeIsFilled(fill: FillMode, expected: [Int]) throws {
    let augmenter = try augmenter {
      $0.padding = 4
      $0.fill = fill
    }
    // The image moved to the right by all of its width.
    for seed in 0..<400 {
      let row = Array(try levels(sample(augmenter, seed: UInt64(seed)))[..<4])
      if fill == .reflect, row == expected { return }
      if fill != .reflect, row == expected { return }
    }
    Issue.record("no sample was moved so")
  }

  @Test func mixturesShareTheirTargets() throws {
    let blended = try augmenter { $0.mixup = 1 }
    let pasted = try augmenter { $0.cutmix = 1 }
    for seed in 0..<20 {
      let mixed = try sample(blended, seed: UInt64(seed))
      let weights = mixed.target.shares
      #expect(weights.count == 2 && abs(weights.map(\.weight).reduce(0, +) - 1) < 1e-6)
      let expected = (0..<12).map { Double($0) + Double(weights[1].weight) * Double(weights[1].classIndex * 100) }
      for (level, wanted) in zip(levels(mixed), expected) { #expect(abs(Double(level) - wanted) <= 0.51) }
      let cut = try sample(pasted, seed: UInt64(seed))
      let foreign = levels(cut).count { $0 >= 100 }
      guard cut.target.shares[1].classIndex == 1 else { continue }
      #expect(abs(Float(foreign) / 12 - cut.target.shares[1].weight) < 1e-6)
    }
  }

  @Test func aTurnByAQuarterMovesTheMiddleNowhere() throws {
    let augmenter = try augmenter {
      $0.rotation = 180
      $0.fill = .nearest
    }
    let first = try levels(sample(augmenter, seed: 1))
    #expect(first != Array(0..<12))
    #expect(try levels(sample(augmenter, seed: 1)) == first)
    #expect(try levels(sample(augmenter, seed: 2)) != first)
  }

  @Test func batchesDependOnTheirRequestAlone() throws {
    let augmenter = try augmenter { $0.shift = 0.3 }
    let batches = try ShuffledBatches(augmenter, batchSize: 2, seed: 5)
    #expect(batches.batchCount == 1)
    let first = try batches.batch(BatchRequest(epoch: 3, index: 0)).map { levels($0) }
    _ = try batches.batch(BatchRequest(epoch: 0, index: 0))
    #expect(try batches.batch(BatchRequest(epoch: 3, index: 0)).map { levels($0) } == first)
  }

  @Test(arguments: [("rotation", 181.0), ("zoom", 1), ("mixup", -1), ("hue", 0.6)])
  func settingsOutOfTheirRangeAreNamed(key: String, value: Double) throws {
    let error = #expect(throws: AugmentationConfigurationError.self) {
      try augmenter {
        switch key {
        case "rotation": $0.rotation = value
        case "zoom": $0.zoom = value
        case "mixup": $0.mixup = value
        default: $0.hue = value
        }
      }
    }
    #expect(error?.key == key)
  }
}
