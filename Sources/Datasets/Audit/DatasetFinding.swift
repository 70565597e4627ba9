/// A kind of thing that reading a dataset found in its labels, and what was done about it.
public enum DatasetFinding: String, CaseIterable, Sendable, Hashable, Codable {
  // Boxes that were left out.
  case zeroAreaBox
  case invertedBox
  case nonFiniteBox
  case boxOutsideImage
  case duplicateBox
  case unknownClass
  // Boxes that were changed.
  case boxClipped
  case polygonLabel
  // Images.
  case unreadableImage
  case missingImage
  case duplicateImage
  case labelsWithoutImage
  case imageWithoutLabels
  case sizeMismatch
  case similarClassNames
  // Worth knowing, nothing wrong.
  case imageWithoutObjects
  case greyImage
  case crowdBox
  case difficultBox

  /// Whether it is worth knowing rather than a mistake.
  public var isNote: Bool {
    switch self {
    case .imageWithoutObjects, .greyImage, .crowdBox, .difficultBox, .polygonLabel: true
    default: false
    }
  }

  /// One line for people, to be read after a count: what it is, and what was done.
  public func description(_ treatment: LabelTreatment) -> String {
    let kept = treatment == .asWritten
    return switch self {
    case .zeroAreaBox: "box without area (" + (kept ? "kept as written)" : "left out)")
    case .invertedBox: "box whose right or lower side comes first (left out)"
    case .nonFiniteBox: "box with a coordinate that is not a finite number (left out)"
    case .boxOutsideImage: "box entirely outside its image (" + (kept ? "kept as written)" : "left out)")
    case .duplicateBox: "second label of the same class and box (" + (kept ? "kept as written)" : "left out)")
    case .unknownClass: "label with a class index that has no name (left out)"
    case .boxClipped: "box reaching out of its image (" + (kept ? "kept as written)" : "clipped to the image)")
    case .polygonLabel: "polygon (the box around it taken)"
    case .unreadableImage: "image file that cannot be read (left out)"
    case .missingImage: "image listed but not there (left out)"
    case .duplicateImage: "image listed twice (its second listing left out)"
    case .labelsWithoutImage: "label file without image (left out)"
    case .imageWithoutLabels: "image without label file (kept, as an image without objects)"
    case .sizeMismatch: "image whose size is not the one in its label file (the image's own taken)"
    case .similarClassNames: "class whose name differs from another's in case or spaces only (kept apart)"
    case .imageWithoutObjects: "image without objects (kept)"
    case .greyImage: "grey image (read as RGB)"
    case .crowdBox: "crowd box (kept and flagged)"
    case .difficultBox: "box flagged difficult (kept and flagged)"
    }
  }
}
