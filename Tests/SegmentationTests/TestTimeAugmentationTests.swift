import ComputeGraph
import DetectionUtilities
import ImageCodecs
import Models
import Segmentation
import Testing

struct TestTimeAugmentationTests {
  private let classes = (0..<3).map { ModelFile.Label(name: "\($0)", id: $0) }

  /// What a small U-Net says of an image, classes × H × W, and the labels.
  private func prediction(
    _ image: RGBImage, _ augmentation: TestTimeAugmentation, tiling: TilingOptions? = nil
  ) throws -> (probabilities: [Float], labels: LabelMap) {
    var configuration = SegmenterConfiguration()
    configuration.network = .uNet
    configuration.widthMultiplier = 0.125
    configuration.inputSize = image.size
    var generator = SeededGenerator(seed: 3)
    let graph = configuration.graph(classCount: classes.count)
    let segmenter = try ImageSegmenter(
      configuration, classes: classes, parameters: graph.initialParameters(using: &generator),
      preprocessing: configuration.preprocessing,
      options: ModelOptions(tiling: tiling, testTimeAugmentation: augmentation))
    let (width, area) = (image.width, image.width * image.height)
    var probabilities = [Float](repeating: -1, count: classes.count * area)
    let labels = try segmenter.predict(SourceImage(image)) { part in
      for index in classes.indices {
        for row in 0..<part.size.height {
          for column in 0..<part.size.width {
            probabilities[index * area + (part.y + row) * width + part.x + column] =
              part.values[(index * part.size.height + row) * part.size.width + column]
          }
        }
      }
    }.value
    return (probabilities, labels)
  }

  private func image(_ width: Int, _ height: Int) -> RGBImage {
    var generator = SeededGenerator(seed: 5)
    var image = RGBImage(size: ImageSize(width: width, height: height))
    for index in image.pixels.indices { image.pixels[index] = UInt8(generator.uniform(below: 256)) }
    return image
  }

  @Test func viewsAreAllDifferent() {
    let square = ImageSize(width: 3, height: 3)
    let places = TestTimeAugmentation.symmetries.views(of: square).map { $0.places(in: square) }
    #expect(Set(places).count == 8 && places[0] == Array(0..<9))
    #expect(places.allSatisfy { $0.sorted() == Array(0..<9) })
    #expect(TestTimeAugmentation.symmetries.views(of: ImageSize(width: 3, height: 2)).count == 4)
    #expect(TestTimeAugmentation.mirrored.views(of: square).count == 2)
  }

  /// Six pixels, three in a row: rows become columns, which are then mirrored.
  @Test func aViewByHand() {
    let size = ImageSize(width: 3, height: 2)
    #expect(ImageSymmetry(transposes: true).places(in: size) == [0, 3, 1, 4, 2, 5])
    #expect(ImageSymmetry(mirrorsX: true).places(in: size) == [2, 1, 0, 5, 4, 3])
    #expect(ImageSymmetry(mirrorsX: true, transposes: true).places(in: size) == [2, 5, 1, 4, 0, 3])
  }

  /// The mean of what is said of the image, and, mirrored back, of its mirror image.
  @Test func mirroredIsAMean() throws {
    let image = image(64, 32)
    let mirror = ImageSymmetry(mirrorsX: true)
    let (plain, mirrored) = (try prediction(image, .none), try prediction(image.seen(mirror), .none))
    let both = try prediction(image, .mirrored)
    let places = mirror.places(in: image.size)
    for index in classes.indices {
      for (pixel, place) in places.enumerated() {
        let first = index * places.count
        let mean = (plain.probabilities[first + place] + mirrored.probabilities[first + pixel]) / 2
        #expect(abs(both.probabilities[first + place] - mean) < 1e-5)
      }
    }
    #expect(both.labels != plain.labels)
  }

  /// What is said of a view is the view of what is said, in tiles too.
  @Test(arguments: [nil, TilingOptions()]) func noViewIsPreferred(tiling: TilingOptions?) throws {
    let image = image(64, 64)
    let turn = ImageSymmetry(mirrorsX: true, transposes: true)
    let of = try prediction(image, .symmetries, tiling: tiling)
    let turned = try prediction(image.seen(turn), .symmetries, tiling: tiling)
    let places = turn.places(in: image.size)
    for index in classes.indices {
      for (pixel, place) in places.enumerated() {
        let (own, other) = (of.probabilities[index * 4096 + place], turned.probabilities[index * 4096 + pixel])
        #expect(abs(own - other) < 1e-4)
      }
    }
    let plain = try prediction(image, .none, tiling: tiling)
    #expect(zip(plain.probabilities, of.probabilities).contains { abs($0 - $1) > 1e-2 })
  }
}
