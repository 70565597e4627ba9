import DetectionUtilities
import Foundation
import ImageCodecs
import Testing
import YOLO

struct YOLOConfigurationTests {
  @Test func theDefaultsAreValid() throws {
    try YOLOConfiguration().validate()
    try YOLOConfiguration.tiny().validate()
  }

  private static let mistakes: [(String, @Sendable (inout YOLOConfiguration) -> Void)] = [
    ("inputSize", { $0.inputSize.width = 60 }),
    ("inputSize", { $0.inputSize.height = 0 }),
    ("inputSize", { $0.inputSize.height = -64 }),
    ("backbone.widthMultiplier", { $0.backbone.widthMultiplier = 0 }),
    ("backbone.widthMultiplier", { $0.backbone.widthMultiplier = .nan }),
    ("pyramidChannels", { $0.pyramidChannels = 0 }),
    ("headConvolutions", { $0.headConvolutions = -1 }),
    ("anchorsPerLevel", { $0.anchorsPerLevel = 0 }),
    ("anchors", { $0.anchors.removeLast() }),
    ("anchors", { $0.anchors[1] = [] }),
    ("anchors", { $0.anchors[2][0].height = 0 }),
    ("boxWeight", { $0.loss.boxWeight = -1 }),
    ("labelSmoothing", { $0.loss.labelSmoothing = 1 }),
    ("topCandidates", { $0.loss.assignment.topCandidates = 0 }),
  ]

  @Test(arguments: mistakes.indices)
  func aMistakeIsNamed(index: Int) throws {
    let (key, change) = Self.mistakes[index]
    var configuration = YOLOConfiguration.tiny()
    change(&configuration)
    let error = #expect(throws: YOLOConfigurationError.self) { try configuration.validate() }
    #expect(error?.key == key)
  }

  @Test func comesBackFromJSON() throws {
    let configuration = YOLOConfiguration.tiny()
    let data = try JSONEncoder().encode(configuration)
    #expect(try JSONDecoder().decode(YOLOConfiguration.self, from: data) == configuration)
  }

  @Test func anchorsAreFittedToTheBoxesAsTheNetworkSeesThem() throws {
    var configuration = YOLOConfiguration.tiny()
    configuration.anchorsPerLevel = 2
    // A 128×128 image is halved, so these sides become 4, 8, … 48.
    let sides = [8.0, 16, 24, 40, 64, 96]
    let images = [
      (
        size: ImageSize(width: 128, height: 128),
        boxes: sides.map { BoundingBox(x1: 10, y1: 10, x2: 10 + $0, y2: 10 + $0) }
      )
    ]
    var generator = SeededGenerator(seed: 2)
    let anchors = try configuration.fittedAnchors(to: images, using: &generator)
    #expect(anchors.map(\.count) == [2, 2, 2])
    let areas = anchors.joined().map(\.area)
    #expect(areas == areas.sorted())
    #expect(anchors.joined().map(\.width) == [4, 8, 12, 20, 32, 48])
    configuration.anchors = anchors
    try configuration.validate()
  }

  @Test func tinyBoxesStillGiveAnchorsThatAreValid() throws {
    var configuration = YOLOConfiguration.tiny()
    let images = [
      (size: ImageSize(width: 640, height: 640), boxes: [BoundingBox(x1: 1, y1: 1, x2: 3, y2: 4)])
    ]
    var generator = SeededGenerator(seed: 2)
    configuration.anchors = try configuration.fittedAnchors(to: images, using: &generator)
    try configuration.validate()
  }

  @Test func noBoxesGiveNoAnchors() {
    var generator = SeededGenerator(seed: 2)
    #expect(throws: KMeansAnchors.NoUsableBoxes.self) {
      try YOLOConfiguration.tiny().fittedAnchors(
        to: [(size: ImageSize(width: 64, height: 64), boxes: [])], using: &generator)
    }
  }
}
