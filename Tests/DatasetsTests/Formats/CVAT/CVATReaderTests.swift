import Datasets
import DetectionUtilities
import FolderTesting
import ImageCodecs
import Testing

struct CVATReaderTests {
  static func document(_ shapes: String) -> String {
    """
    <?xml version="1.0" encoding="utf-8"?>
    <annotations><version>1.1</version>
    <meta><task><labels><label><name>dog</name></label><label><name>cat &amp; co</name></label></labels></task></meta>
    <image id="0" name="a&apos;b.png" width="100" height="80">
    \(shapes)
    </image></annotations>
    """
  }

  static let evaluation = DatasetReadingOptions(requiresImages: false, treatment: .asWritten)

  @Test("boxes as they are, of other shapes the box around them; labels in the order of the file")
  func shapes() throws {
    let folder = try TemporaryFolder()
    let shapes = """
      <box label="cat &amp; co" xtl="1.50" ytl="2" xbr="30" ybr="40" occluded="0"/><tag label="night"/>
      <polygon label="dog" points="5,6;20.5,9;7,30"></polygon>
      <ellipse label="dog" cx="50" cy="40" rx="10" ry="5"/>
      <mask label="dog" rle="1, 2" left="3" top="4" width="10" height="20"/>
      <box label="dog" xtl="10" ytl="20" xbr="50" ybr="30" rotation="90"/>
      """
    try folder.write(Self.document(shapes), to: "annotations.xml")
    #expect(try DatasetFormat.guess(at: folder.path) == .cvat)
    #expect(try DatasetFormat.guess(at: folder.path("annotations.xml")) == .cvat)
    let dataset = try LabelledDataset.read(at: folder.path, options: Self.evaluation)
    #expect(dataset.classNames == ["dog", "cat & co"])
    #expect(dataset.images.map(\.fileName) == ["a'b.png"])
    #expect(dataset.images[0].size == ImageSize(width: 100, height: 80))
    let boxes = dataset.images[0].objects.map(\.box)
    #expect(
      boxes.prefix(4) == [
        BoundingBox(x1: 1.5, y1: 2, x2: 30, y2: 40), BoundingBox(x1: 5, y1: 6, x2: 20.5, y2: 30),
        BoundingBox(x1: 40, y1: 35, x2: 60, y2: 45), BoundingBox(x1: 3, y1: 4, x2: 13, y2: 24),
      ])
    // 40×10 about (30, 25), turned by a quarter.
    let turned = try #require(boxes.last)
    #expect(abs(turned.x1 - 25) < 1e-9 && abs(turned.y1 - 5) < 1e-9)
    #expect(abs(turned.x2 - 35) < 1e-9 && abs(turned.y2 - 45) < 1e-9)
    #expect(dataset.audit.counts == [.polygonLabel: 3, .turnedBox: 1, .shapeLeftOut: 1])
    #expect(dataset.audit.shapesLeftOut == ["tag": 1])
  }

  @Test("shapes without a box are left out and counted by kind; a turned ellipse has the box around it")
  func leftOut() throws {
    let folder = try TemporaryFolder()
    let shapes = """
      <box label="dog" xtl="30" ytl="40" xbr="70" ybr="60"/>
      <polyline label="dog" points="1,1;20,20"/><polyline label="dog" points="1,1;20,20"/>
      <points label="dog" points="3,3"/><skeleton label="dog"><points label="1" points="3,3"/></skeleton>
      <cuboid label="dog" xtl1="1" ytl1="1"/><ellipse label="dog" cx="50" cy="40" rx="10" ry="5" rotation="90"/>
      """
    let path = try folder.write(Self.document(shapes), to: "annotations.xml")
    let dataset = try LabelledDataset.read(at: path, options: Self.evaluation)
    #expect(dataset.objectCount == 2)
    #expect(dataset.audit.shapesLeftOut == ["polyline": 2, "points": 1, "skeleton": 1, "cuboid": 1])
    let summary = dataset.audit.summary
    let kinds = "5 × shape without a box (left out): 2 polyline, 1 cuboid, 1 points, 1 skeleton"
    #expect(summary.contains(kinds), "\(summary)")
    let turned = try #require(dataset.images[0].objects.last?.box)
    #expect(abs(turned.x1 - 45) < 1e-9 && abs(turned.y1 - 30) < 1e-9)
    #expect(abs(turned.x2 - 55) < 1e-9 && abs(turned.y2 - 50) < 1e-9)
  }

  @Test("an audit lists every bad shape and goes on")
  func audited() throws {
    let folder = try TemporaryFolder()
    let shapes = """
      <box label="dog" xtl="1" ytl="2" xbr="30"/>
      <box label="dog" xtl="30" ytl="40" xbr="70" ybr="60"/>  <box xtl="1" ytl="2" xbr="30" ybr="9"/>
      """
    let path = try folder.write(Self.document(shapes), to: "annotations.xml")
    let report = try DatasetAuditor(threads: 1).audit(at: path)
    #expect(report.dataset.objectCount == 1)
    let places = report.entries.filter { $0.finding == .malformedLabel }.map(\.place.description)
    #expect(
      places == ["\(path):5:1: <box> has no attribute 'ybr'", "\(path):6:57: <box> has no attribute 'label'"])
  }

  @Test(
    "malformed shapes are refused with their line",
    arguments: [
      ("<box label=\"dog\" xtl=\"1\" ytl=\"2\" xbr=\"30\"/>", "<box> has no attribute 'ybr'"),
      ("<box label=\"dog\" xtl=\"one\" ytl=\"2\" xbr=\"30\" ybr=\"9\"/>", "'xtl' is 'one'; expected a number"),
      ("<box xtl=\"1\" ytl=\"2\" xbr=\"30\" ybr=\"9\"/>", "no attribute 'label'"),
      ("<polygon label=\"dog\" points=\"1,2;3\"/>", "the point '3'; expected 'x,y'"),
    ])
  func malformed(shape: String, problem: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.document(shape), to: "annotations.xml")
    let error = try #require(throws: DatasetError.self) { try LabelledDataset.read(at: path, options: Self.evaluation) }
    #expect(error.path == path)
    #expect(error.line == 5)
    #expect(error.problem.contains(problem), "\(error)")
  }
}
