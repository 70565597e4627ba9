import DetectionUtilities
import FolderTesting
import Foundation
import ImageCodecs

/// Small sets without a fault, as a start for tests of what an audit finds.
struct AuditSet {
  static let size = ImageSize(width: 100, height: 80)

  let folder: TemporaryFolder
  /// JSON objects of a COCO file.
  var images: [String] = []
  var annotations: [String] = []
  var categories = [#"{"id": 1, "name": "cat"}"#, #"{"id": 2, "name": "dog"}"#]

  /// Two images with twelve boxes each, ten by eight pixels, in a grid: cats and dogs in turn.
  init(_ folder: TemporaryFolder) throws {
    self.folder = folder
    for (index, name) in ["a.png", "b.png"].enumerated() {
      try folder.write(AuditSet.pattern(seed: UInt64(index)), to: "images/" + name)
      images.append(AuditSet.image(id: index + 1, name))
      for box in 0..<12 {
        let corner = AuditSet.corner(of: box)
        annotations.append(
          AuditSet.annotation(
            id: 100 * (index + 1) + box, image: index + 1, category: 1 + box % 2, "\(corner.x), \(corner.y), 10, 8"))
      }
    }
  }

  static func corner(of box: Int) -> (x: Int, y: Int) { (5 + 22 * (box % 4), 5 + 24 * (box / 4)) }

  static func image(id: Int, _ name: String, width: Int = 100, height: Int = 80) -> String {
    #"{"id": \#(id), "file_name": "\#(name)", "width": \#(width), "height": \#(height)}"#
  }

  static func annotation(id: Int, image: Int = 1, category: Int = 1, _ box: String, more: String = "") -> String {
    #"{"id": \#(id), "image_id": \#(image), "category_id": \#(category), "bbox": [\#(box)]\#(more)}"#
  }

  /// An image of coloured rectangles, another for every seed.
  static func pattern(seed: UInt64, size: ImageSize = size) -> RGBImage {
    var generator = SeededGenerator(seed: seed)
    var image = RGBImage(size: size, color: (90, 90, 90))
    for _ in 0..<12 {
      let level = { UInt8(generator.uniform(below: 256)) }
      let color = RGBColor(red: level(), green: level(), blue: level())
      image.fillRectangle(
        x: generator.uniform(below: size.width - 20), y: generator.uniform(below: size.height - 20), width: 20,
        height: 20, color: color)
    }
    return image
  }

  /// Writes `instances.json` beside the folder of the images.
  @discardableResult
  func writeCOCO() throws -> String {
    let parts = [("images", images), ("annotations", annotations), ("categories", categories)].map { name, list in
      "\"\(name)\": [\n" + list.joined(separator: ",\n") + "]"
    }
    return try folder.write("{" + parts.joined(separator: ",\n") + "}", to: "instances.json")
  }

  /// Writes the same boxes as YOLO labels, with further lines for the first image.
  func writeYOLO(adding lines: [String] = []) throws {
    for name in ["a", "b"] {
      let boxes = (0..<12).map { box in
        let corner = AuditSet.corner(of: box)
        return "\(box % 2) \(Double(corner.x + 5) / 100) \(Double(corner.y + 4) / 80) 0.1 0.1"
      }
      try folder.write((boxes + (name == "a" ? lines : [])).joined(separator: "\n"), to: "labels/\(name).txt")
    }
    try folder.write("names: [cat, dog]", to: "data.yaml")
  }

  /// Writes the same boxes as VOC labels, each an element of one line after the first; with further ones for the first
  /// image.
  func writeVOC(adding objects: [String] = [], size: ImageSize = size) throws {
    for name in ["a", "b"] {
      let boxes = (0..<12).map { box in
        let corner = AuditSet.corner(of: box)
        return AuditSet.object(["cat", "dog"][box % 2], [corner.x, corner.y, corner.x + 10, corner.y + 8])
      }
      let header =
        "<annotation><size><width>\(size.width)</width><height>\(size.height)</height><depth>3</depth></size>"
      try folder.write(
        ([header] + boxes + (name == "a" ? objects : []) + ["</annotation>"]).joined(separator: "\n"),
        to: "Annotations/\(name).xml")
    }
  }

  static func object(_ name: String, _ corners: [Any], more: String = "") -> String {
    "<object><name>\(name)</name>\(more)\(bounds(corners))</object>"
  }

  static func bounds(_ corners: [Any]) -> String {
    let sides = zip(["xmin", "ymin", "xmax", "ymax"], corners).map { "<\($0)>\($1)</\($0)>" }.joined()
    return "<bndbox>\(sides)</bndbox>"
  }

  /// CVAT's XML of a film of 100×80 with one car, its key frames on a line each from the fourth.
  static func film(frames: Int, boxFrames: [Int]) -> String {
    let boxes = boxFrames.map {
      #"<box frame="\#($0)" outside="0" keyframe="1" xtl="\#(10 + 10 * $0)" ytl="10" xbr="40" ybr="30"/>"#
    }
    return """
      <annotations><meta><task><size>\(frames)</size><labels><label><name>car</name></label></labels>
      <original_size><width>100</width><height>80</height></original_size></task></meta>
      <track id="0" label="car">
      \(boxes.joined(separator: "\n"))
      </track></annotations>
      """
  }

  /// A JPEG with an EXIF segment that holds nothing but the orientation.
  static func jpeg(_ image: RGBImage, orientation: UInt8) throws -> Data {
    let exif: [UInt8] =
      Array("Exif".utf8) + [0, 0] + Array("II".utf8) + [42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0]
      + [orientation, 0, 0, 0, 0, 0, 0, 0]
    let bytes = try image.encodedJPEG()
    return Data(bytes[..<2] + [0xFF, 0xE1, 0, UInt8(exif.count + 2)] + exif + bytes[2...])
  }
}
