import Foundation
import ImageCodecs
import Synchronization

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

/// Decodes images on several threads.
final class ImageInspector: Sendable {
  private let paths: [String]
  private let nextPlace = Atomic<Int>(0)
  private let results: Mutex<[Result<ImageInspection, any Error>?]>
  private let done = DispatchSemaphore(value: 0)

  private init(paths: [String]) {
    self.paths = paths
    results = Mutex(Array(repeating: nil, count: paths.count))
  }

  /// One result an image, in the order of the paths. `progress` is called on this thread, after each image.
  static func inspect(
    _ paths: [String], threads: Int, progress: (_ done: Int, _ total: Int) -> Void
  ) -> [Result<ImageInspection, any Error>] {
    let inspector = ImageInspector(paths: paths)
    for _ in 0..<min(threads, paths.count) {
      let thread = Thread { inspector.work() }
      thread.name = "audit"
      thread.start()
    }
    for place in paths.indices {
      inspector.done.wait()
      progress(place + 1, paths.count)
    }
    return inspector.results.withLock { $0.compactMap(\.self) }
  }

  private func work() {
    while true {
      let place = nextPlace.add(1, ordering: .relaxed).oldValue
      guard place < paths.count else { return }
      let result = Result { try ImageInspection(path: paths[place]) }
      results.withLock { $0[place] = result }
      done.signal()
    }
  }
}
