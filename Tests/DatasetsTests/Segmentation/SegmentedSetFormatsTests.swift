import Datasets
import FolderTesting
import Foundation
import ImageCodecs
import Testing

/// Sets that are no folders of label files by the images' names: COCO's files and Cityscapes' folders.
struct SegmentedSetFormatsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func problem(at name: String) -> String {
    let error = #expect(throws: DatasetError.self) { try SegmentedSet.read(at: folder.path(name)) }
    return error?.description ?? ""
  }

  private func rows(_ map: LabelMap) -> [String] {
    (0..<map.height).map { y in (0..<map.width).map { map[$0, y] == 255 ? "." : String(map[$0, y]) }.joined() }
  }

  /// Objects of a 6×4 image `a.png`; `b.png` has none.
  private func coco(
    _ objects: [String], categories: String = #"{"id": 7, "name": "cat"}, {"id": 3, "name": "dog"}"#
  ) throws {
    for name in ["a", "b"] { try folder.writeImage("set/images/\(name).png", width: 6, height: 4) }
    let annotations = objects.enumerated().map { index, object in
      #"{"id": \#(index + 1), "image_id": 1, "bbox": [0, 0, 1, 1], \#(object)}"#
    }
    try folder.write(
      """
      {"images": [{"id": 1, "file_name": "a.png", "width": 6, "height": 4},
        {"id": 2, "file_name": "b.png", "width": 6, "height": 4}],
      "annotations": [\(annotations.joined(separator: ",\n"))], "categories": [\(categories)]}
      """, to: "set/instances.json")
  }

  /// A large cat of outline, on it a smaller dog of run lengths, and a crowd of one column; whatever their order in the file.
  @Test(arguments: [[0, 1, 2], [2, 1, 0], [1, 0, 2]]) func smallerObjectsLieOnTop(order: [Int]) throws {
    let objects = [
      #""category_id": 7, "segmentation": [[0, 0, 5, 0, 5, 4, 0, 4]]"#,
      #""category_id": 3, "segmentation": {"counts": [5, 2, 2, 2, 13], "size": [4, 6]}"#,
      #""category_id": 3, "iscrowd": 1, "segmentation": {"counts": "d04", "size": [4, 6]}"#,
    ]
    try coco(order.map { objects[$0] })
    for path in ["set", "set/instances.json"] {
      let set = try SegmentedSet.read(at: folder.path(path))
      #expect(set.format == .coco && set.classNames == ["background", "dog", "cat"])
      #expect(set.classes.map(\.id) == [0, 3, 7])
      #expect(rows(try set.images[0].labels()) == ["222221", "211221", "211221", "222221"])
      #expect(rows(try set.images[1].labels()) == ["000000", "000000", "000000", "000000"])
      #expect(set.pixelCounts == [24, 8, 16])
    }
  }

  /// Of two objects of one size the later one lies on top.
  @Test func ofEqualObjectsTheLaterLiesOnTop() throws {
    let square = #""segmentation": [[0, 0, 3, 0, 3, 3, 0, 3]]"#
    try coco([#""category_id": 7, \#(square)"#, #""category_id": 3, \#(square)"#])
    #expect(try SegmentedSet.read(at: folder.path("set")).pixelCounts == [39, 9, 0])
  }

  /// A category called background is the class of the rest; an id of 0 leaves no room for one before it.
  @Test func backgrounds() throws {
    let object = #""category_id": 7, "segmentation": [[0, 0, 3, 0, 3, 3, 0, 3]]"#
    try coco([object], categories: #"{"id": 7, "name": "cat"}, {"id": 9, "name": "Background"}"#)
    var set = try SegmentedSet.read(at: folder.path("set"))
    #expect(set.classNames == ["cat", "Background"] && set.pixelCounts == [9, 39] && set.classes.map(\.id) == [7, 9])
    try coco([object], categories: #"{"id": 7, "name": "cat"}, {"id": 0, "name": "pet"}"#)
    set = try SegmentedSet.read(at: folder.path("set"))
    #expect(set.classNames == ["background", "pet", "cat"] && set.classes.map(\.id) == [0, 1, 2])
  }

  @Test func whatCannotBeDrawnIsNamed() throws {
    func failure(_ object: String) throws -> String {
      try coco([object])
      return problem(at: "set")
    }
    #expect(
      try failure(#""category_id": 7, "segmentation": [[0, 0, 5]]"#).contains(
        "annotation 1 has an outline of 3 numbers; expected x, y, x, y, …"))
    #expect(
      try failure(#""category_id": 7, "segmentation": [[0, 0, 5, 1e9, 3, 3]]"#).contains(
        "annotation 1 has an outline with a coordinate of 1000000000.0"))
    #expect(
      try failure(#""category_id": 7, "segmentation": {"counts": [5, 2], "size": [4, 6]}"#).contains(
        "annotation 1 has run lengths of 7 pixels; expected 24, those of its image"))
    #expect(
      try failure(#""category_id": 7, "segmentation": {"counts": [5, 1], "size": [3, 2]}"#).contains(
        "annotation 1 has run lengths of 2×3; expected 6×4"))
    #expect(try failure(#""category_id": 8, "segmentation": [[0, 0, 5, 0, 5, 5]]"#).contains("is of the category 8"))
    #expect(try failure(#""category_id": 7, "segmentation": []"#).contains("has no object with a segmentation"))
    try coco([#""category_id": 7, "segmentation": [[0, 0, 5, 0, 5, 5]]"#, #""category_id": 7"#])
    #expect(
      try SegmentedSet.read(at: folder.path("set")).remarks == ["1 objects without a segmentation, left out"])
    try folder.writeImage("set/images/a.png", width: 5, height: 4)
    #expect(problem(at: "set").contains("a.png: is 5×4; expected 6×4"))
  }

  /// Segments 1, 513 and 65,536 · 3 in a 3×2 picture.
  private func panoptic(_ segments: String, image: String = "1") throws {
    try folder.writeImage("photos/one.jpg", width: 3, height: 2)
    var picture = RGBImage(size: ImageSize(width: 3, height: 2), color: (1, 0, 0))
    picture.fillRectangle(x: 1, y: 0, width: 1, height: 1, color: RGBColor(red: 1, green: 2, blue: 0))
    picture.fillRectangle(x: 2, y: 0, width: 1, height: 2, color: RGBColor(red: 0, green: 0, blue: 3))
    picture.fillRectangle(x: 0, y: 1, width: 1, height: 1, color: .black)
    try folder.write(picture, to: "coco/panoptic_val/one.png")
    try folder.write(
      """
      {"images": [{"id": 1, "file_name": "one.jpg", "width": 3, "height": 2}],
      "annotations": [{"segments_info": [\(segments)], "file_name": "one.png", "image_id": \(image)}],
      "categories": [{"id": 200, "name": "rug", "isthing": 0}, {"id": 1, "name": "person", "isthing": 1}]}
      """, to: "coco/panoptic_val.json")
  }

  private let segments =
    #"{"id": 1, "category_id": 200}, {"id": 513, "category_id": 1, "iscrowd": 0}, {"category_id": 200, "id": 196608}"#

  @Test func panopticPicturesAreRead() throws {
    try panoptic(segments)
    for path in ["coco", "coco/panoptic_val.json"] {
      let set = try SegmentedSet.read(at: folder.path(path), imagesFolder: folder.path("photos"))
      #expect(set.format == .panoptic && set.classNames == ["person", "rug"] && set.classes.map(\.id) == [1, 200])
      #expect(rows(try set.images[0].labels()) == ["101", ".11"])
      #expect(set.pixelCounts == [1, 4] && set.ignoredPixelCount == 1)
    }
    let set = try SegmentedSet.read(
      at: folder.path("coco"), classes: ["rug", "person", "wall"], ids: [4, 5, 6], imagesFolder: folder.path("photos"))
    #expect(set.pixelCounts == [4, 1, 0])
  }

  @Test func whatIsWrongWithPanopticFilesIsNamed() throws {
    func failure(_ segments: String, image: String = "1") throws -> String {
      try panoptic(segments, image: image)
      let error = #expect(throws: DatasetError.self) {
        try SegmentedSet.read(at: folder.path("coco"), imagesFolder: folder.path("photos"))
      }
      return error?.description ?? ""
    }
    let lacking = try failure(#"{"id": 1, "category_id": 200}, {"id": 513, "category_id": 1}"#)
    #expect(lacking.contains("one.png: has the segment 196608 in column 2, row 0"), "\(lacking)")
    #expect(try failure(#"{"id": 1, "category_id": 2}"#).contains("the segment 1 of 'one.jpg' is of the category 2"))
    #expect(try failure(#"{"id": 1}"#).contains("annotations[0] has a segment without 'category_id'"))
    #expect(try failure(segments, image: "\"x\"").contains("image_id"))
    try panoptic(segments)
    #expect(problem(at: "coco").contains("give the folder of the images"))
    try FileManager.default.removeItem(atPath: folder.path("coco/panoptic_val/one.png"))
    let missing = #expect(throws: DatasetError.self) {
      try SegmentedSet.read(at: folder.path("coco"), imagesFolder: folder.path("photos"))
    }
    #expect(missing?.problem.contains("its picture 'one.png' is in none of") == true)
  }

  private func cityscapes(_ kind: String, _ bytes: [UInt8]) throws {
    try folder.writeImage("city/leftImg8bit/val/ulm/ulm_000001_000019_leftImg8bit.png", width: 3, height: 2)
    try folder.write(
      Data(LabelMap(size: ImageSize(width: 3, height: 2), indices: bytes).encodedPNG(palette: [])),
      to: "city/gtFine/val/ulm/ulm_000001_000019_gtFine_\(kind).png")
  }

  @Test func cityscapesFoldersAreRead() throws {
    try cityscapes("labelIds", [7, 7, 8, 26, 0, 4])
    for path in ["city", "city/leftImg8bit", "city/leftImg8bit/val"] {
      let set = try SegmentedSet.read(at: folder.path(path))
      #expect(set.format == .cityscapes && set.classes.count == 19 && set.classes[13].id == 26)
      #expect(rows(try set.images[0].labels()) == ["001", "13.."])
      #expect(set.classNames[13] == "car" && set.colors[0] == RGBColor(red: 128, green: 64, blue: 128))
    }
    // Files of training ids come first; other pictures beside them are passed over.
    try cityscapes("labelTrainIds", [0, 0, 1, 13, 255, 18])
    try cityscapes("instanceIds", [7, 7, 8, 26, 0, 4])
    let set = try SegmentedSet.read(at: folder.path("city/leftImg8bit/val"))
    #expect(set.images.count == 1 && set.classes.map(\.id) == Array(0..<19))
    #expect(rows(try set.images[0].labels()) == ["001", "13.18"])
    try FileManager.default.removeItem(
      atPath: folder.path("city/leftImg8bit/val/ulm/ulm_000001_000019_leftImg8bit.png"))
    #expect(problem(at: "city").contains("gtFine_labelTrainIds.png: has no image of its name"))
  }
}
