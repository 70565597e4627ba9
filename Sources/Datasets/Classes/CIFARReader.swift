import Foundation
import ImageCodecs

/// Reads CIFAR-10's binary version (Krizhevsky 2009): `data_batch_N.bin`, whose records are a label and 3,072 bytes, the red
/// plane of 32×32, the green and the blue one; class names in `batches.meta.txt`.
enum CIFARReader {
  private static let side = 32
  private static let recordByteCount = 1 + 3 * side * side

  /// The files of a folder; nil where there are none. Of a folder with training and test batches the training batches.
  static func files(in folder: String) throws -> [String]? {
    let inside = try FilePath.files(in: folder, extensions: ["bin"])
    let training = inside.filter { $0.hasPrefix("data_batch") }
    let found = training.isEmpty ? inside.filter { $0 == "test_batch.bin" } : training
    return found.isEmpty ? nil : found
  }

  /// - Throws: ``DatasetError`` naming the file that is not as expected.
  static func read(_ files: [String], in folder: String) throws -> ClassifiedSet {
    let names = try classNames(in: folder)
    var images: [ClassifiedImage] = []
    for file in files {
      let path = FilePath.joined(folder, file)
      let bytes = [UInt8](try FilePath.contents(path))
      guard !bytes.isEmpty, bytes.count % recordByteCount == 0 else {
        throw DatasetError(
          path: path, problem: "has \(bytes.count) bytes; expected whole records of \(recordByteCount)")
      }
      let count = bytes.count / recordByteCount
      let packed = PackedImages(
        path: path, size: ImageSize(width: side, height: side), channels: 3, bytes: interleaved(bytes, count: count))
      for index in 0..<count {
        let label = Int(bytes[index * recordByteCount])
        guard label < names.count else {
          throw DatasetError(
            path: path, problem: "image \(index) has the label \(label); expected 0 to \(names.count - 1)")
        }
        images.append(
          ClassifiedImage(source: .packed(packed, index), name: "\(file)#\(index)", classIndex: label))
      }
    }
    let classes = names.enumerated().map { ObjectClass(id: $0, name: $1) }
    return ClassifiedSet(classes: classes, images: images, format: .cifar)
  }

  private static func classNames(in folder: String) throws -> [String] {
    let path = FilePath.joined(folder, "batches.meta.txt")
    guard FilePath.exists(path) else { return (0..<10).map(String.init) }
    let names = try TextFile(path: path).lines.map { $0.text.trimmed }.filter { !$0.isEmpty }
    guard names.count > 1 else { throw DatasetError(path: path, problem: "has no class names; expected one a line") }
    return names
  }

  private static func interleaved(_ bytes: [UInt8], count: Int) -> [UInt8] {
    let area = side * side
    var result: [UInt8] = []
    result.reserveCapacity(3 * area * count)
    for index in 0..<count {
      let start = index * recordByteCount + 1
      for pixel in 0..<area {
        for channel in 0..<3 { result.append(bytes[start + channel * area + pixel]) }
      }
    }
    return result
  }
}
