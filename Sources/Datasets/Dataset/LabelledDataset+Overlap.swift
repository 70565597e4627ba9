import Files
import Foundation

extension LabelledDataset {
  /// An image of this dataset, and the image of another that is the same.
  public struct SharedImage: Sendable, Hashable {
    /// The place in this dataset.
    public let index: Int
    /// Path of the other dataset's image.
    public let other: String
    /// False where it is another file with the same content.
    public let isSameFile: Bool
  }

  /// The images that another dataset holds too: the same file by whatever path, the same bytes, or the same pixels in
  /// another file. Names do not count.
  ///
  /// Images that cannot be decoded are not compared.
  ///
  /// - Parameter progress: Called after each image that is decoded, on the calling thread.
  /// - Complexity: Decodes the images of both sets that have the size of one in the other.
  public func images(
    sharedWith other: LabelledDataset, threads: Int = ProcessInfo.processInfo.activeProcessorCount,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) -> [SharedImage] {
    var files: [FileIdentity: String] = [:]
    for image in other.images {
      if let identity = FileIdentity(image.path), files[identity] == nil { files[identity] = image.path }
    }
    var shared: [Int: SharedImage] = [:]
    for (index, image) in images.enumerated() {
      if let found = FileIdentity(image.path).flatMap({ files[$0] }) {
        shared[index] = SharedImage(index: index, other: found, isSameFile: true)
      }
    }

    let sizes = Set(other.images.map(\.size))
    let rest = images.indices.filter { shared[$0] == nil && sizes.contains(images[$0].size) }
    let restSizes = Set(rest.map { images[$0].size })
    let others = other.images.filter { restSizes.contains($0.size) }
    let results = ImageInspection.inspect(
      others.map(\.path) + rest.map { images[$0].path }, threads: threads, progress: progress)
    var pixels: [Int: String] = [:]
    for (image, result) in zip(others, results) {
      if let inspection = try? result.get(), pixels[inspection.pixelDigest] == nil {
        pixels[inspection.pixelDigest] = image.path
      }
    }
    for (index, result) in zip(rest, results.dropFirst(others.count)) {
      if let inspection = try? result.get(), let found = pixels[inspection.pixelDigest] {
        shared[index] = SharedImage(index: index, other: found, isSameFile: false)
      }
    }
    return shared.sorted { $0.key < $1.key }.map(\.value)
  }

  /// This dataset without images that are among those of another.
  public func without(_ shared: [SharedImage]) -> LabelledDataset {
    let left = Set(shared.map(\.index))
    return subset(images.indices.filter { !left.contains($0) })
  }
}
