import Datasets
import DetectionUtilities
import Evaluation
import EvaluationTesting
import FolderTesting
import ImageCodecs
import Testing

@Suite struct ObjectGroupsTests {
  /// Ten pixels high, in image 1.
  private func object(x: Double, width: Double = 10, classIndex: Int = 0, area: Double? = nil) -> EvaluationGroundTruth
  {
    EvaluationGroundTruth(
      imageID: 1, classIndex: classIndex, box: CornerSizeBox(x: x, y: 0, width: width, height: 10), area: area)
  }

  private func places(
    _ property: String, _ objects: [EvaluationGroundTruth], attributes: [[String: Double]] = [],
    luminance: [Double?] = []
  ) -> [Int?]? {
    let set = EvaluationSet(
      classes: [ObjectClass(id: 1, name: "cat"), ObjectClass(id: 2, name: "dog")], images: [.init(id: 1, name: "1")],
      groundTruth: objects, attributes: attributes, detections: [])
    return ObjectGroups.all(
      of: set, luminance: luminance.isEmpty ? objects.map { _ in nil } : luminance
    ).first { $0.property == property }?.places
  }

  @Test func sizesAreCOCOs() {
    let objects = [1024.0, 1025, 9216, 9217].map { object(x: 0, area: $0) }
    #expect(places("size", objects) == [0, 1, 1, 2])
  }

  @Test func crowdingIsTheHighestOverlap() {
    // The second overlaps the first by 1 of 19 (0.05), the third the fourth by 5 of 15.
    let objects = [object(x: 0), object(x: 9), object(x: 40), object(x: 45), object(x: 80)]
    #expect(places("crowding", objects) == [1, 1, 2, 2, 0])
    var crowd = object(x: 80)
    crowd.isCrowd = true
    #expect(places("crowding", [object(x: 80), crowd]) == [0, 0])
  }

  @Test func occlusionIsWhatLabelsState() {
    let objects = [0.95, 0.9, 0.5, 0.1].map { _ in object(x: 0) }
    #expect(places("occlusion", objects) == nil)
    let visible = [["visible_fraction": 0.95], ["visible_fraction": 0.9], ["visible_fraction": 0.5], [:]]
    #expect(places("occlusion", objects, attributes: visible) == [0, 0, 1, nil])
    let flags = [["IsOccluded": 0.0], ["IsOccluded": 1], [:], ["IsOccluded": 1]]
    #expect(places("occlusion", objects, attributes: flags) == [0, 1, nil, 1])
  }

  @Test func lightIsTheLabelsOrThatOfTheBoxes() {
    let objects = (0..<6).map { object(x: Double($0) * 20) }
    #expect(places("light", objects, luminance: [10, 200, 30, 120, 110, 250]) == [0, 2, 0, 1, 1, 2])
    // Of five, 110 and 200 begin the second and the last third.
    #expect(places("light", objects, luminance: [10, 200, nil, 120, 110, 250]) == [0, 2, nil, 1, 1, 2])
    #expect(places("light", objects, luminance: [9, 9, 9, 9, 9, nil]) == nil)
    let levels = [0.1, 0.3, 0.69, 0.7, 1, 0].map { ["light_level": $0] }
    #expect(
      places("light", objects, attributes: levels, luminance: [10, 200, 30, 120, 110, 250]) == [0, 1, 1, 2, 2, 0])
  }

  @Test func brightnessIsTheMeanOfTheBox() throws {
    let folder = try TemporaryFolder()
    var image = RGBImage(size: ImageSize(width: 40, height: 20), color: (0, 0, 0))
    image.fillRectangle(x: 0, y: 0, width: 10, height: 20, color: RGBColor.white)
    image.fillRectangle(x: 20, y: 0, width: 20, height: 20, color: RGBColor(red: 255, green: 0, blue: 0))
    try image.write(to: folder.path("image.png"))
    let set = EvaluationSet(
      classes: [ObjectClass(id: 1, name: "cat")],
      images: [.init(id: 1, name: "image.png", path: folder.path("image.png")), .init(id: 2, name: "none")],
      groundTruth: [
        object(x: 0), object(x: 0, width: 20), object(x: 25), object(x: 10),
        EvaluationGroundTruth(imageID: 2, classIndex: 0, box: CornerSizeBox(x: 0, y: 0, width: 5, height: 5)),
      ], detections: [])
    let expected: [Double?] = [255, 127.5, 0.299 * 255, 0, nil]
    for (mean, value) in zip(BoxLuminance.all(of: set), expected) {
      #expect((mean == nil) == (value == nil))
      if let mean, let value { #expect(abs(mean - value) < 1e-9) }
    }
  }
}
