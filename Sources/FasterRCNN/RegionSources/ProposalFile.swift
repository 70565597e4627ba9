import DetectionUtilities
import Foundation
import ImageCodecs

/// Proposals of many images from a JSON file, read once.
///
/// Either an object of corner boxes by file name, best first, `{"image.jpg": [[x1, y1, x2, y2], …]}`, or an array of
/// results as COCO writes them but with file names, `[{"file_name": "image.jpg", "bbox": [x, y, width, height],
/// "score": 0.9}, …]`, which are sorted by score. Pixels of the image.
public struct ProposalFile: Sendable {
  public let path: String
  private let boxes: [String: [BoundingBox]]

  /// - Throws: ``ProposalError`` that names the file, and the key and index of what is wrong in it.
  public init(contentsOf path: String) throws(ProposalError) {
    let json: Data
    do {
      json = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw .unreadable(path: path, problem: ProposalFile.reason(of: error))
    }
    try self.init(json: json, path: path)
  }

  /// - Parameter path: what errors call the content.
  public init(json: Data, path: String) throws(ProposalError) {
    self.path = path
    boxes = try ProposalJSON(path: path).boxes(in: json)
  }

  /// At most `count` boxes for an image, in the order of the file or by score, clipped to the image; those with no
  /// area inside it are dropped first.
  ///
  /// - Parameter name: the file name; where there is no entry for it, the entry for its last path component counts.
  public func proposals(
    forImageNamed name: String, size: ImageSize, count: Int
  ) throws(ProposalError) -> [BoundingBox] {
    let component = name.split(separator: "/").last.map(String.init) ?? name
    guard let listed = boxes[name] ?? boxes[component] else { throw .missingImage(path: path, image: name) }
    let inside = listed.lazy
      .map { $0.clipped(width: Double(size.width), height: Double(size.height)) }
      .filter { $0.x1 < $0.x2 && $0.y1 < $0.y2 }
    return Array(inside.prefix(count))
  }

  private static func reason(of error: any Error) -> String {
    if let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? POSIXError {
      return String(cString: strerror(cause.code.rawValue))
    }
    return error.localizedDescription
  }
}
