import Datasets
import DetectionUtilities
import FolderTesting
import Testing

struct YOLOReaderTests {
  private func folder(label: String, names: String? = "names: [cat, dog]", namesFile: String = "data.yaml") throws
    -> TemporaryFolder
  {
    let folder = try TemporaryFolder()
    try folder.writeImage("images/a.png")
    try folder.write(label, to: "labels/a.txt")
    if let names { try folder.write(names, to: namesFile) }
    return folder
  }

  @Test("fractions of the image's size become pixels")
  func pixels() throws {
    let folder = try folder(label: "1 0.5 0.5 0.2 0.5\r\n\r\n0 0.1 0.25 0.2 0.5\n")
    let dataset = try LabelledDataset.read(at: folder.path)
    #expect(dataset.classes == [ObjectClass(id: 0, name: "cat"), ObjectClass(id: 1, name: "dog")])
    #expect(dataset.images[0].objects.map(\.classIndex) == [1, 0])
    #expect(dataset.images[0].objects[0].box == BoundingBox(x1: 40, y1: 20, x2: 60, y2: 60))
    #expect(dataset.images[0].objects[1].box == BoundingBox(x1: 0, y1: 0, x2: 20, y2: 40))
    #expect(dataset.audit.counts.isEmpty)
  }

  @Test(
    "all ways to write the names",
    arguments: [
      ("data.yaml", "path: x\nnames: [cat, 'dog # 1']  # two\nnc: 2"),
      ("data.yaml", "names: [\n  cat,\n  \"dog # 1\"\n]"),
      ("data.yaml", "nc: 2\nnames:\n- cat\n- 'dog # 1'\nval: y"),
      ("data.yaml", "names:\n  - cat # the first\n  - \"dog # 1\"\n"),
      ("dataset.yaml", "train: t\nnames:\n  0: cat\n  1: 'dog # 1'\nval: y"),
      ("classes.txt", "cat\ndog # 1\n\n"),
      ("labels/classes.txt", "cat\r\ndog # 1\r\n"),
      ("obj.names", "cat\ndog # 1"),
    ])
  func names(file: String, content: String) throws {
    let folder = try folder(label: "1 0.5 0.5 0.2 0.5", names: content, namesFile: file)
    #expect(try LabelledDataset.read(at: folder.path).classNames == ["cat", "dog # 1"])
  }

  @Test(
    "names that are not read are refused with their line",
    arguments: [
      ("nc: 2", nil as Int?, "no key 'names'"),
      ("nc: 2\nnames: cat", 2, "expected names: [a, b]"),
      ("names:\n  0: cat\n  2: dog", 1, "indices 0…1, each once"),
      ("names:\n  cat: 0", 2, "expected names: [a, b]"),
      ("names: [a,\n b", 2, "is no YAML"),
      ("names:\n", 1, "is empty"),
      // Ten lists of ten lists of …, as a key.
      (
        "a0: &a0 [x]\n"
          + (1...9).map { "a\($0): &a\($0) [\(Array(repeating: "*a\($0 - 1)", count: 10).joined(separator: ","))]\n" }
          .joined() + "? *a9\n: 1\nnames: [cat]\n", nil, "91 aliases"
      ),
    ])
  func badNames(content: String, line: Int?, problem: String) throws {
    let folder = try folder(label: "1 0.5 0.5 0.2 0.5", names: content)
    let error = try #require(throws: DatasetError.self) { try LabelledDataset.read(at: folder.path) }
    #expect(error.path == folder.path("data.yaml"))
    #expect(error.line == line)
    #expect(error.problem.contains(problem), "\(error)")
  }

  @Test("without names the given list is the list; without both the indices have to do")
  func withoutNames() throws {
    let folder = try folder(label: "1 0.5 0.5 0.2 0.5", names: nil)
    #expect(try LabelledDataset.read(at: folder.path).classNames == ["class 0", "class 1"])
    let named = try LabelledDataset.read(at: folder.path, classes: ["owl", "emu", "auk"])
    #expect(named.classNames == ["owl", "emu", "auk"])
    #expect(named.images[0].objects[0].classIndex == 1)
  }

  @Test(
    "bad labels are dealt with and counted, at their line",
    arguments: [
      ("0 0.5 0.5 0 0.2", DatasetFinding.zeroAreaBox, 0), ("0 0.5 0.5 -0.1 0.2", .invertedBox, 0),
      ("0 nan 0.5 0.1 0.2", .nonFiniteBox, 0), ("0 1.5 0.5 0.2 0.2", .boxOutsideImage, 0),
      ("0 0.95 0.5 0.2 0.2", .boxClipped, 1), ("2 0.5 0.5 0.1 0.1", .unknownClass, 0),
      ("0 0.1 0.1 0.3 0.1 0.2 0.4", .polygonLabel, 1),
    ])
  func badLabels(line: String, finding: DatasetFinding, kept: Int) throws {
    let folder = try folder(label: "\n\(line)")
    let dataset = try LabelledDataset.read(at: folder.path)
    #expect(dataset.objectCount == kept)
    #expect(dataset.audit.firstPlaces[finding] == [folder.path("labels/a.txt") + ":2"])
    #expect(dataset.audit[finding] == 1)
  }

  @Test("six digits of a fraction do not count as reaching out of the image")
  func rounding() throws {
    let folder = try folder(label: "0 0.500001 0.5 1.000000 1.0")
    let dataset = try LabelledDataset.read(at: folder.path)
    #expect(dataset.audit.counts.isEmpty)
    #expect(dataset.images[0].objects[0].box.x2 == 100)
  }

  @Test("a polygon becomes the box around it")
  func polygon() throws {
    let folder = try folder(label: "0 0.1 0.1 0.3 0.2 0.2 0.5")
    let box = try LabelledDataset.read(at: folder.path).images[0].objects[0].box
    #expect(abs(box.x1 - 10) < 1e-9 && abs(box.y1 - 8) < 1e-9 && abs(box.x2 - 30) < 1e-9 && abs(box.y2 - 40) < 1e-9)
  }

  @Test(
    "malformed lines are refused with their number",
    arguments: [
      ("0 0.5 0.5 0.1", "4 fields"), ("0 0.5 0.5 0.1 0.1 0.9", "6 fields"), ("x 0.5 0.5 0.1 0.1", "no class index"),
      ("-1 0.5 0.5 0.1 0.1", "no class index"), ("0 0,5 0.5 0.1 0.1", "'0,5' is not a number"),
      ("0 50 50 10 10", "no fraction"),
    ])
  func malformed(line: String, problem: String) throws {
    let folder = try folder(label: "0 0.5 0.5 0.1 0.1\n\(line)\n")
    let error = try #require(throws: DatasetError.self) { try LabelledDataset.read(at: folder.path, format: .yolo) }
    #expect(error.path == folder.path("labels/a.txt"))
    #expect(error.line == 2)
    #expect(error.problem.contains(problem), "\(error)")
  }

  @Test("images without label file are kept, label files without image left out, both counted")
  func unpaired() throws {
    let folder = try folder(label: "0 0.5 0.5 0.1 0.1")
    try folder.writeImage("images/b.png")
    try folder.write("0 0.5 0.5 0.1 0.1", to: "labels/c.txt")
    let dataset = try LabelledDataset.read(at: folder.path)
    #expect(dataset.images.map(\.fileName) == ["a.png", "b.png"])
    #expect(dataset.audit.counts == [.imageWithoutLabels: 1, .labelsWithoutImage: 1, .imageWithoutObjects: 1])
  }

  @Test("folders inside images and labels; one of them alone; a data.yaml as path")
  func nestedFolders() throws {
    let folder = try TemporaryFolder()
    for part in ["train", "val"] {
      try folder.writeImage("images/\(part)/\(part).png")
      try folder.write("0 0.5 0.5 0.1 0.1", to: "labels/\(part)/\(part).txt")
    }
    try folder.write("names: [cat]", to: "data.yaml")
    #expect(try LabelledDataset.read(at: folder.path).images.map(\.fileName) == ["train.png", "val.png"])
    let part = try LabelledDataset.read(at: folder.path("images/val"))
    #expect(part.images.map(\.fileName) == ["val.png"])
    #expect(part.objectCount == 1)
    #expect(part.classNames == ["cat"])
    #expect(try LabelledDataset.read(at: folder.path("data.yaml")).objectCount == 2)
  }

  @Test("quoted names may hold commas, quotes and signs of a comment")
  func quotedNames() throws {
    for names in ["names: ['it''s, #1', \"a, b\"] # two", "names:\n  - 'it''s, #1' # one\n  - \"a, b\""] {
      let folder = try folder(label: "1 0.5 0.5 0.2 0.5", names: names)
      #expect(try LabelledDataset.read(at: folder.path).classNames == ["it's, #1", "a, b"])
    }
  }
}
