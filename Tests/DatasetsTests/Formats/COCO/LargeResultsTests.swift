import Datasets
import DetectionUtilities
import FolderTesting
import Foundation
import ImageCodecs
import Testing

/// Results files large enough for two threads to read them: nothing of that may show.
struct LargeResultsTests {
  private let dataset = LabelledDataset(
    classes: [ObjectClass(id: 1, name: "cat"), ObjectClass(id: 7, name: "dog")],
    images: (1...50).map {
      LabelledImage(id: $0, path: "/\($0).jpg", size: ImageSize(width: 500, height: 500), objects: [])
    })

  /// 20,000 detections, over a megabyte; each with its own score.
  private func lines(_ change: (_ index: Int, _ line: String) -> String = { $1 }) -> String {
    let lines = (0..<20_000).map { index in
      let numbers = "\"bbox\": [\(index % 400), \(index % 300), 20.5, 10], \"score\": \(Double(index) / 20_000)"
      return change(index, "{\"image_id\": \(index % 49 + 1), \"category_id\": \(index % 3 == 0 ? 7 : 1), \(numbers)}")
    }
    return "[" + lines.joined(separator: ", \n") + "]"
  }

  private func read(
    _ text: String, options: DetectionReadingOptions = DetectionReadingOptions()
  ) throws -> DetectionSet {
    let folder = try TemporaryFolder()
    let path = folder.path("found.json")
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    try #require(text.utf8.count > 1 << 20)
    return try DetectionSet.read(at: path, for: dataset, options: options)
  }

  private func check(_ found: DetectionSet) {
    #expect(found.detections.map(\.score) == (0..<20_000).map { Double($0) / 20_000 })
    #expect(found.detections.enumerated().allSatisfy { $1.imageID == $0 % 49 + 1 })
    #expect(found.classLinks.map(\.count) == [13_333, 6667])
    #expect(found.imagesWithoutDetections == 1)
  }

  @Test func keepsTheOrderOfTheFile() throws { check(try read(lines())) }

  @Test func unknownClassesOfBothHalvesAreCounted() throws {
    let found = try read(
      lines { $0 % 9_000 == 0 ? $1.replacingOccurrences(of: "\"category_id\": ", with: "\"category_id\": 99") : $1 },
      options: DetectionReadingOptions(acceptsUnknownClasses: true))
    #expect(found.unknownClasses.reduce(0) { $0 + $1.count } == 3)
    #expect(found.detections.count == 19_997)
  }

  /// In the middle of the file, where the second half seems to begin, stands the same in a text or in nested objects.
  @Test(arguments: [#""note": "}, {}, {}, {" "#, #""parts": [{"a": 1}, {"b": {}}, {"c": "]"}]"#])
  func isNotMisled(extra: String) throws {
    check(try read(lines { $1.replacingOccurrences(of: "{\"image", with: "{\(extra), \"image") }))
  }

  @Test(arguments: [3, 19_000]) func namesTheDetection(bad: Int) throws {
    func problem(_ change: @escaping (String) -> String) throws -> DatasetError {
      try #require(throws: DatasetError.self) { try read(lines { $0 == bad ? change($1) : $1 }) }
    }
    let score = try problem { $0.replacingOccurrences(of: "\"score\": 0", with: "\"score\": 3") }
    #expect(score.problem.hasPrefix("[\(bad)]: the score is 3"), "\(score)")
    let number = try problem { $0.replacingOccurrences(of: "20.5", with: "wide") }
    #expect(number.line == bad + 1 && number.problem == "not JSON: expected a value at [\(bad)].bbox[2]", "\(number)")
    let image = try problem { $0.replacingOccurrences(of: "\"image_id\": ", with: "\"image_id\": 99") }
    #expect(image.problem.contains("detections of 1 images that the dataset does not have"), "\(image)")
  }
}
