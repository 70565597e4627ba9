import DetectionUtilities
import ImageCodecs

/// An image with the one class that it shows.
public struct ClassifiedImage: Sendable {
  /// Where its pixels are.
  public enum Source: Sendable, Hashable {
    /// A whole file.
    case file(String)
    /// Part of a file: an object's box, in pixels of the upright image.
    case crop(String, BoundingBox)
    /// One of many images in one file, by its place.
    case packed(PackedImages, Int)
  }

  public var source: Source
  /// The path, or what tells the image from others in its file.
  public var name: String
  /// Index into ``ClassifiedSet/classes``.
  public var classIndex: Int

  public init(source: Source, name: String, classIndex: Int) {
    self.source = source
    self.name = name
    self.classIndex = classIndex
  }

  /// The file that holds it.
  public var file: String {
    switch source {
    case .file(let path), .crop(let path, _): path
    case .packed(let images, _): images.path
    }
  }

  /// The pixels.
  ///
  /// - Parameter size: what the image is needed at; a larger file may be decoded at a half, a quarter or an eighth of its size.
  /// - Throws: ``DatasetError`` naming the file where it cannot be decoded.
  public func decoded(atLeast size: ImageSize? = nil) throws -> RGBImage {
    switch source {
    case .packed(let images, let place): return images[place]
    case .file(let path): return try Self.decoded(path, atLeast: size)
    case .crop(let path, let box):
      let image = try Self.decoded(path, atLeast: nil)
      let columns = Self.pixels(from: box.x1, to: box.x2, limit: image.width)
      let rows = Self.pixels(from: box.y1, to: box.y2, limit: image.height)
      return image.cropped(columns: columns, rows: rows)
    }
  }

  private static func decoded(_ path: String, atLeast size: ImageSize?) throws -> RGBImage {
    do {
      return try DecodedImage(contentsOf: path, options: ImageDecodingOptions(minimumSize: size)).image
    } catch {
      throw DatasetError(path: path, problem: "cannot be decoded: \(error.reason)")
    }
  }

  /// The pixels that a side of a box touches, at least one.
  private static func pixels(from start: Double, to end: Double, limit: Int) -> Range<Int> {
    let first = min(max(Int(start.rounded(.down)), 0), limit - 1)
    return first..<min(max(Int(end.rounded(.up)), first + 1), limit)
  }
}

/// Many images of one size in one piece of memory, as IDX and CIFAR files hold them.
public struct PackedImages: Sendable, Hashable {
  /// The file that they come from.
  public let path: String
  public let size: ImageSize
  public let count: Int
  /// 1 for grey, 3 for red, green and blue next to each other.
  private let channels: Int
  private let bytes: [UInt8]

  /// - Precondition: the bytes are whole images.
  init(path: String, size: ImageSize, channels: Int, bytes: [UInt8]) {
    let each = size.width * size.height * channels
    precondition(each > 0 && bytes.count % each == 0 && [1, 3].contains(channels), "not whole images")
    self.path = path
    self.size = size
    self.channels = channels
    self.bytes = bytes
    count = bytes.count / each
  }

  public subscript(place: Int) -> RGBImage {
    precondition((0..<count).contains(place), "image \(place) of \(count)")
    let each = size.width * size.height * channels
    let own = bytes[place * each..<(place + 1) * each]
    if channels == 3 { return RGBImage(size: size, pixels: Array(own)) }
    let pixels = [UInt8](unsafeUninitializedCapacity: 3 * each) { buffer, count in
      var target = 0
      for level in own {
        buffer[target] = level
        buffer[target + 1] = level
        buffer[target + 2] = level
        target += 3
      }
      count = target
    }
    return RGBImage(size: size, pixels: pixels)
  }

  public static func == (a: PackedImages, b: PackedImages) -> Bool {
    a.path == b.path && a.size == b.size && a.count == b.count
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(path) }
}
