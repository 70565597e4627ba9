import Foundation
import ImageCodecs

/// Reads sheets with an image in every row: `NAME_00.png`, `NAME_01.png`, …, whose row r is one square image, its pixels in
/// reading order; `NAME_labels.txt` with one class index a line, over all sheets; `classes.txt` with one name a line.
enum ImageRowsReader {
  /// The sheets of a folder and the file of their labels.
  struct Sheets {
    var files: [String]
    var labels: String
  }

  /// Nil where the folder is none of this kind.
  static func sheets(in folder: String) throws -> Sheets? {
    guard FilePath.exists(FilePath.joined(folder, "classes.txt")) else { return nil }
    let labels = try FilePath.files(in: folder, extensions: ["txt"]).filter { $0.hasSuffix("_labels.txt") }
    guard labels.count == 1 else { return nil }
    let stem = String(labels[0].dropLast("_labels.txt".count))
    let files = try FilePath.files(in: folder, extensions: ["png"]).filter { $0.hasPrefix(stem + "_") }
    return files.isEmpty ? nil : Sheets(files: files, labels: labels[0])
  }

  /// - Throws: ``DatasetError`` naming the file and line that are not as expected.
  static func read(_ sheets: Sheets, in folder: String) throws -> ClassifiedSet {
    let names = try ClassNamesFile.read(FilePath.joined(folder, "classes.txt"))
    var places: [(PackedImages, Int)] = []
    for file in sheets.files {
      let packed = try sheet(FilePath.joined(folder, file))
      places += (0..<packed.count).map { (packed, $0) }
    }
    let labelsPath = FilePath.joined(folder, sheets.labels)
    let lines = try TextFile(path: labelsPath).lines.map { $0.text.trimmed }.filter { !$0.isEmpty }
    guard lines.count == places.count else {
      throw DatasetError(
        path: labelsPath,
        problem: "has \(lines.count) labels; expected \(places.count), one for every image of the sheets")
    }
    let images = try zip(places, lines).enumerated().map { index, entry in
      let (place, line) = entry
      guard let label = Int(line), names.indices.contains(label) else {
        throw DatasetError(
          path: labelsPath, line: index + 1,
          problem: "is '\(line)'; expected a class index from 0 to \(names.count - 1)")
      }
      let name = "\(FilePath.lastComponent(of: place.0.path))#\(place.1)"
      return ClassifiedImage(source: .packed(place.0, place.1), name: name, classIndex: label)
    }
    let classes = names.enumerated().map { ObjectClass(id: $0, name: $1) }
    return ClassifiedSet(classes: classes, images: images, format: .imageRows)
  }

  private static func sheet(_ path: String) throws -> PackedImages {
    let image: RGBImage
    do {
      image = try RGBImage(contentsOf: path)
    } catch {
      throw DatasetError(path: path, problem: "cannot be decoded: \(error.reason)")
    }
    let side = Int(Double(image.width).squareRoot())
    guard side > 0, side * side == image.width else {
      throw DatasetError(
        path: path, problem: "is \(image.width) pixels wide; expected a square number, the pixels of one image a row")
    }
    return PackedImages(
      path: path, size: ImageSize(width: side, height: side), channels: 3, bytes: image.pixels)
  }
}
