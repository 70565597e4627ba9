import DetectionUtilities

/// What of objects and detections is laid over one another, under pycocotools' names.
public enum IoUType: String, Sendable, Hashable, Codable, CaseIterable {
  case bbox
  case segm
  /// Masks and what of them is near their outlines, whichever agrees less (Cheng et al., "Boundary IoU", 2021).
  case boundary

  /// Up to which share of the image's diagonal a pixel is near an outline.
  static let boundaryRatio = 0.02

  public var needsMasks: Bool { self != .bbox }

  /// Of masks; nil for boxes.
  var region: EvaluationMasks.Region? {
    switch self {
    case .bbox: nil
    case .segm: .mask
    case .boundary: .boundary(ratio: Self.boundaryRatio)
    }
  }

  init(_ region: EvaluationMasks.Region?) {
    switch region {
    case nil: self = .bbox
    case .mask: self = .segm
    case .boundary: self = .boundary
    }
  }

  /// Behind "IoU 0.50"; nothing for boxes.
  var words: String {
    switch self {
    case .bbox: ""
    case .segm: " of masks"
    case .boundary: " of masks and their boundaries, the smaller one"
    }
  }
}
