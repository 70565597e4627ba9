import Augmentation
import Datasets
import DetectionUtilities
import FolderTesting
import Foundation
import ImageCodecs
import Testing

struct SegmentationAugmenterTests {
  private let folder: TemporaryFolder
  private let set: SegmentedSet

  /// A picture whose colours are its labels: red is the class, in squares of 4.
  init() throws {
    folder = try TemporaryFolder()
    let size = ImageSize(width: 32, height: 24)
    var image = RGBImage(size: size)
    var labels = LabelMap(size: size)
    for y in 0..<24 {
      for x in 0..<32 {
        let label = UInt8((x / 4 + y / 4 * 8) % 5)
        labels[x, y] = label
        image.pixels[3 * (y * 32 + x)] = 50 * label
      }
    }
    try folder.write("a\nb\nc\nd\ne\n", to: "set/classes.txt")
    try folder.write(image, to: "set/images/0.png")
    try folder.write(Data(labels.encodedPNG(palette: [])), to: "set/labels/0.png")
    set = try SegmentedSet.read(at: folder.path("set"))
  }

  private func augmenter(
    _ size: ImageSize? = nil, keepsProportions: Bool = false,
    _ change: (inout SegmentationAugmentationConfiguration) -> Void = { _ in }
  ) throws -> SegmentationAugmenter {
    var configuration = SegmentationAugmentationConfiguration()
    change(&configuration)
    return try SegmentationAugmenter(
      set: set, inputSize: size ?? set.images[0].size, keepsProportions: keepsProportions, configuration: configuration)
  }

  @Test func theDefaultsLeaveAllAsItIs() throws {
    var generator = SeededGenerator(seed: 1)
    let sample = try augmenter().sample(at: 0, using: &generator)
    #expect(try sample.target == set.images[0].labels())
    #expect(sample.image.pixels == (try set.images[0].decoded().image.pixels))
  }

  /// Wherever the labels around a pixel are one, its colour is nearest to that of this label, from which blending takes less than
  /// half a step between labels; what is beside the image is not labelled.
  @Test(arguments: 0..<12) func labelsMoveWithTheImage(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let augmenter = try augmenter(ImageSize(width: 40, height: 40), keepsProportions: seed % 2 == 0) {
      $0.horizontalFlip = 0.5
      $0.verticalFlip = 0.5
      $0.transpose = 0.5
      $0.scaleMinimum = 0.5
      $0.scaleMaximum = 2
    }
    let sample = try augmenter.sample(at: 0, using: &generator)
    var (checked, outside) = (0, 0)
    for y in 1..<39 {
      for x in 1..<39 {
        let label = sample.target[x, y]
        let neighbours = (-1...1).flatMap { dy in (-1...1).map { dx in sample.target[x + dx, y + dy] } }
        guard neighbours.allSatisfy({ $0 == label }) else { continue }
        let red = sample.image.pixels[3 * (y * 40 + x)]
        if label == LabelMap.ignored {
          outside += 1
          #expect(abs(Int(red) - 114) <= 25)
        } else {
          checked += 1
          #expect(abs(Int(red) - 50 * Int(label)) <= 25, "column \(x), row \(y)")
        }
      }
    }
    #expect(checked > 20)
    #expect(seed % 2 == 1 || checked + outside > 200)
  }

  /// Also where the image is bent; a strong deformation moves most labels.
  @Test(arguments: 0..<6) func labelsBendWithTheImage(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let augmenter = try augmenter(ImageSize(width: 128, height: 96)) {
      $0.elasticDeformation = 8
      $0.transpose = 0.5
      $0.fill = .reflect
    }
    let sample = try augmenter.sample(at: 0, using: &generator)
    var (checked, moved) = (0, 0)
    let still = try set.images[0].labels().resized(to: sample.target.size)
    for y in 4..<92 {
      for x in 4..<124 {
        let label = sample.target[x, y]
        if label != still[x, y] { moved += 1 }
        let neighbours = (-4...4).flatMap { dy in (-4...4).map { dx in sample.target[x + dx, y + dy] } }
        guard label != LabelMap.ignored, neighbours.allSatisfy({ $0 == label }) else { continue }
        checked += 1
        let red = sample.image.pixels[3 * (y * 128 + x)]
        #expect(abs(Int(red) - 50 * Int(label)) <= 25, "column \(x), row \(y)")
      }
    }
    #expect(checked > 1000 && moved > 1000)
    // The same numbers bend an image in the same way; others do not.
    var again = SeededGenerator(seed: seed)
    #expect(try augmenter.sample(at: 0, using: &again).target == sample.target)
    var other = SeededGenerator(seed: seed + 100)
    #expect(try augmenter.sample(at: 0, using: &other).target != sample.target)
  }

  /// The paper's network says something of 4×4 pixels here: all of the image has its turn in them, and the rest of the input is
  /// the image, or its mirror image.
  @Test func allOfTheImageHasItsTurnInTheMiddle() throws {
    let margin = 12
    let augmenter = try SegmentationAugmenter(
      set: set, inputSize: ImageSize(width: 32, height: 28), outputMargin: margin,
      configuration: SegmentationAugmentationConfiguration())
    var (left, right) = (32.0, 0.0)
    for seed in 0..<200 {
      var generator = SeededGenerator(seed: UInt64(seed))
      let sample = try augmenter.sample(at: 0, using: &generator)
      #expect(sample.image.size == ImageSize(width: 32, height: 28) && sample.target.size == sample.image.size)
      // Of the middle nothing is beyond the image.
      for y in margin..<28 - margin {
        for x in margin..<32 - margin { #expect(sample.target[x, y] != LabelMap.ignored) }
      }
      // No grey: blue and green are 0 everywhere.
      #expect(sample.image.pixels.enumerated().allSatisfy { $0.offset % 3 == 0 || $0.element == 0 })
      let labelled = (0..<32).filter { sample.target[$0, 14] != LabelMap.ignored }
      // The column of the image at the middle's left edge.
      let column = Double(margin - (labelled.first ?? 0)) + (labelled.first == 0 ? Double(32 - labelled.count) : 0)
      (left, right) = (min(left, column), max(right, column))
    }
    #expect(left < 2 && right > 22, "\(left) to \(right)")
  }

  /// One pixel is of a class of its own. Crops of a sixth of the image's side hold it one time in 36, and every second time where
  /// each is made for one of the two classes.
  @Test(arguments: [false, true]) func cropsHoldRareClasses(isTransposed: Bool) throws {
    var labels = LabelMap(size: set.images[0].size, repeating: 0)
    labels[29, 3] = 4
    try folder.write(Data(labels.encodedPNG(palette: [])), to: "rare/labels/0.png")
    try folder.write(RGBImage(size: labels.size), to: "rare/images/0.png")
    try folder.write("a\nb\nc\nd\ne\n", to: "rare/classes.txt")
    let rare = try SegmentedSet.read(at: folder.path("rare"))
    func held(_ probability: Double) throws -> Int {
      var configuration = SegmentationAugmentationConfiguration()
      (configuration.scaleMinimum, configuration.scaleMaximum) = (6, 6)
      configuration.classCrop = probability
      configuration.transpose = isTransposed ? 1 : 0
      configuration.horizontalFlip = 0.5
      let augmenter = try SegmentationAugmenter(set: rare, inputSize: labels.size, configuration: configuration)
      return try (0..<200).count { seed in
        var generator = SeededGenerator(seed: UInt64(seed))
        let target = try augmenter.sample(at: 0, using: &generator).target
        // The crop stays within the image.
        #expect(!target.indices.contains(LabelMap.ignored))
        return target.indices.contains(4)
      }
    }
    let (with, half, without) = try (held(1), held(0.5), held(0))
    #expect(with > 85 && with < 140, "half of the draws are the rare class, and few of the others hold it: \(with)")
    #expect(half < with && half > without && without < 20, "\(half), \(without)")
  }

  /// Of grey of 100 levels what noise of up to 20 makes: mean 100, channels alike, deviations from 0 to 20.
  @Test func noiseIsOfTheBrightness() throws {
    let size = ImageSize(width: 64, height: 33)
    try folder.write(RGBImage(size: size, color: (100, 100, 100)), to: "grey/images/0.png")
    try folder.write(Data(LabelMap(size: size, repeating: 0).encodedPNG(palette: [])), to: "grey/labels/0.png")
    try folder.write("a\nb\n", to: "grey/classes.txt")
    var configuration = SegmentationAugmentationConfiguration()
    configuration.noise = 20
    let augmenter = try SegmentationAugmenter(
      set: SegmentedSet.read(at: folder.path("grey")), inputSize: size, configuration: configuration)
    let deviations = try (0..<40).map { seed -> Double in
      var generator = SeededGenerator(seed: UInt64(seed))
      let pixels = try augmenter.sample(at: 0, using: &generator).image.pixels
      let reds = stride(from: 0, to: pixels.count, by: 3).map { place -> Double in
        #expect(pixels[place] == pixels[place + 1] && pixels[place] == pixels[place + 2])
        return Double(pixels[place])
      }
      let mean = reds.reduce(0, +) / Double(reds.count)
      #expect(abs(mean - 100) < 2)
      return (reds.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(reds.count)).squareRoot()
    }
    #expect(deviations.allSatisfy { $0 < 21 } && deviations.min()! < 4 && deviations.max()! > 16, "\(deviations)")
  }

  @Test func mirroringIsExact() throws {
    var generator = SeededGenerator(seed: 1)
    let sample = try augmenter { $0.horizontalFlip = 1 }.sample(at: 0, using: &generator)
    let labels = try set.images[0].labels()
    for y in 0..<24 { for x in 0..<32 { #expect(sample.target[x, y] == labels[31 - x, y]) } }
  }

  @Test func batchesAreTheSameWhenTheyAreAskedForAgain() throws {
    let augmenter = try augmenter {
      $0.scaleMaximum = 2
      $0.value = 0.5
    }
    let batches = try ShuffledBatches(augmenter, batchSize: 2, seed: 5)
    #expect(batches.batchCount == 1)
    let first = try batches.batch(BatchRequest(epoch: 3, index: 0))
    let again = try batches.batch(BatchRequest(epoch: 3, index: 0))
    #expect(first.map(\.target) == again.map(\.target) && first.map(\.image.pixels) == again.map(\.image.pixels))
    #expect(first[0].target != first[1].target)
  }

  @Test func settingsThatCannotBeAreNamed() {
    let error = #expect(throws: AugmentationConfigurationError.self) { try augmenter { $0.scaleMinimum = 2 } }
    #expect(error?.key == "scaleMinimum")
  }
}
