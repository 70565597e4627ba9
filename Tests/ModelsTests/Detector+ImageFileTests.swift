import DetectionUtilities
import FolderTesting
import ImageCodecs
import Models
import Testing

struct DetectorImageFileTests {
  /// Finds the left half of every image, and remembers how large it was.
  private final class LeftHalf: Detector {
    let classNames = ["half"]
    let inputSize = ImageSize(width: 32, height: 32)
    var seen: [ImageSize] = []

    func predict(_ image: SourceImage) throws -> TimedPrediction<[Detection]> {
      seen.append(image.image.size)
      let input = NetworkInput(image, preprocessing: Preprocessing(inputSize: inputSize, resize: .stretch))
      let found = [Detection(box: BoundingBox(x1: 0, y1: 0, x2: 16, y2: 32), classIndex: 0, score: 1)]
      return TimedPrediction(input.mapBack(found), seconds: StageSeconds())
    }
  }

  @Test(arguments: [
    // The smallest scale at which both sides still have 32 pixels: 1, 1/2 and 1/4.
    (ImageSize(width: 60, height: 40), ImageSize(width: 60, height: 40)),
    (ImageSize(width: 160, height: 66), ImageSize(width: 80, height: 33)),
    (ImageSize(width: 161, height: 129), ImageSize(width: 41, height: 33)),
  ])
  func aLargeJPEGIsReadReduced(size: ImageSize, seen: ImageSize) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("image.jpg")
    try RGBImage(size: size, color: (90, 120, 30)).write(to: path)
    let detector = LeftHalf()
    let found = try detector.detect(contentsOf: path)
    #expect(detector.seen == [seen])
    #expect(found.size == size)
    let box = try #require(found.detections.first?.box)
    #expect(abs(box.x2 - Double(size.width) / 2) < 1e-9)
    #expect(box.x1 == 0 && box.y1 == 0 && box.y2 == Double(size.height))
  }

  @Test func aMissingFileIsAnImageError() {
    #expect(throws: ImageError.self) {
      try LeftHalf().detect(contentsOf: "/nowhere/none.jpg")
    }
  }
}
