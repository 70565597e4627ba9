import DetectionUtilities
import Files
import Foundation
import ImageCodecs

/// Panoptic segmentations that are written as COCO has them: `PATH`, which lists segments, and a folder of its name without
/// extension with a picture for every image.
public final class PanopticResultsFile {
  public struct Image: Codable, Sendable, Hashable {
    public var id: Int
    public var width: Int
    public var height: Int
    public var fileName: String

    public init(id: Int, width: Int, height: Int, fileName: String) {
      (self.id, self.width, self.height, self.fileName) = (id, width, height, fileName)
    }

    enum CodingKeys: String, CodingKey {
      case id, width, height
      case fileName = "file_name"
    }
  }

  public struct Category: Codable, Sendable, Hashable {
    public var id: Int
    public var name: String
    /// 1 for things.
    public var isThing: Int

    public init(id: Int, name: String, isThing: Bool) {
      (self.id, self.name, self.isThing) = (id, name, isThing ? 1 : 0)
    }

    enum CodingKeys: String, CodingKey {
      case id, name
      case isThing = "isthing"
    }
  }

  private struct Annotation: Codable {
    var imageID: Int
    var fileName: String
    var segments: [PanopticPicture.Segment]

    enum CodingKeys: String, CodingKey {
      case imageID = "image_id"
      case fileName = "file_name"
      case segments = "segments_info"
    }
  }

  private struct Contents: Codable {
    var images: [Image] = []
    var annotations: [Annotation] = []
    var categories: [Category]
  }

  private let path: String
  private var contents: Contents

  /// - Parameter path: of the list; its folder of pictures is made by whoever writes pictures there.
  public init(path: String, categories: [Category]) {
    self.path = path
    contents = Contents(categories: categories)
  }

  /// Where the pictures of a list go.
  public static func picturesFolder(of path: String) -> String { PathName.withoutExtension(path) }

  /// Adds an image whose picture stands in the folder.
  ///
  /// - Parameter picture: its name there.
  public func append(_ image: Image, picture: String, segments: [PanopticPicture.Segment]) {
    contents.images.append(image)
    contents.annotations.append(Annotation(imageID: image.id, fileName: picture, segments: segments))
  }

  /// Writes the list.
  ///
  /// - Throws: `OutputError` where it cannot be written.
  public func write() throws {
    try OutputFile.writeJSON(contents, to: path, formatting: [.sortedKeys, .withoutEscapingSlashes])
  }
}
