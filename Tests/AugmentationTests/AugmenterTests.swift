import Augmentation
import Datasets
import DetectionUtilities
import FolderTesting
import Foundation
import ImageCodecs
import Testing

/// A red rectangle on a dark ground must stay under its box, whatever is done to the image.
struct AugmenterTests {
  static let rectangle = BoundingBox(x1: 60, y1: 30, x2: 130, y2: 80)
  static let input = ImageSize(width: 160, height: 128)

  static func scene(size: ImageSize = ImageSize(width: 200, height: 150)) -> RGBImage {
    var image = RGBImage(size: size, color: (20, 20, 20))
    for y in 30..<80 {
      for x in 60..<130 { image.pixels[3 * (y * size.width + x)] = 220 }
    }
    return image
  }

  static func dataset(in folder: TemporaryFolder, crowd: Bool = false) throws -> LabelledDataset {
    let path = try folder.write(scene(), to: "scene.png")
    return LabelledDataset(
      classes: [ObjectClass(id: 1, name: "rectangle")],
      images: [
        LabelledImage(
          id: 1, path: path, size: ImageSize(width: 200, height: 150),
          objects: [LabelledObject(annotationID: 1, box: rectangle, classIndex: 0, isCrowd: crowd)])
      ])
  }

  static func configuration(_ change: (inout AugmentationConfiguration) -> Void) -> AugmentationConfiguration {
    var configuration = AugmentationConfiguration.none
    configuration.minimumVisibleFraction = 0
    configuration.minimumBoxSide = 0
    change(&configuration)
    return configuration
  }

  /// Everything further than a pixel inside a box is red, and nothing further than a pixel outside of all boxes is.
  private func check(_ sample: TrainingSample, _ context: String) {
    let image = sample.image
    var mistakes = 0
    for y in 0..<image.height {
      for x in 0..<image.width {
        let index = 3 * (y * image.width + x)
        let isRed = image.pixels[index] > 120 && image.pixels[index + 1] < 60
        let (centerX, centerY) = (Double(x) + 0.5, Double(y) + 0.5)
        func distanceInside(_ box: BoundingBox) -> Double {
          min(centerX - box.x1, box.x2 - centerX, centerY - box.y1, box.y2 - centerY)
        }
        let deepest = sample.objects.map { distanceInside($0.box) }.max() ?? -.infinity
        if deepest > 1, !isRed { mistakes += 1 }
        if deepest < -1, isRed { mistakes += 1 }
      }
    }
    #expect(mistakes == 0, "\(context): \(mistakes) pixels off, boxes \(sample.objects.map(\.box))")
  }

  @Test(
    "the box follows its object",
    arguments: [
      ("fitted", configuration { _ in }), ("mirrored", configuration { $0.horizontalFlip = 1 }),
      ("upside down", configuration { $0.verticalFlip = 1 }),
      ("turned", configuration { $0.rotate90 = 1 }),
      (
        "shrunk",
        configuration {
          $0.scaleMinimum = 0.2
          $0.scaleMaximum = 0.6
        }
      ),
      (
        "enlarged",
        configuration {
          $0.scaleMinimum = 1.5
          $0.scaleMaximum = 3
        }
      ), ("moved", configuration { $0.translate = 0.3 }),
      ("mosaic", configuration { $0.mosaic = 1 }),
      (
        "everything",
        configuration {
          $0.horizontalFlip = 0.5
          $0.verticalFlip = 0.5
          $0.rotate90 = 0.7
          $0.scaleMinimum = 0.3
          $0.scaleMaximum = 2
          $0.translate = 0.2
          $0.mosaic = 0.5
        }
      ),
    ])
  func geometry(name: String, configuration: AugmentationConfiguration) throws {
    let folder = try TemporaryFolder()
    let augmenter = try Augmenter(
      dataset: AugmenterTests.dataset(in: folder), inputSize: AugmenterTests.input, configuration: configuration)
    var seen = 0
    for seed in 0..<30 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let sample = try augmenter.sample(at: 0, using: &generator)
      #expect(sample.image.size == AugmenterTests.input)
      seen += sample.objects.count
      check(sample, "\(name), seed \(seed)")
    }
    #expect(seen >= 15, "\(name) shows the object now and then")
  }

  @Test("without variation, and for evaluating, the image is fitted by 0.8 with grey above and below")
  func fitted() throws {
    let folder = try TemporaryFolder()
    let augmenter = try Augmenter(
      dataset: AugmenterTests.dataset(in: folder), inputSize: AugmenterTests.input, configuration: .none)
    var generator = SeededGenerator(seed: 1)
    // 200×150 by 0.8 is 160×120: 4 rows of grey above and below.
    for sample in [try augmenter.sample(at: 0, using: &generator), try augmenter.evaluationSample(at: 0)] {
      let box = sample.objects[0].box
      #expect(abs(box.x1 - 48) < 1e-9 && abs(box.y1 - 28) < 1e-9)
      #expect(abs(box.x2 - 104) < 1e-9 && abs(box.y2 - 68) < 1e-9)
      let column = (0..<128).map { sample.image.pixels[3 * ($0 * 160)] }
      #expect(column[..<4].allSatisfy { $0 == 114 } && column[124...].allSatisfy { $0 == 114 })
      #expect(column[4..<124].allSatisfy { $0 == 20 })
    }
  }

  @Test("an image of the input's size is copied to the byte; mirrored, its rows are reversed")
  func exactness() throws {
    let folder = try TemporaryFolder()
    let size = ImageSize(width: 37, height: 23)
    var generator = SeededGenerator(seed: 1)
    let image = RGBImage(size: size, pixels: (0..<3 * 37 * 23).map { _ in UInt8(generator.uniform(below: 256)) })
    let path = try folder.write(image, to: "noise.png")
    let dataset = LabelledDataset(classes: [], images: [LabelledImage(id: 1, path: path, size: size, objects: [])])
    let plain = try Augmenter(dataset: dataset, inputSize: size, configuration: .none)
    #expect(try plain.sample(at: 0, using: &generator).image == image)
    #expect(try plain.evaluationSample(at: 0).image == image)
    let mirroring = AugmenterTests.configuration { $0.horizontalFlip = 1 }
    let mirrored = try Augmenter(dataset: dataset, inputSize: size, configuration: mirroring)
      .sample(at: 0, using: &generator).image
    for y in 0..<23 {
      for x in 0..<37 {
        let (here, there) = (3 * (y * 37 + x), 3 * (y * 37 + 36 - x))
        #expect(mirrored.pixels[here..<here + 3] == image.pixels[there..<there + 3])
      }
    }
  }

  @Test("a box of which too little is left is dropped")
  func visibility() throws {
    let folder = try TemporaryFolder()
    let dataset = try AugmenterTests.dataset(in: folder)
    let enlarging = AugmenterTests.configuration {
      $0.scaleMinimum = 2
      $0.scaleMaximum = 3
    }
    var strict = enlarging
    strict.minimumVisibleFraction = 0.9
    var (all, kept) = (0, 0)
    for seed in 0..<40 as Range<UInt64> {
      var first = SeededGenerator(seed: seed)
      var second = SeededGenerator(seed: seed)
      let input = AugmenterTests.input
      all += try Augmenter(dataset: dataset, inputSize: input, configuration: enlarging)
        .sample(at: 0, using: &first).objects.count
      kept += try Augmenter(dataset: dataset, inputSize: input, configuration: strict)
        .sample(at: 0, using: &second).objects.count
    }
    #expect(kept > 0 && kept < all, "\(kept) of \(all)")
  }

  @Test("a crowd is a region to ignore, not an object")
  func crowds() throws {
    let folder = try TemporaryFolder()
    let augmenter = try Augmenter(
      dataset: AugmenterTests.dataset(in: folder, crowd: true), inputSize: AugmenterTests.input, configuration: .none)
    var generator = SeededGenerator(seed: 1)
    for sample in [try augmenter.sample(at: 0, using: &generator), try augmenter.evaluationSample(at: 0)] {
      #expect(sample.objects.isEmpty)
      #expect(sample.ignoredRegions.count == 1)
    }
  }

  @Test("shrinking by much averages: stripes of one pixel become grey, not stripes")
  func antialiasing() throws {
    let folder = try TemporaryFolder()
    var image = RGBImage(size: ImageSize(width: 256, height: 256))
    for y in 0..<256 {
      for x in stride(from: 0, to: 256, by: 2) {
        for channel in 0..<3 { image.pixels[3 * (y * 256 + x) + channel] = 200 }
      }
    }
    let path = try folder.write(image, to: "stripes.png")
    let dataset = LabelledDataset(
      classes: [], images: [LabelledImage(id: 1, path: path, size: image.size, objects: [])])
    let shrinking = AugmenterTests.configuration {
      $0.scaleMinimum = 0.25
      $0.scaleMaximum = 0.3
    }
    let augmenter = try Augmenter(
      dataset: dataset, inputSize: ImageSize(width: 256, height: 256), configuration: shrinking)
    for seed in 0..<10 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let sample = try augmenter.sample(at: 0, using: &generator)
      #expect(sample.image.pixels.allSatisfy { (98...102).contains($0) || $0 == 114 })
    }
  }

  @Test("an image that cannot be decoded is named")
  func undecodable() throws {
    let folder = try TemporaryFolder()
    let dataset = try AugmenterTests.dataset(in: folder)
    try folder.write(Data(AugmenterTests.scene().encodedPNG()).prefix(60), to: "scene.png")
    let augmenter = try Augmenter(dataset: dataset, inputSize: AugmenterTests.input, configuration: .none)
    var generator = SeededGenerator(seed: 1)
    let error = #expect(throws: DatasetError.self) { try augmenter.sample(at: 0, using: &generator) }
    #expect(error?.path == folder.path("scene.png"))
    #expect(error?.problem.contains("cannot be decoded") == true)
  }
}
