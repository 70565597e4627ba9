import DetectionUtilities
import FasterRCNN
import Foundation
import ImageCodecs
import Testing

struct ProposalFileTests {
  private let size = ImageSize(width: 100, height: 50)

  private func file(_ json: String) throws -> ProposalFile {
    try ProposalFile(json: Data(json.utf8), path: "boxes.json")
  }

  private func message(_ json: String) -> String {
    do {
      _ = try file(json)
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test func cornersInTheirOrderClippedAndWithoutEmptyOnes() throws {
    let file = try file(
      """
      {"a.jpg": [[10, 20, 30.5, 40], [-5, -5, 5, 5], [100, 0, 120, 10], [7, 7, 7, 9], [90, 40, 400, 400]], "b.jpg": []}
      """)
    let boxes = try file.proposals(forImageNamed: "a.jpg", size: size, count: 10)
    #expect(
      boxes == [
        BoundingBox(x1: 10, y1: 20, x2: 30.5, y2: 40), BoundingBox(x1: 0, y1: 0, x2: 5, y2: 5),
        BoundingBox(x1: 90, y1: 40, x2: 100, y2: 50),
      ])
    #expect(try file.proposals(forImageNamed: "a.jpg", size: size, count: 2) == Array(boxes.prefix(2)))
    #expect(try file.proposals(forImageNamed: "a.jpg", size: size, count: 0).isEmpty)
    #expect(try file.proposals(forImageNamed: "folder/a.jpg", size: size, count: 10) == boxes)
    #expect(try file.proposals(forImageNamed: "b.jpg", size: size, count: 10).isEmpty)
  }

  @Test func resultsByScoreTiesInTheirOrder() throws {
    let file = try file(
      """
      [{"file_name": "a.jpg", "bbox": [1, 2, 3, 4], "score": 0.25, "category_id": 1},
       {"file_name": "b.jpg", "bbox": [0, 0, 1, 1], "score": 1},
       {"file_name": "a.jpg", "bbox": [5, 5, 10, 10], "score": 0.75},
       {"file_name": "a.jpg", "bbox": [6, 6, 10, 10], "score": 0.25}]
      """)
    #expect(
      try file.proposals(forImageNamed: "a.jpg", size: size, count: 10) == [
        BoundingBox(x1: 5, y1: 5, x2: 15, y2: 15), BoundingBox(x1: 1, y1: 2, x2: 4, y2: 6),
        BoundingBox(x1: 6, y1: 6, x2: 16, y2: 16),
      ])
  }

  @Test func imageWithoutEntryIsNamed() throws {
    let file = try file(#"{"a.jpg": []}"#)
    #expect(throws: ProposalError.missingImage(path: "boxes.json", image: "sub/c.jpg")) {
      try file.proposals(forImageNamed: "sub/c.jpg", size: size, count: 1)
    }
    let error = ProposalError.missingImage(path: "boxes.json", image: "c.jpg")
    #expect("\(error)" == "boxes.json: no proposals for the image 'c.jpg': expected an entry under its file name")
  }

  @Test(arguments: [
    (#"{"a.jpg": [[1, 2, 3]]}"#, #"boxes.json: "a.jpg"[0]: 3 numbers, expected the four of [x1, y1, x2, y2]"#),
    (
      #"{"b.jpg": [[0, 0, 9, 9], [5, 2, 3, 4]]}"#,
      #"boxes.json: "b.jpg"[1]: the box is [5.0, 2.0, 3.0, 4.0], expected x1 ≤ x2 and y1 ≤ y2"#
    ),
    (
      #"[{"file_name": "a.jpg", "bbox": [1, 2, 3, 4, 5], "score": 1}]"#,
      "boxes.json: [0].bbox: 5 numbers, expected the four of [x, y, width, height]"
    ),
    (
      #"[{"file_name": "a.jpg", "bbox": [1, 2, -3, 4], "score": 1}]"#,
      "boxes.json: [0].bbox: the box is [1.0, 2.0, -3.0, 4.0], expected a width and height of at least 0"
    ),
    (
      #"[{"file_name": "a.jpg", "bbox": [1, 2, 3, 4]}]"#,
      "boxes.json: [0]: has no score, expected file_name, bbox and score"
    ),
    (
      "7", "boxes.json: expected an object of boxes by file name, or an array of results with file_name, bbox and score"
    ),
    ("", "boxes.json: expected an object of boxes by file name, or an array of results with file_name, bbox and score"),
  ])
  func mistakesAreNamed(json: String, expected: String) {
    #expect(message(json) == expected)
  }

  /// What the decoder itself refuses: the place is named, the words are its own.
  @Test(arguments: [
    (#"{"a.jpg": [[1, 2, NaN, 4]]}"#, #""a.jpg"[0]"#),
    (#"{"a.jpg": [[1, 2, Infinity, 4]]}"#, #""a.jpg"[0]"#),
    (#"{"a.jpg": [[0, 0, 1, 1], [1, 2, 1e999, 4]]}"#, "not valid JSON: Number 1e999"),
    (#"{"a.jpg": [[1, 2, "3", 4]]}"#, #""a.jpg"[0][2]: "#),
    (#"{"a.jpg": {"x": 1}}"#, #""a.jpg": "#),
    (#"[{"file_name": 3, "bbox": [1, 2, 3, 4], "score": 1}]"#, #"[0]"file_name": "#),
    (#"[{"file_name": "a.jpg", "bbox": [1, 2, 3, 4], "score": NaN}]"#, #"[0]"#),
    (#"{"a.jpg": [[1, 2, 3, 4]"#, "not valid JSON: Unexpected end of file"),
  ])
  func refusedValuesAreNamed(json: String, place: String) {
    let message = message(json)
    #expect(message.hasPrefix("boxes.json: "))
    #expect(message.contains(place))
  }

  @Test(arguments: [("/nonexistent/boxes.json", "No such file or directory"), ("/", "Is a directory")])
  func unreadableFileIsNamed(path: String, problem: String) {
    #expect(throws: ProposalError.unreadable(path: path, problem: problem)) { try ProposalFile(contentsOf: path) }
  }
}
