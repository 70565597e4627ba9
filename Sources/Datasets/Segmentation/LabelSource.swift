import DetectionUtilities
import ImageCodecs

/// Where the classes of an image's pixels come from.
enum LabelSource: Sendable {
  /// A file of bytes or colours.
  case file
  /// Objects of a COCO file, drawn on the class at `background`.
  case objects([DrawnObject], background: UInt8)
  /// A picture of segments, each with its number in red + 256 · green + 65,536 · blue and its class; 0 is ignored.
  case segments([Int: UInt8])

  /// An object to be drawn.
  struct DrawnObject: Sendable {
    var annotationID: Int
    var classIndex: UInt8
    var outline: COCOSegmentation
  }

  /// Indices of classes.
  ///
  /// - Parameters:
  ///   - path: of the file.
  ///   - classes: what the bytes or colours of a label file stand for.
  ///   - size: of the image, for objects.
  /// - Throws: ``DatasetError`` naming the file, and the value, object or segment that is wrong.
  func labels(at path: String, _ classes: LabelClasses, size: ImageSize) throws(DatasetError) -> LabelMap {
    switch self {
    case .file: return try classes.labels(of: Self.file(at: path), path: path)
    case .objects(let objects, let background):
      return try Self.drawn(objects, on: LabelMap(size: size, repeating: background), path: path)
    case .segments(let classesByID): return try Self.labels(ofSegments: classesByID, at: path)
    }
  }

  /// A label file as it is.
  static func file(at path: String) throws(DatasetError) -> LabelImage {
    do throws(ImageError) {
      return try LabelImage(contentsOf: path)
    } catch {
      throw DatasetError(path: path, problem: "cannot be read as labels: \(error.reason)")
    }
  }

  /// The largest object first, so that smaller ones lie on top; of equal ones the later in the file does.
  private static func drawn(
    _ objects: [DrawnObject], on background: LabelMap, path: String
  ) throws(DatasetError) -> LabelMap {
    var map = background
    let (width, height) = (map.width, map.height)
    var masks: [(place: Int, classIndex: UInt8, area: Int, mask: RunLengthMask)] = []
    for (place, object) in objects.enumerated() {
      do throws(MaskError) {
        let mask = try object.outline.withoutEmptyOutlines.mask(width: width, height: height)
        masks.append((place, object.classIndex, mask.area, mask))
      } catch {
        throw DatasetError(path: path, problem: "annotation \(object.annotationID) has \(error)")
      }
    }
    masks.sort { ($1.area, $0.place) < ($0.area, $1.place) }
    map.indices.withUnsafeMutableBufferPointer { labels in
      for (_, classIndex, _, mask) in masks {
        for run in mask.inside {
          var (x, y) = (run.lowerBound / height, run.lowerBound % height)
          for _ in run {
            labels[y * width + x] = classIndex
            y += 1
            if y == height { (x, y) = (x + 1, 0) }
          }
        }
      }
    }
    return map
  }

  private static func labels(ofSegments classes: [Int: UInt8], at path: String) throws(DatasetError) -> LabelMap {
    let picture = try segmentPicture(at: path)
    var map = LabelMap(size: picture.size)
    var (lastID, lastLabel) = (UInt32(0), LabelMap.ignored)
    for (place, id) in picture.ids.enumerated() {
      if id != lastID {
        guard let label = id == 0 ? LabelMap.ignored : classes[Int(id)] else {
          throw DatasetError(
            path: path,
            problem:
              "has the segment \(id) in column \(place % map.width), row \(place / map.width), which the list of "
              + "segments lacks; expected one of its \(classes.count) ids, or 0 for ignored pixels")
        }
        (lastID, lastLabel) = (id, label)
      }
      map.indices[place] = lastLabel
    }
    return map
  }
}

extension LabelSource {
  /// The segment of every pixel, row-major, of a picture whose colours are ids of segments.
  static func segmentPicture(at path: String) throws(DatasetError) -> (size: ImageSize, ids: [UInt32]) {
    guard case .colored(let image) = try file(at: path) else {
      throw DatasetError(
        path: path, problem: "has one byte a pixel; expected colours, red + 256 · green + 65536 · blue a segment's id")
    }
    let pixels = image.pixels
    var ids = [UInt32](repeating: 0, count: pixels.count / 3)
    for place in ids.indices {
      let (red, green, blue) = (UInt32(pixels[3 * place]), UInt32(pixels[3 * place + 1]), UInt32(pixels[3 * place + 2]))
      ids[place] = red | green << 8 | blue << 16
    }
    return (image.size, ids)
  }
}

extension COCOSegmentation {
  /// Without outlines of one or two points, which enclose nothing to be drawn.
  fileprivate var withoutEmptyOutlines: COCOSegmentation {
    guard case .polygons(let outlines) = self else { return self }
    return .polygons(outlines.filter { $0.count > 4 || $0.count % 2 != 0 })
  }
}
