import Datasets
import FolderTesting
import Foundation
import ImageCodecs
import Testing

struct LayoutTests {
  @Test("every layout gives its images and boxes", arguments: LayoutCase.all)
  func layouts(test: LayoutCase) throws {
    let folder = try TemporaryFolder()
    let path = try test.write(into: folder)
    let dataset = try LabelledDataset.read(at: path, options: DatasetReadingOptions(splits: test.splits))
    let boxes = Dictionary(
      dataset.images.map { (String($0.path.dropFirst(folder.path.count + 1)), $0.objects.count) }
    ) { $0 + $1 }
    #expect(boxes == test.boxes)
    #expect(dataset.audit.counts == test.findings)
    #expect(dataset.classNames == ["bolt"])
  }

  /// Each with what the error has to name.
  @Test(
    "what a data.yaml says wrongly is named with its line",
    arguments: [
      ("nc: 3\nnames: [bolt]", 1 as Int?, "nc is 3, but names has 1 classes: bolt"),
      ("names: [bolt]\nval: images/none", 2, "val: 'images/none' is not there; looked for"),
      ("names: [bolt]\nval: [a, b: c]", 2, "'val' is no path"),
      ("names: [bolt]\nval: images\nvalid: images", 3, "a second time"),
      ("names: [bolt]\ntrain: images", nil, "has no split 'val'; it has train"),
      ("names: [bolt]\nval: images/a.png", 2, "neither a folder nor a .txt list"),
      ("names: [bolt]\nval: empty.txt", nil, "names no image"),
      ("names: [bolt]\nval: wrong.txt", 2, "no image of the dataset is called 'nobody.png'"),
      ("names: [bolt]\nval: bare", nil, "no label folder beside them: looked for"),
      ("names: [bolt\nval: images", 2, "is no YAML"),
    ])
  func badDataFile(text: String, line: Int?, problem: String) throws {
    let folder = try TemporaryFolder()
    for name in ["images/a.png", "bare/a.png"] { try folder.writeImage(name) }
    try folder.write(LayoutCase.box, to: "labels/a.txt")
    try folder.write("# none\n\n", to: "empty.txt")
    try folder.write("images/a.png\nnobody.png\n", to: "wrong.txt")
    let path = try folder.write(text, to: "data.yaml")
    let error = try #require(throws: DatasetError.self) {
      try LabelledDataset.read(at: path, options: DatasetReadingOptions(splits: .only(.validation)))
    }
    #expect(error.line == line)
    #expect(error.problem.contains(problem), "\(error)")
  }

  @Test("what was read of a data.yaml is said; known keys of others are passed over in silence")
  func remarks() throws {
    let folder = try TemporaryFolder()
    let path = try LayoutCase(
      testDescription: "", images: ["images/train/a.png", "images/val/b.png"],
      texts: [
        "labels/train/a.txt": LayoutCase.box, "labels/val/b.txt": LayoutCase.box,
        "data.yaml": """
        path: ../datasets/mine
        train: images/train
        val: images/val
        names: [bolt]
        download: https://x
        kpt_shape: [1, 2]
        trian: y
        """,
      ], path: "data.yaml", boxes: [:]
    ).write(into: folder)
    let dataset = try LabelledDataset.read(at: path, options: DatasetReadingOptions(splits: .evaluation))
    #expect(
      dataset.audit.readings == [
        "\(path):7: the key 'trian' is not known, and ignored",
        "\(path):1: path '../datasets/mine' is not there; its folders are looked for in \(folder.path)",
        "data.yaml: val is images/val, with 1 images",
        "data.yaml: of its splits only val was read, not train",
      ])
    #expect(dataset.audit.summary.contains("  data.yaml: val is images/val"))
    #expect(try LabelledDataset.splits(at: path) == [.training, .validation])
  }

  @Test("a Roboflow path that is there both as written and as meant is refused")
  func twoFolders() throws {
    let folder = try TemporaryFolder()
    for part in ["", "set/"] {
      try folder.writeImage(part + "train/images/a.png")
      try folder.write(LayoutCase.box, to: part + "train/labels/a.txt")
    }
    let path = try folder.write("train: ../train/images\nnames: [bolt]", to: "set/data.yaml")
    let error = try #require(throws: DatasetError.self) { try LabelledDataset.read(at: path) }
    #expect(error.line == 1)
    #expect(error.problem.contains("both are there"), "\(error)")
  }

  @Test("two files that fit a path equally well are refused by name")
  func ambiguous() throws {
    let folder = try TemporaryFolder()
    for name in ["images/p/a.png", "images/q/a.png"] { try folder.writeImage(name) }
    let path = try folder.write("image,label,x1,y1,x2,y2\nC:\\x\\a.png,bolt,1,1,9,9\n", to: "x.csv")
    let error = try #require(throws: DatasetError.self) { try LabelledDataset.read(at: path) }
    #expect(error.problem.contains("images/p/a.png or ") && error.problem.contains("images/q/a.png"), "\(error)")
  }

  @Test("of two written paths that contradict each other one file is taken for neither")
  func contradiction() throws {
    let folder = try TemporaryFolder()
    try folder.writeImage("images/a.png")
    let text = "image,label,x1,y1,x2,y2\np\\a.png,bolt,1,1,9,9\nq\\a.png,bolt,1,1,9,9\nimages\\a.png,bolt,1,1,9,9\n"
    let path = try folder.write(text, to: "x.csv")
    let dataset = try LabelledDataset.read(at: path)
    #expect(dataset.images.map(\.objects.count) == [1])
    #expect(dataset.audit[.missingImage] == 2)
  }

  @Test("a split of a folder is told by the names of folders")
  func splitOfFolder() throws {
    let folder = try TemporaryFolder()
    let path = try LayoutCase.folders[0].write(into: folder)
    let options = DatasetReadingOptions(splits: .only(.validation))
    #expect(try LabelledDataset.read(at: path, options: options).images.map(\.fileName) == ["b.v2.png"])
    let error = try #require(throws: DatasetError.self) {
      try LabelledDataset.read(at: folder.path("train"), options: options)
    }
    #expect(error.problem.contains("no split 'val'"))
  }

  @Test("images without a single label: what was looked for is named")
  func noLabels() throws {
    let folder = try TemporaryFolder()
    try folder.writeImage("images/a.png")
    let error = try #require(throws: DatasetError.self) {
      try LabelledDataset.read(at: folder.path("images"), format: .yolo)
    }
    #expect(error.problem.contains("looked for \(folder.path)/labels, "), "\(error)")
    let guessing = try #require(throws: DatasetError.self) { try DatasetFormat.guess(at: folder.path("images")) }
    #expect(guessing.problem.contains("looked for \(folder.path)/labels, "), "\(guessing)")
  }

  @Test("an audit of a data.yaml finds equal pixels in two splits, and goes on where a split is missing")
  func auditOfSplits() throws {
    let folder = try TemporaryFolder()
    for part in ["train", "val"] {
      try folder.writeImage("images/\(part)/\(part).png")
      try folder.write(LayoutCase.box, to: "labels/\(part)/\(part).txt")
    }
    let text = "train: images/train\nval: images/val\ntest: images/test\nnames: [bolt]"
    let report = try DatasetAuditor(threads: 1).audit(at: folder.write(text, to: "data.yaml"))
    #expect(report.dataset.images.map(\.split) == [.training, .validation])
    #expect(report.counts[.imageInTwoSplits] == 1)
    #expect(report.counts[.identicalFile] == nil)
    let entry = try #require(report.entries.first { $0.finding == .malformedLabel })
    #expect(entry.place.line == 3 && entry.place.detail?.hasPrefix("test: 'images/test' is not there") == true)
  }
}
