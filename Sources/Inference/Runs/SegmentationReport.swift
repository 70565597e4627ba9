import Foundation
import ImageCodecs
import Models

/// What a segmenter says of one image, as `segment --json` writes it.
public struct SegmentationReport: ImageReport, Codable, Hashable {
  public struct Entry: Codable, Sendable, Hashable {
    public var label: String
    public var classId: Int
    /// Pixels of the image at full scale.
    public var pixels: Int
    /// Of all pixels.
    public var share: Double
  }

  /// Path as given.
  public var image: String
  public var width: Int
  public var height: Int
  /// The classes that there are in the image, in the order of the model.
  public var classes: [Entry]
  /// The label file, where one was written.
  public var labels: String?
  /// The file of probabilities, where one was written.
  public var probabilities: String?
  /// The tiles that the image was cut into, where it was.
  public var tiles: Tiling?

  public init(
    image: String, labels map: LabelMap, labelPath: String? = nil, probabilityPath: String? = nil,
    tiling: Tiling? = nil, classNames: [String], classIDs: [Int]
  ) {
    self.image = image
    width = map.width
    height = map.height
    labels = labelPath
    probabilities = probabilityPath
    tiles = tiling
    let counts = map.counts
    let total = Double(max(1, map.indices.count))
    classes = classNames.indices.filter { counts[$0] > 0 }.map {
      Entry(label: classNames[$0], classId: classIDs[$0], pixels: counts[$0], share: Double(counts[$0]) / total)
    }
  }
}
