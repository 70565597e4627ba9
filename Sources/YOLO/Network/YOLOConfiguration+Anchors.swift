import DetectionUtilities
import ImageCodecs

extension YOLOConfiguration {
  /// Anchors for each map by k-means on training boxes as the network sees them, small ones to the fine map.
  ///
  /// Throws when there are fewer distinct boxes than anchors.
  public func fittedAnchors(
    to images: [(size: ImageSize, boxes: [BoundingBox])], using generator: inout some RandomNumberGenerator
  ) throws -> [[AnchorSize]] {
    var sizes: [AnchorSize] = []
    for image in images {
      let scale = ImageTransform(source: image.size, target: inputSize, policy: .letterbox).scale
      for box in image.boxes {
        sizes.append(
          AnchorSize(width: box.width * scale.x, height: box.height * scale.y))
      }
    }
    let count = Self.strides.count * anchorsPerLevel
    let fit = try KMeansAnchors(anchorCount: count).fit(sizes: sizes, using: &generator)
    return (0..<Self.strides.count).map { level in
      fit.anchors[level * anchorsPerLevel..<(level + 1) * anchorsPerLevel].map {
        AnchorSize(width: max(1, $0.width.rounded()), height: max(1, $0.height.rounded()))
      }
    }
  }
}
