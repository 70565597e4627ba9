import DetectionUtilities
import ImageCodecs
import Testing
import Visualization

/// D-RISE and its scores, on a detector that is as sure as a square is bright.
struct DetectorRISETests {
  private let size = ImageSize(width: 48, height: 32)
  private let object = Detection(box: BoundingBox(x1: 30, y1: 4, x2: 40, y2: 14), classIndex: 1, score: 1)

  private var image: RGBImage {
    var image = RGBImage(size: size, color: (60, 60, 60))
    image.fillRectangle(x: 30, y: 4, width: 10, height: 10, color: .white)
    return image
  }

  private func detect(_ image: RGBImage) -> [Detection] {
    var sum = 0.0
    for y in 4..<14 { for x in 30..<40 { sum += Double(image.pixels[3 * (size.width * y + x)]) } }
    return [
      Detection(box: object.box, classIndex: 1, score: sum / 25_500),
      // Of another class: it says nothing of the object.
      Detection(box: object.box, classIndex: 0, score: 1),
    ]
  }

  @Test func similarityIsIoUTimesScoreWithinTheClass() {
    let half = BoundingBox(x1: 30, y1: 4, x2: 40, y2: 9)
    let found = [
      Detection(box: half, classIndex: 1, score: 0.8), Detection(box: object.box, classIndex: 1, score: 0.3),
      Detection(box: object.box, classIndex: 0, score: 1),
    ]
    #expect(DetectorRISE.similarity(of: found, to: object) == 0.4)
    #expect(DetectorRISE.similarity(of: [], to: object) == 0)
  }

  @Test func theSquareMatters() {
    let map = DetectorRISE(maskCount: 600, cells: 8, seed: 3)(image, objects: [object], detect: detect)[0]
    #expect(map.size == size)
    func mean(_ columns: Range<Int>, _ rows: Range<Int>) -> Float {
      let values = rows.flatMap { row in columns.map { map.values[row * size.width + $0] } }
      return values.reduce(0, +) / Float(values.count)
    }
    #expect(mean(30..<40, 4..<14) > 1.1 * mean(0..<20, 0..<32))
    let scores = DeletionAndInsertion(map, of: object, in: image, detect: detect)
    #expect(scores.deletion.count == 21 && scores.deletion[0] == 1 && scores.deletion[20] == 0)
    #expect(scores.insertion[20] == 1)
    // Backwards the same map is a bad one.
    let backwards = DeletionAndInsertion(
      Heatmap(size: size, values: map.values.map { -$0 }), of: object, in: image, detect: detect)
    #expect(scores.deletionScore < 0.25 && backwards.deletionScore > 0.75)
    #expect(scores.insertionScore > backwards.insertionScore + 0.3)
  }

  @Test func theSameSeedGivesTheSameMap() {
    func map(_ seed: UInt64) -> Heatmap {
      DetectorRISE(maskCount: 20, cells: 4, seed: seed)(image, objects: [object], detect: detect)[0]
    }
    #expect(map(5) == map(5))
    #expect(map(5) != map(6))
  }

  @Test func anObjectThatIsNeverFoundHasAnEmptyMap() {
    let map = DetectorRISE(maskCount: 5)(image, objects: [object]) { _ in [] }[0]
    #expect(map.values.allSatisfy { $0 == 0 })
    #expect(map.normalized.values.allSatisfy { $0 == 0 })
  }

  /// A classifier that is as sure as the left half is bright, and another as sure as the right half.
  @Test func answersOfAClassifierHaveMapsToo() {
    let white = RGBImage(size: size, color: (255, 255, 255))
    let maps = DetectorRISE(maskCount: 400, cells: 6, seed: 2).maps(white, count: 2) { image in
      var halves = [0.0, 0]
      for y in 0..<32 { for x in 0..<48 { halves[x / 24] += Double(image.pixels[3 * (48 * y + x)]) } }
      return halves.map { $0 / (255 * 32 * 24) }
    }
    func mean(_ map: Heatmap, _ columns: Range<Int>) -> Float {
      (0..<32).flatMap { y in columns.map { map.values[48 * y + $0] } }.reduce(0, +)
    }
    #expect(mean(maps[0], 0..<20) > 1.02 * mean(maps[0], 28..<48))
    #expect(mean(maps[1], 28..<48) > 1.02 * mean(maps[1], 0..<20))
  }

  /// Area of a triangle: four pixels of equal weight, of which each deleted takes a quarter.
  @Test func scoresAreAreas() {
    let pixels = RGBImage(size: ImageSize(width: 4, height: 1), color: (200, 200, 200))
    let map = Heatmap(size: pixels.size, values: [4, 3, 2, 1])
    let scores = DeletionAndInsertion(map, of: object, in: pixels, steps: 4) { image in
      let bright = (0..<4).count { image.pixels[3 * $0] == 200 }
      return [Detection(box: object.box, classIndex: 1, score: Double(bright) / 4)]
    }
    #expect(scores.deletion == [1, 0.75, 0.5, 0.25, 0])
    #expect(scores.deletionScore == 0.5)
  }
}
