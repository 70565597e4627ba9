import Foundation
import ImageCodecs
import ParallelWork

/// What decoding an image whole told about it.
struct ImageInspection: Sendable {
  let path: String
  /// Of the bytes and of the pixels with their size; equal digests are taken for equal images. Only comparable within
  /// one run of the program.
  let fileDigest: Int
  let pixelDigest: Int
  /// Nil of images that are only compared pixel by pixel.
  let thumbnail: ImageThumbnail?
  /// Upright.
  let size: ImageSize

  init(path: String) throws {
    self.path = path
    let bytes = [UInt8](try FilePath.contents(path))
    fileDigest = ImageInspection.digest(bytes)
    let decoded = try DecodedImage(encoded: bytes, name: path)
    pixelDigest = ImageInspection.digest(decoded.image.pixels, decoded.originalSize.width)
    thumbnail = ImageThumbnail(decoded.image)
    size = decoded.originalSize
  }

  /// One of many images in a file.
  init(_ image: RGBImage, name: String) {
    path = name
    pixelDigest = ImageInspection.digest(image.pixels, image.width)
    fileDigest = pixelDigest
    thumbnail = nil
    size = image.size
  }

  /// A file; or, of many images in one, only the pixels.
  init(_ image: ClassifiedImage) throws {
    guard case .file(let path) = image.source else {
      self.init(try image.decoded(), name: image.name)
      return
    }
    try self.init(path: path)
  }

  private static func digest(_ bytes: [UInt8], _ width: Int = 0) -> Int {
    var hasher = Hasher()
    hasher.combine(width)
    bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    return hasher.finalize()
  }
}

extension ImageInspection {
  /// One result an image, in the order of the paths, decoded on several threads. `progress` is called on this thread,
  /// after each image.
  static func inspect(
    _ paths: [String], threads: Int, progress: (_ done: Int, _ total: Int) -> Void
  ) -> [Result<ImageInspection, any Error>] {
    inspect(
      paths, threads: threads, work: { try ImageInspection(path: $0) }, progress: { progress($0, paths.count) })
  }

  /// The same for images of a classified set.
  static func inspect(
    _ images: [ClassifiedImage], threads: Int, progress: (_ done: Int) -> Void
  ) -> [Result<ImageInspection, any Error>] {
    inspect(images, threads: threads, work: { try ImageInspection($0) }, progress: progress)
  }

  private static func inspect<Source: Sendable>(
    _ sources: [Source], threads: Int, work: @escaping @Sendable (Source) throws -> ImageInspection,
    progress: (_ done: Int) -> Void
  ) -> [Result<ImageInspection, any Error>] {
    let workers = max(1, min(threads, sources.count))
    let inspections = OrderedParallelMap(
      workers: workers, window: 4 * workers, input: { place in place < sources.count ? sources[place] : nil },
      work: { source in Result { try work(source) } })
    var results: [Result<ImageInspection, any Error>] = []
    // What an image fails with is a result like any other, so that asking for the next one never fails.
    while let result = try? inspections.next() {
      results.append(result)
      progress(results.count)
    }
    return results
  }
}
