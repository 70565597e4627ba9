import EvaluationTesting
import FolderTesting
import Inference
import Testing

struct DetectionReportTests {
  @Test func isOneLineOfJSONPerImage() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("detections.json")
    let first = DetectionReport(
      image: "a/b.png", width: 40, height: 30,
      detections: [found(1, 2.00049, 3.5, 4, 1, 0.75), found(0, 0, 1, 1, 0, 0.5)], classNames: ["cat", "dog"],
      classIDs: [17, 18])
    let second = DetectionReport(
      image: "c.png", width: 1, height: 1, detections: [], classNames: ["cat"], classIDs: [1])
    try JSONListFile.write(to: path) { file in
      try file.append(first)
      try file.append(second)
    }
    #expect(try second.line() == #"{"detections":[],"height":1,"image":"c.png","width":1}"#)
    let expected = #"""
      [
      {"detections":[{"box":[1,2,3.5,4],"classId":18,"label":"dog","score":0.75},{"box":[0,0,1,1],"classId":17,"label":"cat","score":0.5}],"height":30,"image":"a/b.png","width":40},
      {"detections":[],"height":1,"image":"c.png","width":1}
      ]

      """#
    #expect(try String(contentsOfFile: path, encoding: .utf8) == expected)
  }

  @Test func noImagesAreAnEmptyList() throws {
    let folder = try TemporaryFolder()
    try JSONListFile.write(to: folder.path("none.json")) { _ in }
    #expect(try String(contentsOfFile: folder.path("none.json"), encoding: .utf8) == "[]\n")
  }
}
