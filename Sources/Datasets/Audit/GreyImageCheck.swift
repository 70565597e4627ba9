import Foundation
import ImageCodecs

/// Whether an image file holds grey levels rather than colours, by its header.
enum GreyImageCheck {
  /// - Throws: ``DatasetError`` where the file cannot be opened. A header without the answer counts as colour.
  static func isGrey(_ path: String, format: ImageFormat) throws -> Bool {
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw DatasetError(path: path, problem: "cannot be read")
    }
    defer { try? file.close() }
    switch format {
    case .png:
      // Signature, chunk length and name, width, height, depth: then the colour type, 0 and 4 being grey.
      let header = try bytes(26, at: 0, of: file)
      return header.count == 26 && (header[25] == 0 || header[25] == 4)
    case .jpeg:
      return try componentCount(ofJPEG: file) == 1
    }
  }

  /// From the start-of-frame segment (ITU-T T.81, B.2.2), found by stepping from segment to segment.
  private static func componentCount(ofJPEG file: FileHandle) throws -> Int? {
    var position: UInt64 = 2
    while true {
      let segment = try bytes(10, at: position, of: file)
      guard segment.count == 10, segment[0] == 0xFF else { return nil }
      let marker = segment[1]
      if marker == 0xFF {
        position += 1
        continue
      }
      let isFrame = (0xC0...0xCF).contains(marker) && ![0xC4, 0xC8, 0xCC].contains(marker)
      if isFrame { return Int(segment[9]) }
      position += 2 + UInt64(segment[2]) << 8 + UInt64(segment[3])
    }
  }

  private static func bytes(_ count: Int, at position: UInt64, of file: FileHandle) throws -> [UInt8] {
    try file.seek(toOffset: position)
    return [UInt8](try file.read(upToCount: count) ?? Data())
  }
}
