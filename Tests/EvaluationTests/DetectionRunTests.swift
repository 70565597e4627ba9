import Detectors
import Evaluation
import Foundation
import ImageCodecs
import Testing

struct DetectionRunTests {
  @Test func aFailureLeavesTheOthers() throws {
    let folder = try TemporaryFolder()
    let paths = ["40.png", "broken.png", "41.png"].map(folder.path)
    for (path, width) in [(paths[0], 40), (paths[2], 41)] {
      try RGBImage(size: ImageSize(width: width, height: 30), color: (90, 90, 90)).write(to: path)
    }
    try Data("no image".utf8).write(to: URL(fileURLWithPath: paths[1]))
    let detector = ScriptedDetector(
      classNames: ["cat", "dog"], classIDs: [17, 18],
      answers: [40: [found(5, 5, 20, 20, 1, 0.875)], 41: [found(0, 0, 41, 30, 0, 0.5)]])
    let options = DetectionOptions(confidence: 0.5, iou: 0.3)
    let annotated = folder.path("annotated")
    try FileManager.default.createDirectory(atPath: annotated, withIntermediateDirectories: true)
    var run = DetectionRun(
      detector: detector, options: options, annotatedNames: AnnotatedNames(folder: annotated, for: paths))

    let first = try run.detect(paths[0])
    let failure = #expect(throws: DetectionRun.Failure.self) { try run.detect(paths[1]) }
    let last = try run.detect(paths[2])

    #expect(failure?.description.contains("broken.png") == true)
    #expect(run.failureCount == 1)
    #expect(run.reports == [first, last])
    #expect(first.image == paths[0] && first.width == 40 && first.height == 30)
    #expect(first.detections.map(\.label) == ["dog"] && first.detections.map(\.classId) == [18])
    #expect(last.detections.map(\.box) == [[0, 0, 41, 30]])
    #expect(detector.seenOptions == [options, options])
    let copies = try FileManager.default.contentsOfDirectory(atPath: annotated).sorted()
    #expect(copies == ["40.png", "41.png"])
    let copy = try RGBImage(contentsOf: annotated + "/40.png")
    #expect(copy.size == ImageSize(width: 40, height: 30))
    #expect(try copy != RGBImage(contentsOf: paths[0]))
  }

  @Test func aCopyThatCannotBeWrittenIsAFailure() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("40.png")
    try RGBImage(size: ImageSize(width: 40, height: 30)).write(to: path)
    var run = DetectionRun(
      detector: ScriptedDetector(classNames: ["cat"]), options: DetectionOptions(),
      annotatedNames: AnnotatedNames(folder: folder.path("missing"), for: [path]))
    #expect(throws: DetectionRun.Failure.self) { try run.detect(path) }
    #expect(run.failureCount == 1)
    #expect(run.reports.isEmpty)
  }
}
