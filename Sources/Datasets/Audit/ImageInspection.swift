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
  let thumbnail: ImageThumbnail

  init(path: String) throws {
    self.path = path
    let bytes = [UInt8](try FilePath.contents(path))
    fileDigest = ImageInspection.digest(bytes)
    let decoded = try DecodedImage(encoded: bytes, name: path)
    pixelDigest = ImageInspection.digest(decoded.image.pixels, decoded.originalSize.width)
    thumbnail = ImageThumbnail(decoded.image)
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
    let workers = max(1, min(threads, paths.count))
    let inspections = OrderedParallelMap(
      workers: workers, window: 4 * workers, input: { place in place < paths.count ? paths[place] : nil },
      work: { path in Result { try ImageInspection(path: path) } })
    var results: [Result<ImageInspection, any Error>] = []
    // What an image fails with is a result like any other, so that asking for the next one never fails.
    while let result = try? inspections.next() {
      results.append(result)
      progress(results.count, paths.count)
    }
    return results
  }
}
