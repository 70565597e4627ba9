import Datasets
import FolderTesting
import Foundation
import ImageCodecs
import Testing

/// One bad input: how to make it from a set without a fault, and what an audit says of it.
struct AuditCase: Sendable, CustomTestStringConvertible {
  /// Found once, and nothing else with it but ``besides``.
  let finding: DatasetFinding
  var besides: [DatasetFinding: Int] = [:]
  /// The end of the place's file, its line, or its annotation.
  var file: String?
  var line: Int?
  var annotation: Int?
  /// Part of what is said.
  var detail: String?
  let make: @Sendable (inout AuditSet) throws -> Void

  var testDescription: String { finding.rawValue }

  /// With a further COCO annotation.
  static func box(
    _ finding: DatasetFinding, _ box: String, id: Int = 7, image: Int = 1, category: Int = 1, more: String = "",
    besides: [DatasetFinding: Int] = [:], detail: String? = nil
  ) -> AuditCase {
    AuditCase(finding: finding, besides: besides, annotation: id, detail: detail) { set in
      set.annotations.append(AuditSet.annotation(id: id, image: image, category: category, box, more: more))
      try set.writeCOCO()
    }
  }

  /// With a further line 13 in a YOLO label file.
  static func line(_ finding: DatasetFinding, _ line: String, detail: String? = nil) -> AuditCase {
    AuditCase(finding: finding, file: "labels/a.txt", line: 13, detail: detail) { try $0.writeYOLO(adding: [line]) }
  }

  /// With a third image in a COCO file.
  static func image(
    _ finding: DatasetFinding, besides: [DatasetFinding: Int] = [:], _ name: String, detail: String? = nil,
    width: Int = 100, height: Int = 80, _ write: @escaping @Sendable (TemporaryFolder) throws -> Void
  ) -> AuditCase {
    AuditCase(finding: finding, besides: besides, file: "images/" + name, detail: detail) { set in
      try write(set.folder)
      set.images.append(AuditSet.image(id: 3, name, width: width, height: height))
      set.annotations.append(AuditSet.annotation(id: 300, image: 3, "10, 10, 20, 20"))
      try set.writeCOCO()
    }
  }
}

extension AuditCase {
  static let boxes: [AuditCase] = [
    .box(.invertedBox, "50, 50, -10, 5"), .box(.zeroAreaBox, "50, 50, 0, 5"), .box(.boxOutsideImage, "200, 10, 5, 5"),
    .box(.boxClipped, "90, 10, 20, 5"), .box(.boxOverEdge, "90, 20, 10.5, 5"), .box(.duplicateBox, "5, 5, 10, 8"),
    .box(.nearDuplicateBox, "5.1, 5, 10, 8", detail: "IoU 0.980 with annotation 100"),
    .box(.unknownClass, "50, 50, 5, 5", category: 9), .box(.annotationIDZero, "50, 50, 5, 5", id: 0),
    .box(.repeatedAnnotationID, "50, 50, 5, 5", id: 105),
    .box(
      .invalidMask, "50, 50, 5, 5", more: #", "segmentation": [[50, 50, 55, 55]]"#,
      detail: "has an outline of 2 points; expected at least 3"),
    .box(.emptyMask, "50, 50, 5, 5", more: #", "segmentation": {"counts": [8000], "size": [80, 100]}"#),
    .box(
      .outlineOutsideImage, "90, 50, 10, 5", more: #", "segmentation": [[90, 50, 105.25, 50, 105.25, 55, 90, 55]]"#,
      detail: "by 5.25 pixels"),
    .box(
      .selfCrossingOutline, "50, 50, 10, 8", more: #", "segmentation": [[50, 50, 60, 58, 60, 50, 50, 58]]"#,
      detail: "the edges from (50, 50) and from (60, 50)"),
    .box(
      .maskOutsideBox, "50, 50, 5, 5", more: #", "segmentation": [[50, 50, 58, 50, 58, 55, 50, 55]]"#,
      detail: "by 3 pixels"),
    .box(
      .areaMismatch, "50, 50, 10, 8", more: #", "area": 800, "segmentation": [[50, 50, 60, 50, 60, 58, 50, 58]]"#,
      detail: "800, and 80 pixels"),
    .box(
      .intricateOutline, "10, 5, 50, 65", more: #", "segmentation": [[\#(comb(teeth: 2000))]]"#, detail: "8002 points"),
    .box(.labelsWithoutImage, "50, 50, 5, 5", image: 99, detail: "no image 99"),
    .box(.extremeAspectRatio, "0, 40, 90, 1.5", detail: "90×1.5"), .box(.boxCoversImage, "0, 0, 100, 80"),
    .box(.boxBelowOnePixel, "50, 50, 0.5, 5"), .box(.crowdBox, "0, 0, 60, 60", more: #", "iscrowd": 1"#),
    .box(
      .unturnedBox, "50, 50, 5, 5", more: #", "attributes": {"occluded": false, "rotation": 30}"#,
      detail: "rotation 30"),
    AuditCase(finding: .shapeLeftOut, file: "instances.json", line: 29, detail: "keypoints") { set in
      set.annotations.append(#"{"id": 7, "image_id": 1, "category_id": 1, "keypoints": [1, 2, 2]}"#)
      try set.writeCOCO()
    },
    .line(.nonFiniteBox, "0 nan 0.5 0.1 0.1"),
    .line(.malformedLabel, "0 0.5 wide 0.1 0.1", detail: "'wide' is not a number"),
    .line(.malformedLabel, "0 320 240 64 48", detail: "320.0 is no fraction of the image's size"),
    .line(.polygonLabel, "0 0.3 0.3 0.4 0.3 0.4 0.5"),
    .line(.orientedLabel, "0 0.3 0.3 0.4 0.3 0.4 0.5 0.3 0.5"),
    .line(.poseLabel, "0 0.3 0.3 0.1 0.2 0.3 0.3 2 0.32 0.3 1"),
    AuditCase(finding: .difficultBox, file: "Annotations/a.xml", line: 14) { set in
      try set.writeVOC(
        adding: [AuditSet.object("cat", [50, 50, 60, 60], more: "<difficult>1</difficult>")])
    },
    AuditCase(finding: .turnedBox, file: "Annotations/a.xml", line: 14) { set in
      try set.writeVOC(adding: [
        "<object><name>cat</name><robndbox><cx>55</cx><cy>68</cy><w>8</w><h>4</h><angle>0.5</angle></robndbox></object>"
      ])
    },
    AuditCase(finding: .severalBoxesInObject, file: "Annotations/a.xml", line: 14, detail: "2 boxes of 'cat'") { set in
      let (first, second) = (AuditSet.bounds([50, 62, 60, 70]), AuditSet.bounds([70, 64, 80, 70]))
      try set.writeVOC(adding: ["<object><name>cat</name>\(first)\(second)</object>"])
    },
    AuditCase(finding: .unstatedSize, file: "Annotations/b.xml", line: 1, detail: "<size> is 0×0") { set in
      try set.writeVOC()
      let path = set.folder.path("Annotations/b.xml")
      let text = try String(contentsOfFile: path, encoding: .utf8)
      try set.folder.write(
        text.replacing("<width>100</width><height>80</height>", with: "<width>0</width><height>0</height>"),
        to: "Annotations/b.xml")
    },
    AuditCase(finding: .unlistedObjectNumber, file: "SegmentationObject/a.png", detail: "13, of 12 objects") { set in
      try set.writeVOC()
      var map = LabelMap(size: AuditSet.size, repeating: 0)
      for box in 0..<12 {
        let corner = AuditSet.corner(of: box)
        for y in corner.y..<corner.y + 8 {
          for x in corner.x..<corner.x + 10 { map[x, y] = UInt8(box + 1) }
        }
      }
      (map[0, 0], map[1, 1]) = (13, 255)
      try set.folder.write(Data(map.encodedPNG(palette: [])), to: "SegmentationObject/a.png")
    },
    AuditCase(finding: .malformedLabel, file: "Annotations/a.xml", line: 14, detail: "no <bndbox>") { set in
      try set.writeVOC(adding: ["<object><name>cat</name></object>"])
    },
  ]

  static let images: [AuditCase] = [
    .image(.unreadableImage, "c.png", detail: "not an image") { try $0.write("no image", to: "images/c.png") },
    .image(.truncatedImage, "c.jpg", detail: "truncated") { folder in
      let bytes = try AuditSet.pattern(seed: 3).encodedJPEG()
      try folder.write(Data(bytes[..<(bytes.count - 200)]), to: "images/c.jpg")
    },
    .image(.truncatedImage, "c.png", detail: "truncated") { folder in
      let bytes = try AuditSet.pattern(seed: 3).encodedPNG()
      try folder.write(Data(bytes[..<(bytes.count - 40)]), to: "images/c.png")
    },
    .image(.unreadableImage, "c.heic", detail: "is HEIC, which is not read; expected JPEG") { folder in
      try folder.write("\0\0\0\u{18}ftypheic\0\0\0\0mif1heic", to: "images/c.heic")
    },
    .image(.misnamedImage, "c.jpg", detail: "is PNG, but called .jpg") { folder in
      try folder.write(AuditSet.pattern(seed: 3), to: "images/c.jpg")
    },
    .image(.missingImage, "c.png") { _ in },
    AuditCase(finding: .foundByName, file: "instances.json", detail: "'C:\\me\\c.png' is ") { set in
      try set.folder.write(AuditSet.pattern(seed: 3), to: "images/c.png")
      set.images.append(AuditSet.image(id: 3, #"C:\\me\\c.png"#))
      set.annotations.append(AuditSet.annotation(id: 300, image: 3, "10, 10, 20, 20"))
      try set.writeCOCO()
    },
    .image(.identicalFile, "c.png", detail: "images/a.png") { folder in
      try folder.write(AuditSet.pattern(seed: 0), to: "images/c.png")
    },
    AuditCase(finding: .identicalPixels, file: "images/d.png", detail: "images/c.jpg") { set in
      let jpeg = try AuditSet.pattern(seed: 3).encodedJPEG()
      try set.folder.write(Data(jpeg), to: "images/c.jpg")
      try set.folder.write(RGBImage(encoded: jpeg, name: "c.jpg"), to: "images/d.png")
      for (id, name) in [(3, "c.jpg"), (4, "d.png")] {
        set.images.append(AuditSet.image(id: id, name))
        set.annotations.append(AuditSet.annotation(id: 100 * id, image: id, "10, 10, 20, 20"))
      }
      try set.writeCOCO()
    },
    .image(.nearDuplicateImage, "c.jpg", detail: "images/a.png") { folder in
      try folder.write(Data(AuditSet.pattern(seed: 0).encodedJPEG(quality: 80)), to: "images/c.jpg")
    },
    .image(.sizeMismatch, "c.png", detail: "is 100×80, its labels say 50×40", width: 50, height: 40) { folder in
      try folder.write(AuditSet.pattern(seed: 3), to: "images/c.png")
    },
    .image(.unappliedOrientation, "c.jpg", detail: "is 80×100, its labels say 100×80") { folder in
      try folder.write(AuditSet.jpeg(AuditSet.pattern(seed: 3), orientation: 6), to: "images/c.jpg")
    },
    .image(.greyImage, "c.jpg", width: 240, height: 180) { folder in
      try folder.write(Data(contentsOf: URL(fileURLWithPath: AuditCase.samples + "/grey.jpg")), to: "images/c.jpg")
    },
    AuditCase(finding: .duplicateImage, file: "instances.json") { set in
      set.images.append(AuditSet.image(id: 3, "a.png"))
      try set.writeCOCO()
    },
    AuditCase(finding: .repeatedImageID, file: "instances.json", detail: "the id 2 stands twice") { set in
      try set.folder.write(AuditSet.pattern(seed: 3), to: "images/c.png")
      set.images.append(AuditSet.image(id: 2, "c.png"))
      try set.writeCOCO()
    },
    AuditCase(finding: .imageWithoutObjects, file: "images/c.png") { set in
      try set.folder.write(AuditSet.pattern(seed: 3), to: "images/c.png")
      set.images.append(AuditSet.image(id: 3, "c.png"))
      try set.writeCOCO()
    },
    AuditCase(finding: .imageWithoutLabels, besides: [.imageWithoutObjects: 1], file: "images/c.png") { set in
      try set.writeYOLO()
      try set.folder.write(AuditSet.pattern(seed: 3), to: "images/c.png")
    },
    AuditCase(finding: .labelsWithoutImage, file: "labels/gone.txt") { set in
      try set.writeYOLO()
      try set.folder.write("0 0.5 0.5 0.1 0.1", to: "labels/gone.txt")
    },
  ]

  static let wholeSets: [AuditCase] = [
    AuditCase(finding: .unlabelledSet, besides: [.imageWithoutObjects: 2], file: "instances.json") { set in
      try set.folder.write("{\"images\": [\(set.images.joined(separator: ","))]}", to: "instances.json")
    },
    AuditCase(
      finding: .interpolatedBox, besides: [.rareClass: 1], file: "annotations.xml", line: 4, detail: "frame 1"
    ) { set in
      for frame in 0..<3 {
        try set.folder.write(AuditSet.pattern(seed: UInt64(frame) + 5), to: "images/frame_00000\(frame).png")
      }
      try set.folder.write(AuditSet.film(frames: 3, boxFrames: [0, 2]), to: "annotations.xml")
    },
    AuditCase(
      finding: .frameByOrder, besides: [.rareClass: 1], file: "annotations.xml", detail: "frame 0 is a.png"
    ) { set in
      try FileManager.default.removeItem(atPath: set.folder.path("images/b.png"))
      try set.folder.write(AuditSet.film(frames: 1, boxFrames: [0]), to: "annotations.xml")
    },
    AuditCase(finding: .similarClassNames, besides: [.rareClass: 1], detail: "'Cat' and 'cat'") { set in
      try set.writeVOC(adding: [AuditSet.object("Cat", [50, 55, 60, 65])])
    },
    AuditCase(finding: .rareClass, detail: "'owl': 1 boxes, 8.3 % of 'cat' (12)") { set in
      set.categories.append(#"{"id": 3, "name": "owl"}"#)
      set.annotations.append(AuditSet.annotation(id: 1, category: 3, "50, 55, 5, 5"))
      try set.writeCOCO()
    },
    AuditCase(finding: .classWithoutBoxes, detail: "'owl'") { set in
      set.categories.append(#"{"id": 3, "name": "owl"}"#)
      try set.writeCOCO()
    },
    // Corners in place of sizes: 8 of the 12 boxes of each image reach out.
    AuditCase(
      finding: .suspectedBoxForm, besides: [.boxClipped: 16], file: "",
      detail: "as 'x y width height' 16 of 24 boxes are inverted or reach out of their image; as 'x1 y1 x2 y2' all fit"
    ) { set in
      set.annotations = (0..<24).map { box in
        let (x, y) = AuditSet.corner(of: box % 12)
        return AuditSet.annotation(
          id: box + 1, image: 1 + box / 12, category: 1 + box % 2, "\(x), \(y), \(x + 10), \(y + 8)")
      }
      try set.writeCOCO()
    },
  ]

  /// An outline of long edges beside each other, and a back of 50×5 pixels.
  private static func comb(teeth: Int) -> String {
    (0..<teeth).map { tooth in
      let (left, right) = (10 + 50 * Double(tooth) / Double(teeth), 10 + 50 * (Double(tooth) + 0.5) / Double(teeth))
      return "\(left), 10, \(left), 70, \(right), 70, \(right), 10"
    }.joined(separator: ", ") + ", 60, 5, 10, 5"
  }

  static let samples = (0..<4).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
    .appendingPathComponent("Samples/Awkward").path
}
