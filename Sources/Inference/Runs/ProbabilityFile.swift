import Files
import ImageCodecs
import Models

/// A NumPy file (`.npy`, version 1.0) with the probabilities of an image's classes: classes × height × width, 16-bit floats.
///
/// Its rectangles are written where they belong as they come, so that it may be larger than memory.
struct ProbabilityFile {
  private let writer: OutputWriter
  private let classCount: Int
  private let size: ImageSize
  private let headerByteCount: Int

  /// Writes the header.
  init(_ writer: OutputWriter, classCount: Int, size: ImageSize) throws(OutputError) {
    let header = Self.header(shape: [classCount, size.height, size.width])
    self.writer = writer
    self.classCount = classCount
    self.size = size
    headerByteCount = header.count
    try writer.write(header)
  }

  /// - Precondition: the rectangle lies in the image, and is one of as many classes.
  func write(_ part: PixelProbabilities) throws(OutputError) {
    precondition(
      part.classCount == classCount && part.x >= 0 && part.y >= 0 && part.x + part.size.width <= size.width
        && part.y + part.size.height <= size.height, "\(part.size) at \(part.x), \(part.y) of \(size)")
    // Whole rows lie behind each other.
    let rows = part.size.width == size.width ? part.size.height : 1
    let count = rows * part.size.width
    for index in 0..<classCount {
      for row in stride(from: 0, to: part.size.height, by: rows) {
        let source = (index * part.size.height + row) * part.size.width
        let halves = part.values[source..<source + count].map { Float16($0).bitPattern.littleEndian }
        let target = (index * size.height + part.y + row) * size.width + part.x
        try writer.write(halves, at: headerByteCount + 2 * target)
      }
    }
  }

  /// The magic string, the version, the length of the dictionary and the dictionary, in all a multiple of 64 bytes.
  static func header(shape: [Int]) -> [UInt8] {
    let axes = shape.map(String.init).joined(separator: ", ")
    var text = "{'descr': '<f2', 'fortran_order': False, 'shape': (\(axes)), }"
    text += String(repeating: " ", count: 63 - (10 + text.utf8.count) % 64) + "\n"
    let count = text.utf8.count
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(count & 255), UInt8(count >> 8)] + Array(text.utf8)
  }
}
