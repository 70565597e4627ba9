import Datasets
import DetectionUtilities
import FolderTesting
import Testing

/// What the lines of YOLO label files are, and which class is which, by the whole set. Images are 100×80.
struct YOLOLabelsTests {
  private func read(_ lines: [String], names: String? = "cat\ndog\ntraffic light\nplayer 7\n", yaml: String? = nil)
    throws
    -> LabelledDataset
  {
    let folder = try TemporaryFolder()
    try folder.writeImage("images/a.png")
    try folder.write(lines.joined(separator: "\n"), to: "labels/a.txt")
    if let yaml {
      try folder.write(yaml, to: "data.yaml")
    } else if let names {
      try folder.write(names, to: "classes.txt")
    }
    return try LabelledDataset.read(at: folder.path)
  }

  @Test(
    "a class by its index in any writing, or by its name",
    arguments: [
      ("0.0", 0), ("1.000000", 1), ("1e0", 1), ("dog", 1), ("traffic light", 2), ("player 7", 3), ("2", 2),
    ])
  func classes(text: String, index: Int) throws {
    let dataset = try read(["0 0.5 0.5 0.2 0.5", text + " 0.5 0.5 0.2 0.5"])
    #expect(dataset.images[0].objects.map(\.classIndex).last == index)
    #expect(dataset.images[0].objects.last?.box == BoundingBox(x1: 40, y1: 20, x2: 60, y2: 60))
    let isName = Double(text) == nil
    #expect(
      dataset.audit.readings == (isName ? ["classes read as names in 1 of 2 labels, as indices in the others"] : []))
  }

  @Test("names that are numbers: indices where all can be, names where the list has no such places")
  func numbersAsNames() throws {
    let list = "7\n8\n0\n"
    #expect(try read(["0 .5 .5 .2 .5", "2 .5 .5 .2 .5"], names: list).images[0].objects.map(\.classIndex) == [0, 2])
    let named = try read(["7 .5 .5 .2 .5", "0 .2 .5 .2 .5"], names: list)
    #expect(named.images[0].objects.map(\.classIndex) == [0, 2])
    #expect(named.audit.readings == ["classes read as names in 2 of 2 labels"])
  }

  @Test("without a list the names that occur are the classes, but not beside indices")
  func withoutList() throws {
    #expect(try read(["dog .5 .5 .2 .5", "cat .2 .5 .2 .5"], names: nil).classNames == ["cat", "dog"])
    let error = try #require(throws: DatasetError.self) { try read(["dog .5 .5 .2 .5", "0 .2 .5 .2 .5"], names: nil) }
    #expect(error.problem.contains("class names, such as 'dog', and indices, such as '0'"), "\(error)")
  }

  @Test(
    "separators, comments and ends of lines that other programs write",
    arguments: [
      "1,0.5,0.5,0.2,0.5", "1, 0.5, 0.5, 0.2, 0.5", "1;0.5;0.5;0.2;0.5", "1\t0.5\t0.5\t0.2\t0.5",
      "  1 0.5 0.5 0.2 0.5  \r",
      "\u{FEFF}1 0.5 0.5 0.2 0.5", "# label\n\n1 0.5 0.5 0.2 0.5\n\n", "1\u{A0}0.5 0.5 0.2 0.5",
    ])
  func separators(line: String) throws {
    let objects = try read([line]).images[0].objects
    #expect(objects.map(\.box) == [BoundingBox(x1: 40, y1: 20, x2: 60, y2: 60)])
    #expect(objects.map(\.classIndex) == [1])
  }

  @Test(
    "what is no class or no number is named",
    arguments: [
      ("0.5 0.5 0.5 0.2 0.5", "'0.5' is no class index"), ("owl 0.5 0.5 0.2 0.5", "'owl' is no class index"),
      ("0 0,5 0,5 0,2 0,5", "'0,5' is not a number"), ("cat 0.5 wide 0.2 0.5", "'wide' is not a number"),
    ])
  func malformed(line: String, problem: String) throws {
    let error = try #require(throws: DatasetError.self) { try read(["0 0.5 0.5 0.2 0.5", line]) }
    #expect(error.line == 2)
    #expect(error.problem.contains(problem), "\(error)")
  }

  /// Around (0.5, 0.5), 0.2 wide and 0.5 high; keypoints near its corners.
  private static let pose3 = "0 0.5 0.5 0.2 0.5 0.42 0.3 2 0.58 0.7 1 0 0 0"
  private static let pose2 = "0 0.5 0.5 0.2 0.5 0.45 0.45 0.5 0.55"

  @Test(
    "boxes with keypoints, told from polygons by their numbers or by kpt_shape",
    arguments: [
      ([pose3], nil as String?, "labels of 14 fields read as boxes with 3 keypoints of 3 numbers: in 1 of 1"),
      ([pose3, pose3 + " "], nil, "in 2 of 2 the keypoints lie in the box"),
      ([pose2], "names: [cat]\nkpt_shape: [2, 2]\n", "2 keypoints of 2 numbers, as kpt_shape says"),
      ([pose2], "names: [cat]\nkpt_shape:\n- 2 # points\n- 2\n", "as kpt_shape says"),
    ])
  func poses(lines: [String], yaml: String?, evidence: String) throws {
    let dataset = try read(lines, yaml: yaml)
    #expect(dataset.images[0].objects[0].box == BoundingBox(x1: 40, y1: 20, x2: 60, y2: 60))
    #expect(dataset.audit[.poseLabel] == lines.count)
    #expect(dataset.audit.summary.contains(evidence), "\(dataset.audit.summary)")
  }

  @Test("four corners that need not be upright: the upright box around them")
  func orientedBoxes() throws {
    let dataset = try read(["0 0.5 0.25 0.7 0.5 0.5 0.75 0.3 0.5"])
    #expect(dataset.images[0].objects.map(\.box) == [BoundingBox(x1: 30, y1: 20, x2: 70, y2: 60)])
    #expect(dataset.audit[.orientedLabel] == 1)
    #expect(dataset.audit.summary.contains("box given by four corners (the upright box around it taken)"))
  }

  @Test("polygons of different counts of points beside boxes; a count that no polygon has")
  func polygons() throws {
    let dataset = try read(["0 0.1 0.1 0.3 0.1 0.2 0.5", "0 0.1 0.1 0.3 0.1 0.2 0.6 0.1 0.3", "1 0.5 0.5 0.2 0.5"])
    #expect(dataset.audit[.polygonLabel] == 2)
    #expect(dataset.objectCount == 3)
    let error = try #require(throws: DatasetError.self) {
      try read(["0 0.1 0.1 0.3 0.1 0.2 0.5", "0 .1 .1 .3 .1 .2 .5 .4"])
    }
    #expect(error.problem.contains("8 fields; expected"), "\(error)")
  }

  @Test("points that may be a polygon or keypoints in their box are refused; kpt_shape settles it")
  func undecided() throws {
    // A triangle, or the box 0.2…0.6 × 0.25…0.55 with one keypoint in it.
    let line = "0 0.4 0.4 0.4 0.3 0.3 0.45"
    let error = try #require(throws: DatasetError.self) { try read([line]) }
    #expect(error.problem.contains("state it with 'kpt_shape: [1, 2]' in the data.yaml, or 'kpt_shape: [0, 0]'"))
    #expect(try read([line], yaml: "names: [cat]\nkpt_shape: [0, 0]\n").audit[.polygonLabel] == 1)
    #expect(try read([line], yaml: "names: [cat]\nkpt_shape: [1, 2]\n").audit[.poseLabel] == 1)
    #expect(throws: DatasetError.self) { try read([line], yaml: "names: [cat]\nkpt_shape: [1]\n") }
    #expect(throws: DatasetError.self) { try read([line], yaml: "names: [cat]\nkpt_shape: [2, 3]\n") }
  }

  @Test("an index that would make too many classes is refused", arguments: ["100000", "9223372036854775807"])
  func largeIndex(text: String) throws {
    let error = try #require(throws: DatasetError.self) { try read([text + " 0.5 0.5 0.2 0.5"], names: nil) }
    #expect(error.problem.contains("the class index \(text)"), "\(error)")
  }
}
