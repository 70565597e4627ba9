import DetectionUtilities
import ImageCodecs

/// Reads the form of the Penn-Fudan set of pedestrians (Wang, Shi, Song and Shen, "Object Detection Combining Recognition and
/// Segmentation", 2007).
///
/// `PNGImages/NAME.png` are the images, `PedMasks/NAME_mask.png` have 0 for the background and a number for each object, and
/// `Annotation/NAME.txt` gives class and box of each number: the first and the last pixel, counted from 1. Without that file the
/// boxes are those around the masks, and the class is the set's own.
enum PennFudanReader {
  static let className = "PASpersonWalking"

  static func isSet(_ path: String) -> Bool {
    FilePath.folder(named: ["PedMasks"], in: path) != nil && FilePath.folder(named: ["PNGImages"], in: path) != nil
  }

  static func read(
    at path: String, options: DatasetReadingOptions, audit: inout DatasetAudit
  ) throws -> DatasetSource {
    guard let masks = FilePath.folder(named: ["PedMasks"], in: path) else {
      throw DatasetError(
        path: path, problem: "has no folder PedMasks; expected Penn-Fudan's PNGImages, PedMasks and Annotation")
    }
    let folder = try ImageFolder(
      stated: options.imagesFolder, candidates: [FilePath.joined(path, "PNGImages")], last: path)
    let annotations = FilePath.folder(named: ["Annotation", "Annotations"], in: path)
    var labels = CVATLabels([className])
    let images = try folder.files.map { file in
      let (imagePath, stem) = (FilePath.joined(folder.path, file), FilePath.withoutExtension(file))
      let maskPath = FilePath.joined(masks, stem + "_mask.png")
      let textPath = annotations.map { FilePath.joined($0, stem + ".txt") }.flatMap { FilePath.exists($0) ? $0 : nil }
      var image = DatasetSource.Image(path: imagePath, objects: [])
      var map: ObjectNumberMap?
      if FilePath.exists(maskPath), options.readsMasks || textPath == nil {
        image.labelPath = maskPath
        map = try audit.tolerating(image: imagePath) { _ in try ObjectNumberMap(path: maskPath) }
      }
      if let textPath {
        image.labelPath = textPath
        let text = try audit.tolerating(image: imagePath) { try PennFudanText(path: textPath, audit: &$0) }
        image.declaredSize = text?.size
        for object in text?.objects ?? [] {
          image.objects.append(
            DatasetSource.Object(
              box: object.box, classIndex: labels.index(of: object.className), line: object.line,
              mask: options.readsMasks ? map.map { $0.mask(of: object.number) } : nil))
        }
        if let text {
          map?.reportNumbers(above: text.objects.map(\.number).max() ?? 0, image: imagePath, audit: &audit)
        }
      } else if let map {
        for (number, mask) in map.masks.sorted(by: { $0.key < $1.key }) {
          guard let box = mask.box else { continue }
          image.objects.append(
            DatasetSource.Object(
              box: box, classIndex: labels.index(of: className), mask: options.readsMasks ? map.mask(of: number) : nil))
        }
      }
      return image
    }
    return DatasetSource(
      classes: labels.names.enumerated().map { ObjectClass(id: $0.offset + 1, name: $0.element) }, images: images)
  }
}

/// One text file of Penn-Fudan's `Annotation`.
private struct PennFudanText {
  struct Object {
    var number: Int
    var className: String
    var box: BoundingBox
    var line: Int
  }

  private(set) var size: ImageSize?
  private(set) var objects: [Object] = []

  init(path: String, audit: inout DatasetAudit) throws {
    // Of the upper left pixel.
    var origin = 1.0
    for line in try TextFile(path: path).lines {
      let parts = line.text.split(separator: ":")
      let numbers = (parts.last ?? "").split { !($0.isNumber || $0 == ".") }.compactMap { Double($0) }
      if line.text.hasPrefix("Image size"), numbers.count >= 2, let width = Int(exactly: numbers[0]),
        let height = Int(exactly: numbers[1]), width > 0, height > 0
      {
        size = ImageSize(width: width, height: height)
      } else if line.text.contains("Top left pixel"), numbers.count == 2 {
        origin = numbers[0]
      } else if line.text.hasPrefix("Bounding box for object") {
        let object = try audit.tolerating { _ in
          guard numbers.count == 4, let number = line.fields.dropFirst(4).first.flatMap({ Int($0) }), number > 0,
            let className = line.text.split(separator: "\"").dropFirst().first?.trimmed, !className.isEmpty
          else {
            throw DatasetError(
              path: path, line: line.number,
              problem: "expected 'Bounding box for object 1 \"class\" (Xmin, Ymin) - (Xmax, Ymax) : (x, y) - (x, y)'")
          }
          let box = BoundingBox(
            x1: numbers[0] - origin, y1: numbers[1] - origin, x2: numbers[2] - origin + 1, y2: numbers[3] - origin + 1)
          return Object(number: number, className: className, box: box, line: line.number)
        }
        if let object { objects.append(object) }
      }
    }
  }
}
