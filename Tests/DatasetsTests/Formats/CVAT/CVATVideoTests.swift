import Datasets
import DetectionUtilities
import FolderTesting
import Testing

/// Films of ten frames of 100×80, of which the labels name boxes of some.
struct CVATVideoTests {
  private func film(_ tracks: String, meta: String = "<size>10</size>") -> String {
    """
    <annotations><meta><task>\(meta)<labels><label><name>car</name></label></labels>
    <original_size><width>100</width><height>80</height></original_size></task></meta>
    \(tracks)</annotations>
    """
  }

  private func box(_ frame: Int, _ x: Double, outside: Int = 0, key: Int = 1, more: String = "") -> String {
    """
    <box frame="\(frame)" outside="\(outside)" keyframe="\(key)" xtl="\(x)" ytl="10" xbr="\(x + 20)" ybr="30"\(more)/>
    """
  }

  private func read(_ text: String, images: [String] = []) throws -> LabelledDataset {
    let folder = try TemporaryFolder()
    for name in images { try folder.writeImage(name) }
    let path = try folder.write(text, to: "annotations.xml")
    return try LabelledDataset.read(
      at: path, options: DatasetReadingOptions(requiresImages: !images.isEmpty, treatment: .asWritten))
  }

  /// Left sides of the boxes, frame by frame.
  private func sides(_ dataset: LabelledDataset) -> [[Double]] { dataset.images.map { $0.objects.map(\.box.x1) } }

  @Test("every frame listed: boxes as they are until the object is outside")
  func everyFrame() throws {
    let shapes = box(0, 10) + box(1, 12, key: 0) + box(2, 12, outside: 1)
    let dataset = try read(film("<track id=\"0\" label=\"car\">\(shapes)</track>", meta: "<size>4</size>"))
    #expect(sides(dataset) == [[10], [12], [], []])
    #expect(dataset.images.map(\.fileName) == (0..<4).map { "frame_00000\($0).PNG" })
    #expect(dataset.audit.counts == [.imageWithoutObjects: 2])
  }

  @Test("key frames alone: between them boxes move evenly, and the last goes on to the end")
  func keyFrames() throws {
    let first = box(0, 10) + box(4, 50) + box(6, 40, outside: 1) + box(8, 0)
    let dataset = try read(film("<track id=\"0\" label=\"car\">\(first)</track>"))
    #expect(sides(dataset) == [[10], [20], [30], [40], [50], [45], [], [], [0], [0]])
    #expect(dataset.audit[.interpolatedBox] == 5)
  }

  @Test("turned boxes turn the shorter way around")
  func rotation() throws {
    let shapes = box(0, 10, more: " rotation=\"350\"") + box(2, 10, outside: 1, more: " rotation=\"10\"")
    let dataset = try read(film("<track label=\"car\">\(shapes)</track>", meta: "<size>3</size>"))
    #expect(dataset.images[1].objects.map(\.box) == [BoundingBox(x1: 10, y1: 10, x2: 30, y2: 30)])
    #expect(dataset.audit[.turnedBox] == 1)
  }

  @Test("frames begin where the film was cut and go by its step; other shapes are counted, polygons have their box")
  func frames() throws {
    let shapes = """
      <polygon frame="20" outside="0" keyframe="1" points="1,2;30,4;7,9"/>
      <polygon frame="30" outside="1" keyframe="1" points="1,2;30,4;7,9"/>
      """
    let line = "<polyline frame=\"10\" outside=\"0\" keyframe=\"1\" points=\"1,2;3,4\"/>"
    let meta =
      "<size>3</size><start_frame>10</start_frame><stop_frame>32</stop_frame><frame_filter>step=10</frame_filter>"
    let tracks = "<track label=\"car\">\(shapes)</track><track label=\"car\">\(line)</track>"
    let dataset = try read(film(tracks, meta: meta), images: ["images/c.png", "images/a.png", "images/b.png"])
    #expect(dataset.images.map(\.fileName) == ["a.png", "b.png", "c.png"])
    #expect(dataset.images[1].objects.map(\.box) == [BoundingBox(x1: 1, y1: 2, x2: 30, y2: 9)])
    #expect(dataset.audit.shapesLeftOut == ["polyline": 1])
    #expect(dataset.audit[.frameByOrder] == 3)
  }

  @Test("frames that no image can be told for, and frames off the step, are refused")
  func refused() throws {
    let track = "<track label=\"car\">\(box(0, 10))</track>"
    let count = try #require(throws: DatasetError.self) { try read(film(track), images: ["images/a.png"]) }
    #expect(count.problem.contains("10 frames and 1 images"), "\(count)")
    let step = try #require(throws: DatasetError.self) {
      let meta = "<size>3</size><frame_filter>step=2</frame_filter>"
      return try read(film("<track label=\"car\">\(box(3, 10))</track>", meta: meta))
    }
    #expect(step.problem == "frame 3; expected one from 0 on in steps of 2")
    let two = "<track label=\"car\" task_id=\"1\"></track><track label=\"car\" task_id=\"2\"></track>"
    #expect(throws: DatasetError.self) { try read(film(two)) }
  }

  @Test("more frames, or boxes between key frames, than memory holds are refused")
  func endless() throws {
    let frames = try #require(throws: DatasetError.self) {
      try read(film("", meta: "<mode>interpolation</mode><size>200001</size>"))
    }
    #expect(frames.problem.contains("200001 frames; expected at most 200000"), "\(frames)")
    let track = "<track label=\"car\">" + box(0, 10) + "</track>"
    let boxes = try #require(throws: DatasetError.self) {
      try read(film(String(repeating: track, count: 6), meta: "<size>199999</size>"))
    }
    #expect(boxes.problem.contains("1199988 boxes between key frames; expected at most 1000000"), "\(boxes)")
  }
}
