import Datasets
import DetectionUtilities
import FolderTesting
import ImageCodecs
import Testing

struct VOCReaderTests {
  static func object(_ name: String, _ box: [String], more: String = "") -> String {
    """
      <object>
        <name>\(name)</name>\(more)
        <bndbox><xmin>\(box[0])</xmin><ymin>\(box[1])</ymin><xmax>\(box[2])</xmax><ymax>\(box[3])</ymax></bndbox>
      </object>

    """
  }

  static func label(_ objects: String, file: String = "a.png", size: (Int, Int) = (100, 80)) -> String {
    """
    <?xml version="1.0" encoding="UTF-8"?>
    <annotation verified="yes">
      <!-- a comment -->
      <filename>\(file)</filename>
      <size><width>\(size.0)</width><height>\(size.1)</height><depth>3</depth></size>
    \(objects)</annotation>
    """
  }

  @Test("folders Annotations and Images; classes in order of name, images in order of file name")
  func foldersBeside() throws {
    let folder = try TemporaryFolder()
    try folder.writeImage("Images/b.png")
    try folder.writeImage("Images/a.png")
    try folder.write(
      VOCReaderTests.label(
        VOCReaderTests.object("zebra &amp; foal", ["1", "2.5", "30", "40"])
          + VOCReaderTests.object("ape", ["5", "6", "7", "8"], more: "<difficult>1</difficult>")),
      to: "Annotations/a.xml")
    try folder.write(VOCReaderTests.label("", file: "b.png"), to: "Annotations/b.xml")
    let dataset = try LabelledDataset.read(at: folder.path)
    #expect(dataset.classes == [ObjectClass(id: 1, name: "ape"), ObjectClass(id: 2, name: "zebra & foal")])
    #expect(dataset.images.map(\.path) == [folder.path("Images/a.png"), folder.path("Images/b.png")])
    #expect(dataset.images.map(\.id) == [1, 2])
    #expect(dataset.images[0].size == ImageSize(width: 100, height: 80))
    #expect(
      dataset.images[0].objects == [
        LabelledObject(annotationID: 1, box: BoundingBox(x1: 1, y1: 2.5, x2: 30, y2: 40), classIndex: 1),
        LabelledObject(
          annotationID: 2, box: BoundingBox(x1: 5, y1: 6, x2: 7, y2: 8), classIndex: 0, isDifficult: true),
      ])
    #expect(dataset.images[1].objects.isEmpty)
    #expect(dataset.audit.counts == [.difficultBox: 1, .imageWithoutObjects: 1])
    #expect(!dataset.audit.hasMistakes)
  }

  @Test("labels beside the images, found by stem whatever <filename> says")
  func besideImages() throws {
    let folder = try TemporaryFolder()
    try folder.writeImage("cam1.png")
    try folder.write(
      VOCReaderTests.label(VOCReaderTests.object("x", ["1", "1", "9", "9"]), file: "old name.jpg"), to: "cam1.xml")
    let dataset = try LabelledDataset.read(at: folder.path)
    #expect(dataset.images.map(\.fileName) == ["cam1.png"])
    #expect(dataset.objectCount == 1)
  }

  @Test("images without label, labels without image, wrong size: kept, left out, corrected, and counted")
  func oddFiles() throws {
    let folder = try TemporaryFolder()
    try folder.writeImage("a.png")
    try folder.writeImage("lonely.png")
    try folder.write(
      VOCReaderTests.label(VOCReaderTests.object("x", ["1", "1", "9", "9"]), size: (80, 100)), to: "a.xml")
    try folder.write(VOCReaderTests.label("", file: "gone.png"), to: "gone.xml")
    try folder.write("this is no image", to: "broken.png")
    try folder.write(VOCReaderTests.label("", file: "broken.png"), to: "broken.xml")
    let audit = try LabelledDataset.read(at: folder.path).audit
    #expect(audit.imageCount == 2)
    #expect(
      audit.counts == [
        .sizeMismatch: 1, .imageWithoutLabels: 1, .labelsWithoutImage: 1, .unreadableImage: 1,
        .imageWithoutObjects: 1,
      ])
    #expect(audit.firstPlaces[.labelsWithoutImage] == [folder.path("gone.xml")])
    #expect(audit.firstPlaces[.sizeMismatch]?.first?.contains("100×80") == true)
  }

  @Test(
    "bad boxes are dealt with and counted, at their line",
    arguments: [
      (["9", "9", "9", "20"], DatasetFinding.zeroAreaBox, nil as BoundingBox?),
      (["20", "9", "9", "20"], .invertedBox, nil),
      (["nan", "9", "9", "20"], .nonFiniteBox, nil),
      (["1", "9", "inf", "20"], .nonFiniteBox, nil),
      (["100", "9", "120", "20"], .boxOutsideImage, nil),
      (["-5", "9", "20", "90"], .boxClipped, BoundingBox(x1: 0, y1: 9, x2: 20, y2: 80)),
    ])
  func badBoxes(coordinates: [String], finding: DatasetFinding, kept: BoundingBox?) throws {
    let folder = try TemporaryFolder()
    try folder.writeImage("a.png")
    try folder.write(VOCReaderTests.label(VOCReaderTests.object("x", coordinates)), to: "a.xml")
    let dataset = try LabelledDataset.read(at: folder.path)
    #expect(dataset.images[0].objects.map(\.box) == (kept.map { [$0] } ?? []))
    #expect(dataset.audit[finding] == 1)
    #expect(dataset.audit.firstPlaces[finding] == [folder.path("a.xml") + ":6"])
    #expect(dataset.audit.hasMistakes)
  }

  @Test("a second label of the same class and box is left out; as written it stays")
  func duplicates() throws {
    let folder = try TemporaryFolder()
    try folder.writeImage("a.png")
    let one = VOCReaderTests.object("x", ["1", "1", "9", "9"])
    try folder.write(VOCReaderTests.label(one + VOCReaderTests.object("y", ["1", "1", "9", "9"]) + one), to: "a.xml")
    let repaired = try LabelledDataset.read(at: folder.path)
    #expect(repaired.objectCount == 2)
    #expect(repaired.audit[.duplicateBox] == 1)
    let written = try LabelledDataset.read(
      at: folder.path, options: DatasetReadingOptions(treatment: .asWritten))
    #expect(written.objectCount == 3)
    #expect(written.audit[.duplicateBox] == 1)
  }

  @Test(
    "malformed files are refused with their line",
    arguments: [
      ("<annotation>\n<object>\n</annotation>", 3, "expected '</object>' for the element of line 2"),
      ("<annotation>\n<size>", 2, "ends inside '<size>' of line 2"),
      ("<annotation>\n\n<object><name>x</name></object></annotation>", 3, "no <bndbox>"),
      ("<annotation>\n<object><bndbox></bndbox></object></annotation>", 2, "no <name>"),
      (
        "<annotation><object><name>x</name>\n<bndbox><xmin>1</xmin>\n<ymin>two</ymin></bndbox></object></annotation>",
        3, "<ymin> is 'two'; expected a number"
      ),
      (
        "<annotation><object><name>x</name>\n<bndbox><xmin>1</xmin></bndbox></object></annotation>", 2,
        "<bndbox> has no <ymin>"
      ),
      ("\n<label></label>", 2, "expected <annotation>"),
      ("plain text", 1, "expected XML"),
      ("<annotation>\n&nbsp;</annotation>", 2, "not a reference"),
      ("<annotation>\n<a b=c></a></annotation>", 2, "quoted"),
      ("<annotation/>\n<annotation/>", 2, "second root"),
      ("<annotation>\n<!-- no end", 2, "a comment has no end"),
      ("<!DOCTYPE a [<!ENTITY b SYSTEM \"/etc/passwd\">]>\n<annotation/>", 1, "document type"),
      ("", 1, "no XML element"),
    ])
  func malformed(content: String, line: Int, problem: String) throws {
    let folder = try TemporaryFolder()
    try folder.writeImage("a.png")
    let path = try folder.write(content, to: "a.xml")
    let error = try #require(throws: DatasetError.self) { try LabelledDataset.read(at: folder.path) }
    #expect(error.path == path)
    #expect(error.line == line)
    #expect(error.problem.contains(problem), "\(error)")
    #expect(error.description.hasPrefix("\(path):\(line):"))
  }

  @Test("an unfamiliar class is refused with the mapping shown; a familiar list sets the order")
  func fixedClasses() throws {
    let folder = try TemporaryFolder()
    try folder.writeImage("a.png")
    try folder.write(
      VOCReaderTests.label(
        VOCReaderTests.object("cat", ["1", "1", "9", "9"]) + VOCReaderTests.object("dog", ["2", "1", "9", "9"])),
      to: "a.xml")
    let dataset = try LabelledDataset.read(at: folder.path, classes: ["dog", "owl", "cat"])
    #expect(dataset.classNames == ["dog", "owl", "cat"])
    #expect(Set(dataset.classes.map(\.id)).count == 3)
    #expect(dataset.images[0].objects.map(\.classIndex) == [2, 0])
    let error = try #require(throws: DatasetError.self) {
      try LabelledDataset.read(at: folder.path, classes: ["dog", "Cat"])
    }
    #expect(error.problem.contains("'cat'; expected one of dog, Cat; the mapping: cat → ?, dog → 0 dog"), "\(error)")
  }

  @Test("class names that differ in case only are pointed out and kept apart")
  func similarNames() throws {
    let folder = try TemporaryFolder()
    try folder.writeImage("a.png")
    try folder.write(
      VOCReaderTests.label(
        VOCReaderTests.object("Cat", ["1", "1", "9", "9"]) + VOCReaderTests.object("cat", ["2", "1", "9", "9"])),
      to: "a.xml")
    let dataset = try LabelledDataset.read(at: folder.path)
    #expect(dataset.classNames == ["Cat", "cat"])
    #expect(dataset.audit.firstPlaces[.similarClassNames] == ["'Cat' and 'cat'"])
  }

  @Test("labels of which none has an image are an error, and can be read without images when that is asked for")
  func withoutImages() throws {
    let folder = try TemporaryFolder()
    try folder.write(VOCReaderTests.label(VOCReaderTests.object("x", ["1", "1", "9", "9"])), to: "a.xml")
    #expect(throws: DatasetError.self) { try LabelledDataset.read(at: folder.path) }
    let dataset = try LabelledDataset.read(at: folder.path, options: DatasetReadingOptions(requiresImages: false))
    #expect(dataset.images.map(\.size) == [ImageSize(width: 100, height: 80)])
    #expect(dataset.objectCount == 1)
  }

  @Test("several boxes in one object are several objects, those of its parts are none; other shapes have their box")
  func otherBoxes() throws {
    let folder = try TemporaryFolder()
    try folder.writeImage("a.png")
    func box(_ x: Int) -> String {
      "<bndbox><xmin>\(x)</xmin><ymin>1</ymin><xmax>\(x + 9)</xmax><ymax>9</ymax></bndbox>"
    }
    // 20×10 about (50, 40), turned by a quarter of a circle.
    let turned =
      "<robndbox><cx>50</cx><cy>40</cy><w>20</w><h>10</h><angle>1.5707963267948966</angle></robndbox>"
    let polygon = "<polygon><x1>1</x1><y1>20</y1><x2>30</x2><y2>25</y2><x3>7</x3><y3>50</y3></polygon>"
    let points = "<polygon><pt><x>1</x><y>60</y></pt><pt><x>9</x><y>70</y></pt></polygon>"
    let objects = [box(1) + box(20) + "<part><name>head</name>\(box(40))</part>", turned, polygon, points, "<segm/>"]
    let text = objects.map { "<object><name>x</name>\($0)</object>\n" }.joined()
    try folder.write(VOCReaderTests.label(text), to: "a.xml")
    let dataset = try LabelledDataset.read(at: folder.path)
    let boxes = dataset.images[0].objects.map(\.box)
    #expect(boxes.prefix(2).map(\.x1) == [1, 20] && boxes.count == 5)
    let expected = [45.0, 30, 55, 50]
    #expect(zip([boxes[2].x1, boxes[2].y1, boxes[2].x2, boxes[2].y2], expected).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(boxes[3] == BoundingBox(x1: 1, y1: 20, x2: 30, y2: 50))
    #expect(boxes[4] == BoundingBox(x1: 1, y1: 60, x2: 9, y2: 70))
    #expect(
      dataset.audit.counts == [.severalBoxesInObject: 1, .turnedBox: 1, .polygonLabel: 2, .shapeLeftOut: 1])
  }

  @Test("a size that is missing or zero is a finding, and the image's own counts", arguments: [(0, 0), nil])
  func unstatedSize(size: (Int, Int)?) throws {
    let folder = try TemporaryFolder()
    try folder.writeImage("a.png")
    let object = VOCReaderTests.object("x", ["1", "1", "9", "9"])
    let text = size.map { VOCReaderTests.label(object, size: $0) } ?? "<annotation>\(object)</annotation>"
    try folder.write(text, to: "a.xml")
    let dataset = try LabelledDataset.read(at: folder.path)
    #expect(dataset.images.map(\.size) == [ImageSize(width: 100, height: 80)] && dataset.objectCount == 1)
    #expect(dataset.audit.counts == [.unstatedSize: 1])
  }

  @Test("of a name that stands twice in the list the first place counts")
  func repeatedName() throws {
    let folder = try TemporaryFolder()
    try folder.writeImage("a.png")
    try folder.write(VOCReaderTests.label(VOCReaderTests.object("cat", ["1", "2", "3", "4"])), to: "a.xml")
    try folder.write("dog\ncat\ncat\n", to: "classes.txt")
    let dataset = try LabelledDataset.read(at: folder.path)
    #expect(dataset.images[0].objects.map(\.classIndex) == [1])
  }
}
