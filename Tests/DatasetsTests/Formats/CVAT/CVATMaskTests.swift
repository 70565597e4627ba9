import Datasets
import DetectionUtilities
import FolderTesting
import Testing

struct CVATMaskTests {
  private func read(_ shapes: String, needed: Bool = true) throws -> (objects: [LabelledObject], audit: DatasetAudit) {
    let folder = try TemporaryFolder()
    try folder.write(CVATReaderTests.document(shapes), to: "annotations.xml")
    let dataset = try LabelledDataset.read(
      at: folder.path,
      options: DatasetReadingOptions(
        requiresImages: false, treatment: .asWritten, readsMasks: true, needsMasks: needed))
    return (dataset.images[0].objects, dataset.audit)
  }

  @Test("polygons and ellipses are outlines, masks run lengths along the rows of their box; a box has none")
  func shapes() throws {
    let (objects, audit) = try read(
      """
      <polygon label="dog" points="5,6;20.5,9;7,30"/>
      <mask label="dog" rle="0, 1, 2, 2, 1" left="10" top="20" width="3" height="2"/>
      <ellipse label="dog" cx="50" cy="40" rx="10" ry="5" rotation="90"/>
      <box label="dog" xtl="10" ytl="20" xbr="50" ybr="30"/>
      """)
    #expect(objects.count == 3 && audit[.invalidMask] == 1)
    #expect(objects[0].segmentation == .polygons([[5, 6, 20.5, 9, 7, 30]]))
    // The upper row #.. and the lower one ##. of an image of 100×80.
    #expect(try objects[1].segmentation?.mask(width: 100, height: 80).inside == [820..<822, 901..<902])
    #expect(objects[1].area == 3)
    let ellipse = try #require(try objects[2].segmentation?.mask(width: 100, height: 80))
    #expect(ellipse.box == BoundingBox(x1: 45, y1: 30, x2: 55, y2: 50))
    #expect(abs(Double(ellipse.area) - 157) < 8)
  }

  @Test(
    "run lengths that are none are named with their line",
    arguments: [
      ("1, 2", "has run lengths of 3 pixels; expected 6"), ("0, 9", "has run lengths of more than 6 pixels"),
      ("0, x, 5", "has run lengths with 'x'"), ("-1, 7", "has a run length of -1"),
    ])
  func invalid(lengths: String, problem: String) throws {
    let shape = #"<mask label="dog" rle="\#(lengths)" left="3" top="4" width="3" height="2"/>"#
    let (objects, audit) = try read(shape)
    #expect(objects.isEmpty)
    let place = try #require(audit.firstPlaces[.invalidMask]?.first)
    #expect(place.contains("annotations.xml:5: \(problem)"), "\(place)")
    let kept = try read(shape, needed: false)
    #expect(kept.objects.map { $0.segmentation == nil } == [true] && kept.audit[.invalidMask] == 1)
  }

  @Test("masks of a film hold as long as their boxes do")
  func film() throws {
    let folder = try TemporaryFolder()
    let polygon = #"<polygon frame="0" outside="0" keyframe="1" points="10,10;20,10;10,20"/>"#
    let film = AuditSet.film(frames: 3, boxFrames: [2]).replacing("<box", with: polygon + "\n<box")
    try folder.write(film, to: "annotations.xml")
    let dataset = try LabelledDataset.read(
      at: folder.path, options: DatasetReadingOptions(requiresImages: false, readsMasks: true, needsMasks: false))
    let segmentations = dataset.images.map { $0.objects.map(\.segmentation) }
    #expect(segmentations == [[.polygons([[10, 10, 20, 10, 10, 20]])], [], [nil]])
  }
}
