internal import CZlib
import Foundation
import ImageCodecs

/// Reads IDX files, as MNIST has them: `NAME-images-idx3-ubyte` beside `NAME-labels-idx1-ubyte`, each perhaps gzipped.
///
/// Big-endian: two zeros, a type (8 for bytes), the number of dimensions, the extents, and the bytes.
enum IDXReader {
  /// Bytes of a file that are held at most, decompressed.
  private static let mostBytes = 4 << 30

  static func isImageFile(_ path: String) -> Bool {
    FilePath.lastComponent(of: path).contains("images") && path.contains("idx3-ubyte") && FilePath.exists(path)
  }

  /// The one file of images in a folder; nil where there is none.
  ///
  /// - Throws: ``DatasetError`` where there are several.
  static func imageFile(in folder: String) throws -> String? {
    let inside = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let found = inside.sorted().map { FilePath.joined(folder, $0) }.filter(isImageFile)
    guard found.count > 1 else { return found.first }
    let training = found.filter { FilePath.lastComponent(of: $0).hasPrefix("train") }
    if training.count == 1 { return training[0] }
    throw DatasetError(
      path: folder,
      problem: "has \(found.count) IDX files of images; expected one, or the path of one of them: "
        + found.map(FilePath.lastComponent).joined(separator: ", "))
  }

  /// - Throws: ``DatasetError`` naming the file that is not as expected.
  static func read(imagesAt path: String) throws -> ClassifiedSet {
    let labelsPath = try labelFile(beside: path)
    let images = try contents(path, dimensions: 3)
    let labels = try contents(labelsPath, dimensions: 1)
    guard images.extents[0] == labels.extents[0] else {
      throw DatasetError(
        path: labelsPath,
        problem: "has \(labels.extents[0]) labels; expected \(images.extents[0]), as many as \(path) has images")
    }
    let size = ImageSize(width: images.extents[2], height: images.extents[1])
    guard images.extents[0] > 0, size.width > 0, size.height > 0 else {
      throw DatasetError(path: path, problem: "has no image; expected at least one")
    }
    let packed = PackedImages(path: path, size: size, channels: 1, bytes: images.bytes)
    let classCount = Int(labels.bytes.max() ?? 0) + 1
    let stem = FilePath.lastComponent(of: path)
    let entries = labels.bytes.enumerated().map { index, label in
      ClassifiedImage(source: .packed(packed, index), name: "\(stem)#\(index)", classIndex: Int(label))
    }
    let classes = (0..<classCount).map { ObjectClass(id: $0, name: String($0)) }
    return ClassifiedSet(classes: classes, images: entries, format: .idx)
  }

  private static func labelFile(beside path: String) throws -> String {
    let name = FilePath.lastComponent(of: path).replacing("images", with: "labels").replacing("idx3", with: "idx1")
    let plain = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
    let folder = FilePath.folder(of: path)
    for candidate in [name, plain, plain + ".gz"].map({ FilePath.joined(folder, $0) }) where FilePath.exists(candidate)
    {
      return candidate
    }
    throw DatasetError(path: path, problem: "has no labels beside it; expected \(FilePath.joined(folder, name))")
  }

  private static func contents(_ path: String, dimensions: Int) throws -> (extents: [Int], bytes: [UInt8]) {
    let bytes = try decompressed(path)
    let start = 4 + 4 * dimensions
    guard bytes.count >= start, bytes[0] == 0, bytes[1] == 0, bytes[2] == 8, Int(bytes[3]) == dimensions else {
      throw DatasetError(
        path: path,
        problem: "does not begin as an IDX file of bytes in \(dimensions) dimensions does (0, 0, 8, \(dimensions))")
    }
    let extents = (0..<dimensions).map { axis in
      bytes[4 + 4 * axis..<8 + 4 * axis].reduce(0) { $0 << 8 | Int($1) }
    }
    var expected = 1
    for extent in extents {
      let (product, overflow) = expected.multipliedReportingOverflow(by: extent)
      expected = overflow ? Int.max : product
    }
    guard bytes.count - start == expected else {
      throw DatasetError(
        path: path,
        problem: "has \(bytes.count - start) bytes behind its header; expected \(expected), "
          + extents.map(String.init).joined(separator: "×"))
    }
    return (extents, Array(bytes[start...]))
  }

  /// The file's bytes, gzipped or not.
  private static func decompressed(_ path: String) throws -> [UInt8] {
    try FilePath.checkIsNotSpecial(path)
    guard let file = gzopen(path, "rb") else { throw DatasetError(path: path, problem: "cannot be opened") }
    defer { gzclose(file) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = Int(gzread(file, &piece, UInt32(piece.count)))
      guard count >= 0 else { throw DatasetError(path: path, problem: "is damaged: it cannot be decompressed") }
      if count == 0 { break }
      guard bytes.count + count <= mostBytes else {
        throw DatasetError(path: path, problem: "holds more than \(mostBytes >> 30) GiB; expected less")
      }
      bytes.append(contentsOf: piece[..<count])
    }
    // A compressed file that was cut off ends without an error of the reading itself.
    var code: Int32 = 0
    _ = gzerror(file, &code)
    guard code >= 0 else { throw DatasetError(path: path, problem: "is cut off: its compressed data end too early") }
    return bytes
  }
}
