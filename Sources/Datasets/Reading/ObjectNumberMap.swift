import DetectionUtilities
import ImageCodecs

/// A PNG file whose pixels are the numbers of objects, from 1; 0 is none of them.
struct ObjectNumberMap {
  let path: String
  let size: ImageSize
  /// The pixels of every number that occurs, but 0.
  private(set) var masks: [Int: RunLengthMask] = [:]

  /// - Parameter ignored: what is none of the objects either, such as VOC's 255 along their borders.
  /// - Throws: ``DatasetError`` where it is no PNG with one byte a pixel.
  /// - Complexity: O(pixels).
  init(path: String, ignoring ignored: UInt8? = nil) throws {
    self.path = path
    let image: LabelImage
    do throws(ImageError) {
      image = try LabelImage(contentsOf: path)
    } catch {
      throw DatasetError(path: path, problem: "\(error.reason)")
    }
    guard case .indexed(let map, _) = image else {
      throw DatasetError(path: path, problem: "has colours; expected the number of an object for every pixel")
    }
    size = map.size
    var runs = [[Range<Int>]](repeating: [], count: 256)
    for x in 0..<map.width {
      var start = 0
      for y in 1...map.height where y == map.height || map[x, y] != map[x, start] {
        runs[Int(map[x, start])].append(x * map.height + start..<x * map.height + y)
        start = y
      }
    }
    for number in 1..<256 where !runs[number].isEmpty && number != ignored.map(Int.init) {
      masks[number] = RunLengthMask(width: map.width, height: map.height, inside: runs[number])
    }
  }

  /// The pixels of an object, perhaps none.
  func mask(of number: Int) -> WrittenMask {
    .segmentation(
      COCOSegmentation(masks[number] ?? RunLengthMask(width: size.width, height: size.height, inside: [])))
  }

  /// Says which numbers belong to none of the objects.
  func reportNumbers(above count: Int, image: String, audit: inout DatasetAudit) {
    for number in masks.keys.sorted() where number > count {
      audit.add(
        .unlistedObjectNumber,
        at: DatasetPlace(
          file: path, image: image, detail: "\(number), of \(count) \(count == 1 ? "object" : "objects")"))
    }
  }
}
