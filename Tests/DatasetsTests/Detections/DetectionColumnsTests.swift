import Datasets
import DetectionUtilities
import FolderTesting
import Testing

/// Text files with detections whose columns or boxes nobody stated: images of 100×80.
struct DetectionColumnsTests {
  private func read(_ text: String, _ options: DetectionReadingOptions = DetectionReadingOptions()) throws
    -> DetectionSet
  {
    try DetectionSetTests.read(text, "b.txt", options)
  }

  @Test(
    "columns are told by the whole set",
    arguments: [
      // As class,score,box these reach up out of the image by a fifth of its height.
      ("cat 0.175 0.175 0.25 0.25 0.9\ncat 0.225 0.225 0.25 0.25 0.8\n", DetectionColumns.classBoxScore),
      ("cat 60 50 30 20 0.9\n", .classBoxScore),
      ("cat 0.9 60 50 30 20\n", .classScoreBox),
      ("cat 0.5 0.5 0.2 0.4 0.9 3\ncat 0.5 0.5 0.2 0.4 0.8 12\n", .classBoxScoreTrack),
      ("traffic light;60;50;30;20;0.9\n", .classBoxScore),
    ])
  func guessedColumns(text: String, columns: DetectionColumns) throws {
    let found = try read(text)
    #expect(found.detections[0].score == 0.9)
    let isSaid = found.summary.contains("columns read as \(columns.rawValue): ")
    #expect(isSaid == (columns != .classScoreBox), "\(found.summary)")
    let stated = try read(text, DetectionReadingOptions(columns: columns))
    #expect(stated.detections == found.detections)
    #expect(!stated.summary.contains("--columns"))
  }

  @Test("Ultralytics' lines in files whose names have blanks and points")
  func fileNames() throws {
    let size = DetectionSetTests.dataset().images[0].size
    let dataset = LabelledDataset(
      classes: [ObjectClass(id: 0, name: "cat")],
      images: ["a b.jpg", "c.d.jpg", "c.jpg"].enumerated().map {
        LabelledImage(id: $0.offset, path: "/" + $0.element, size: size, objects: [])
      })
    let folder = try TemporaryFolder()
    try folder.write("cat 60 50 30 20 0.9", to: "a b.txt")
    try folder.write("cat 60 50 30 20 0.8", to: "c.d.txt")
    #expect(try DetectionSet.read(at: folder.path, for: dataset).detections.map(\.imageID) == [0, 1])
    // What follows a point is no extension that could be left out to find another image.
    try folder.write("cat 60 50 30 20 0.8", to: "c.e.txt")
    let error = try #require(throws: DatasetError.self) { try DetectionSet.read(at: folder.path, for: dataset) }
    #expect(error.problem.contains("'c.e'"), "\(error)")
  }

  @Test(
    "what can be read in two ways, or in none, is refused with the options that settle it",
    arguments: [
      (
        "cat 0.5 0.25 0.5 0.3 0.5", "2 ways: as 'class,score,box with fractions",
        "--columns class,score,box or class,box,score"
      ),
      (
        "cat 0.5 10 20 30 40", "2 ways: as 'class,score,box with x y width height' 1 of 1 lie in their images",
        "--boxes xywh, xyxy, relative"
      ),
      ("cat 0.5 0.9 0.9 0.95 0.95", "fit no known form", "--columns class,score,box or class,box,score"),
    ])
  func refused(text: String, problem: String, remedy: String) throws {
    let error = try #require(throws: DatasetError.self) { try read(text) }
    #expect(error.problem.contains(problem), "\(error)")
    #expect(error.problem.contains("state it with " + remedy), "\(error)")
  }
}
