import Augmentation
import Datasets
import DetectionUtilities
import FolderTesting
import ImageCodecs
import Testing

/// Turned, sheared and cropped images, with the red rectangle of ``AugmenterTests``.
struct TurnedSamplesTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func augmenter(_ change: (inout AugmentationConfiguration) -> Void) throws -> Augmenter {
    try Augmenter(
      dataset: AugmenterTests.dataset(in: folder), inputSize: AugmenterTests.input,
      configuration: AugmenterTests.configuration(change))
  }

  private func sample(_ augmenter: Augmenter, seed: UInt64) throws -> TrainingSample {
    var generator = SeededGenerator(seed: seed)
    return try augmenter.sample(at: 0, using: &generator)
  }

  /// Every red pixel lies in a box, and red reaches every edge of every box that is wholly in sight, to two pixels. Of one that is
  /// cut off at a shallow angle the tip has no pixel.
  private func mistakes(in sample: TrainingSample) -> Int {
    let red = redPoints(of: sample.image)
    func isIn(_ box: BoundingBox, _ point: Outline.Point) -> Bool {
      let isBeside = point.x < box.x1 - 1.5 || point.x > box.x2 + 1.5
      let isAbove = point.y < box.y1 - 1.5 || point.y > box.y2 + 1.5
      return !isBeside && !isAbove
    }
    var mistakes = red.count { point in !sample.objects.contains { isIn($0.box, point) } }
    let whole = BoundingBox(x1: 2, y1: 2, x2: Double(sample.image.width) - 2, y2: Double(sample.image.height) - 2)
    for object in sample.objects where sample.objects.count == 1 && isWithin(object.box, whole) {
      guard let reach = Outline(red.filter { isIn(object.box, $0) }).boundingBox else {
        mistakes += 1
        continue
      }
      let distances: [Double] = [
        reach.x1 - object.box.x1, object.box.x2 - reach.x2, reach.y1 - object.box.y1, object.box.y2 - reach.y2,
      ]
      mistakes += distances.count { $0 > 2 }
    }
    return mistakes
  }

  private func isWithin(_ box: BoundingBox, _ other: BoundingBox) -> Bool {
    box.x1 > other.x1 && box.y1 > other.y1 && box.x2 < other.x2 && box.y2 < other.y2
  }

  /// The middles of the red pixels.
  private func redPoints(of image: RGBImage) -> [Outline.Point] {
    var points: [Outline.Point] = []
    for y in 0..<image.height {
      for x in 0..<image.width {
        let place = 3 * (y * image.width + x)
        guard image.pixels[place] > 120, image.pixels[place + 1] < 60 else { continue }
        points.append(Outline.Point(x: Double(x) + 0.5, y: Double(y) + 0.5))
      }
    }
    return points
  }

  @Test(
    "the box lies round the turned object",
    arguments: [
      ("turned", AugmenterTests.configuration { $0.rotation = 180 }),
      ("sheared", AugmenterTests.configuration { $0.shear = 0.4 }),
      (
        "nearest",
        AugmenterTests.configuration {
          $0.rotation = 40
          $0.fill = .nearest
        }
      ),
      (
        "the lectures'",
        AugmenterTests.configuration {
          $0.rotation = 40
          $0.shear = 0.2
          $0.translate = 0.2
          $0.scaleMinimum = 0.8
          $0.scaleMaximum = 1.2
          $0.horizontalFlip = 0.5
          $0.fill = .nearest
        }
      ),
      (
        "everything",
        AugmenterTests.configuration {
          $0.rotation = 90
          $0.shear = 0.2
          $0.rotate90 = 0.5
          $0.verticalFlip = 0.5
          $0.scaleMinimum = 0.2
          $0.scaleMaximum = 2
        }
      ),
      (
        "mosaic",
        AugmenterTests.configuration {
          $0.rotation = 30
          $0.mosaic = 1
          $0.randomResizedCrop = 0.4
        }
      ),
    ])
  func geometry(name: String, configuration: AugmentationConfiguration) throws {
    let augmenter = try Augmenter(
      dataset: AugmenterTests.dataset(in: folder), inputSize: AugmenterTests.input, configuration: configuration)
    var seen = 0
    for seed in 0..<30 as Range<UInt64> {
      let sample = try sample(augmenter, seed: seed)
      seen += sample.objects.count
      #expect(mistakes(in: sample) == 0, "\(name), seed \(seed): \(sample.objects.map(\.box))")
      for object in sample.objects {
        #expect(object.box.x1 >= 0 && object.box.y1 >= 0 && object.box.x2 <= 160 && object.box.y2 <= 128)
      }
    }
    #expect(seen >= 20, "\(name) shows the object now and then: \(seen)")
  }

  /// At most 2° of 160×128: a box of 56×40 grows by less than 2, and its middle, 4 pixels left of the input's and 16 above,
  /// moves by less than 1.
  @Test func aSmallTurnIsASmallChange() throws {
    let plain = try sample(augmenter { _ in }, seed: 1).objects[0].box
    for seed in 0..<20 as Range<UInt64> {
      let box = try sample(augmenter { $0.rotation = 2 }, seed: seed).objects[0].box
      #expect(box.width >= plain.width - 1e-9 && box.width < plain.width + 2, "\(box)")
      #expect(abs(box.centerX - plain.centerX) < 1 && abs(box.centerY - plain.centerY) < 1, "\(box)")
    }
  }

  /// Without turning or shearing the way through a map gives what the quicker way gives, up to rounding of a level or two.
  @Test func bothWaysOfDrawingAgree() throws {
    let change: (inout AugmentationConfiguration) -> Void = {
      $0.horizontalFlip = 0.5
      $0.verticalFlip = 0.5
      $0.rotate90 = 0.5
      $0.scaleMinimum = 0.3
      $0.scaleMaximum = 1.5
      $0.translate = 0.1
    }
    let quick = try augmenter(change)
    let mapped = try augmenter {
      change(&$0)
      $0.rotation = 1e-9
    }
    for seed in 0..<30 as Range<UInt64> {
      let (first, second) = (try sample(quick, seed: seed), try sample(mapped, seed: seed))
      let difference = zip(first.image.pixels, second.image.pixels).map { abs(Int($0) - Int($1)) }.max()
      #expect(difference ?? 255 <= 2, "seed \(seed)")
      #expect(first.objects.count == second.objects.count)
      for (a, b) in zip(first.objects, second.objects) {
        #expect(abs(a.box.x1 - b.box.x1) < 1e-6 && abs(a.box.y2 - b.box.y2) < 1e-6)
      }
    }
  }

  /// A crop of at least a tenth fills the input: no ground is seen, and the object is seen at many sizes.
  @Test func cropsFillTheInput() throws {
    let augmenter = try augmenter { $0.randomResizedCrop = 0.1 }
    var areas: [Double] = []
    for seed in 0..<40 as Range<UInt64> {
      let sample = try sample(augmenter, seed: seed)
      // Object and image have the same green, the ground another.
      let greens = stride(from: 1, to: sample.image.pixels.count, by: 3).map { sample.image.pixels[$0] }
      #expect(greens.allSatisfy { $0 == 20 }, "seed \(seed)")
      #expect(mistakes(in: sample) == 0, "seed \(seed)")
      areas += sample.objects.map(\.box.area)
    }
    #expect(areas.count > 20 && areas.max() ?? 0 > 2 * (areas.min() ?? 0), "\(areas)")
  }

  @Test func theGroundIsChosen() throws {
    let sample = try sample(augmenter { $0.fillLevel = 7 }, seed: 1)
    #expect(sample.image.pixels[..<9].allSatisfy { $0 == 7 })
    // The image's own edge in place of the ground above it.
    let filled = try self.sample(augmenter { $0.fill = .nearest }, seed: 1)
    #expect(filled.image.pixels[..<9].allSatisfy { $0 == 20 })
  }

  /// Of a box that is turned to lie half in sight, half its own area counts, not that of the box round it.
  @Test func tooLittleOfATurnedBoxIsLeftOut() throws {
    func objects(_ fraction: Double) throws -> Int {
      let augmenter = try augmenter {
        $0.rotation = 180
        $0.translate = 1
        $0.minimumVisibleFraction = fraction
      }
      return try (0..<60 as Range<UInt64>).reduce(0) { try $0 + sample(augmenter, seed: $1).objects.count }
    }
    let (all, half, whole) = (try objects(0), try objects(0.5), try objects(1))
    #expect(all > half && half > whole && whole > 0, "\(all), \(half), \(whole)")
  }

  @Test func withoutStrengthNothingIsTurned() throws {
    let plain = try sample(try augmenter { _ in }, seed: 3)
    func still(_ change: (inout AugmentationConfiguration) -> Void) throws -> TrainingSample {
      var generator = SeededGenerator(seed: 3)
      return try augmenter(change).sample(at: 0, strength: 0, using: &generator)
    }
    let turning = try still {
      $0.rotation = 90
      $0.shear = 0.5
    }
    #expect(turning.image == plain.image && turning.objects == plain.objects)
    // Crops keep images at a larger size, and so are drawn from other pixels.
    #expect(try still { $0.randomResizedCrop = 0.2 }.objects == plain.objects)
  }

  @Test(arguments: [("rotation", 181.0), ("shear", -1), ("fillLevel", 256), ("randomResizedCrop", 1.5)])
  func settingsOutOfTheirRangeAreNamed(key: String, value: Double) throws {
    let error = #expect(throws: AugmentationConfigurationError.self) {
      try augmenter {
        switch key {
        case "rotation": $0.rotation = value
        case "shear": $0.shear = value
        case "fillLevel": $0.fillLevel = Int(value)
        default: $0.randomResizedCrop = value
        }
      }
    }
    #expect(error?.key == key)
  }
}
