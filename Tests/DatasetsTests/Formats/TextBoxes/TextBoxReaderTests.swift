import Datasets
import DetectionUtilities
import FolderTesting
import ImageCodecs
import Testing

struct TextBoxReaderTests {
  static let evaluation = DatasetReadingOptions(requiresImages: false, treatment: .asWritten)

  @Test("without images the size is the extent of the boxes, and said to be no more than that")
  func names() throws {
    let folder = try TemporaryFolder()
    try folder.write("traffic light 10.1 20 30.2 40.5\ncat 0 0 5 5\n", to: "b.txt")
    try folder.write("\n", to: "a.txt")
    #expect(try DatasetFormat.guess(at: folder.path) == .text)
    var options = Self.evaluation
    options.boxes = .cornerSize
    let dataset = try LabelledDataset.read(at: folder.path, options: options)
    #expect(dataset.classNames == ["cat", "traffic light"])
    #expect(dataset.images.map(\.fileName) == ["a.jpg", "b.jpg"])
    #expect(dataset.images.map(\.size) == [ImageSize(width: 1, height: 1), ImageSize(width: 41, height: 61)])
    #expect(dataset.images.allSatisfy { !$0.isSizeKnown })
    #expect(dataset.images[1].objects[0].cornerSizeBox == CornerSizeBox(x: 10.1, y: 20, width: 30.2, height: 40.5))
    #expect(dataset.images[1].objects[0].area == 30.2 * 40.5)

    try folder.writeImage("images/b.png")
    let withImage = try LabelledDataset.read(at: folder.path, options: options)
    #expect(withImage.images.map(\.fileName) == ["a.jpg", "b.png"])
    #expect(withImage.images[1].size == ImageSize(width: 100, height: 80))
  }

  struct Form: Sendable {
    var lines: String
    /// Of the first line.
    var box: BoundingBox
    var evidence: String
  }

  @Test(
    "the whole set tells the form of its boxes",
    arguments: [
      Form(
        lines: "cat 60 50 90 70\ncat 50 30 99 75", box: BoundingBox(x1: 60, y1: 50, x2: 90, y2: 70),
        evidence: "boxes read as x1 y1 x2 y2: 2 of 2 lie in their images so, 0 as x y width height, 0 as fractions"),
      Form(
        lines: "cat 60 50 30 20\ncat 1 1 9 9", box: BoundingBox(x1: 60, y1: 50, x2: 90, y2: 70),
        evidence: "boxes read as x y width height: 2 of 2 lie in their images so, 1 as x1 y1 x2 y2, 0 as fractions"),
      Form(
        lines: "cat .5 .5 .2 .5", box: BoundingBox(x1: 40, y1: 20, x2: 60, y2: 60),
        evidence: "boxes read as fractions centre-x centre-y width height: no number is above 1"),
    ])
  func guessedForm(form: Form) throws {
    let folder = try TemporaryFolder()
    try folder.write(form.lines, to: "a.txt")
    try folder.writeImage("images/a.png")
    let dataset = try LabelledDataset.read(at: folder.path, format: .text, options: Self.evaluation)
    #expect(dataset.images[0].objects[0].box == form.box)
    #expect(dataset.audit.summary.contains(form.evidence), "\(dataset.audit.summary)")
  }

  @Test("boxes that fit in two forms are refused, until one is stated")
  func undecidedForm() throws {
    let folder = try TemporaryFolder()
    try folder.write("cat 10 20 30 40\n", to: "a.txt")
    try folder.writeImage("images/a.png")
    let error = try #require(throws: DatasetError.self) { try LabelledDataset.read(at: folder.path) }
    #expect(error.problem.contains("2 ways: as 'x y width height' 1 of 1 lie in their images"), "\(error)")
    #expect(error.problem.contains("--boxes xywh, xyxy, relative"), "\(error)")
    let options = DatasetReadingOptions(boxes: .corners)
    let dataset = try LabelledDataset.read(at: folder.path, options: options)
    #expect(dataset.images[0].objects[0].box == BoundingBox(x1: 10, y1: 20, x2: 30, y2: 40))
    #expect(dataset.audit.readings.isEmpty)
  }

  @Test("corner form behind a class number is no DeepPCB: the last number is too large for a class")
  func cornersBehindIndex() throws {
    let folder = try TemporaryFolder()
    try folder.write("0 10 20 90 70\n1 30 20 99 75\n", to: "labels/a.txt")
    try folder.write("cat\ndog\n", to: "classes.txt")
    try folder.writeImage("images/a.png")
    #expect(try DatasetFormat.guess(at: folder.path) == .text)
    let dataset = try LabelledDataset.read(at: folder.path)
    #expect(dataset.images[0].objects.map(\.box.x2) == [90, 99])
    #expect(dataset.images[0].objects.map(\.classIndex) == [0, 1])
  }

  @Test("indices are places in the list beside or given; without a list they are the names")
  func indices() throws {
    let folder = try TemporaryFolder()
    try folder.write("2 10 20 3 4\n10 1 1 5 5\n", to: "gts/a.txt")
    let path = folder.path("gts")
    let bare = try LabelledDataset.read(at: path, options: Self.evaluation)
    #expect(bare.classNames == ["2", "10"])
    let list = (0...10).map { "c\($0)" }
    let given = try LabelledDataset.read(at: path, classes: list, options: Self.evaluation)
    #expect(given.images[0].objects.map(\.classIndex) == [2, 10])
    try folder.write("a\nb\nc\n", to: "classes.txt")
    let beside = try LabelledDataset.read(at: path, format: .text, options: Self.evaluation)
    #expect(beside.classNames == ["a", "b", "c"])
    #expect(beside.images[0].objects.map(\.classIndex) == [2])
    #expect(beside.audit[.unknownClass] == 1)
  }

  @Test(
    "malformed lines are refused with their number",
    arguments: [
      ("cat 1 2 3", "4 fields; expected 'class x y width height'"), ("cat 0.9 1 2 3 4", "6 fields"),
      ("cat 1 2 3 x", "'x' is not a number"),
    ])
  func malformed(line: String, problem: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("cat 1 2 3 4\n\(line)", to: "a.txt")
    let error = try #require(throws: DatasetError.self) {
      try LabelledDataset.read(at: folder.path, format: .text, options: Self.evaluation)
    }
    #expect(error.path == path)
    #expect(error.line == 2)
    #expect(error.problem.contains(problem), "\(error)")
  }

  @Test("whole numbers that may be corners or a size are not guessed at")
  func ambiguous() throws {
    let folder = try TemporaryFolder()
    try folder.write("5 6 20 30 2\n", to: "a.txt")
    let error = try #require(throws: DatasetError.self) { try DatasetFormat.guess(at: folder.path) }
    #expect(error.problem.contains("state the format"))
    try folder.write("5 6 20 30 2\n7 90 20 3 4\n", to: "b.txt")
    try folder.write("7 90 20 3 4\n", to: "c.txt")
    #expect(try DatasetFormat.guess(at: folder.path) == .text)
  }

  @Test("Darknet's export: names in obj.names, labels in obj_train_data, by folder or obj.data")
  func darknet() throws {
    let folder = try TemporaryFolder()
    try folder.write("classes = 2\nnames = data/obj.names\n", to: "obj.data")
    try folder.write("person\ncat\n", to: "obj.names")
    try folder.write("data/obj_train_data/a.png\n", to: "train.txt")
    try folder.writeImage("obj_train_data/a.png")
    try folder.write("1 0.5 0.5 0.2 0.5\n", to: "obj_train_data/a.txt")
    for path in [folder.path, folder.path("obj.data")] {
      #expect(try DatasetFormat.guess(at: path) == .yolo)
      let dataset = try LabelledDataset.read(at: path)
      #expect(dataset.classNames == ["person", "cat"])
      #expect(dataset.images[0].objects.map(\.box) == [BoundingBox(x1: 40, y1: 20, x2: 60, y2: 60)])
    }
    try folder.write("", to: "obj_valid_data/b.txt")
    #expect(throws: DatasetError.self) { try LabelledDataset.read(at: folder.path) }
  }

  @Test("COCO's ids taken for indices do not fit a list of 80 names, and are refused with the mapping")
  func indexBeyondTheList() throws {
    let folder = try TemporaryFolder()
    try folder.writeImage("images/a.png")
    let label = try folder.write("0 0.5 0.5 0.2 0.5\n90 0.5 0.5 0.2 0.5\n", to: "labels/a.txt")
    let list = (0..<80).map { "class \($0)" }
    let error = try #require(throws: DatasetError.self) { try LabelledDataset.read(at: folder.path, classes: list) }
    #expect(error.path == label && error.line == 2)
    #expect(error.problem.contains("class index 90, but the list has 80 classes"))
    #expect(error.problem.contains("79 → class 79"))
  }

  @Test("VOC labels in folders of their own, as ImageNet has them")
  func nestedVOC() throws {
    let folder = try TemporaryFolder()
    for (part, x2) in [("n01", 20), ("n02", 30)] {
      try folder.write(
        "<annotation><filename>1.jpg</filename><size><width>50</width><height>40</height></size><object>"
          + "<name>\(part)</name><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>\(x2)</xmax><ymax>9</ymax></bndbox>"
          + "</object></annotation>", to: "Annotations/\(part)/1.xml")
    }
    try folder.write(
      "# label:color_rgb:parts:actions\nbackground:0,0,0::\nn02:1,2,3::\nn01:1,2,3::\n", to: "labelmap.txt")
    let dataset = try LabelledDataset.read(at: folder.path, options: Self.evaluation)
    #expect(dataset.classNames == ["n02", "n01"])
    #expect(dataset.images.map { $0.objects[0].box.x2 } == [20, 30])
    for part in ["n01", "n02"] { try folder.writeImage("JPEGImages/\(part)/1.png", width: 50, height: 40) }
    let withImages = try LabelledDataset.read(at: folder.path)
    #expect(withImages.images.map { $0.objects[0].classIndex } == [1, 0])
    #expect(withImages.images.allSatisfy { $0.path.contains(dataset.classNames[$0.objects[0].classIndex]) })
  }
}
