/// A change to a dataset that an audit proposes: where, what, and why.
struct ProposedChange: Encodable, Hashable {
  enum Action: String, Encodable {
    case removeBox = "remove box"
    case clipBox = "clip box"
    case removeLabel = "remove label"
    case removeImage = "remove image"
    case removeMask = "remove mask"
    case renumber = "give the annotation an id of its own, above 0"
  }

  var action: Action
  var reason: DatasetFinding
  var explanation: String
  var detail: String?
  var file: String?
  var line: Int?
  var column: Int?
  var annotation: Int?
  var image: String?
  /// As written, corners in pixels.
  var box: WrittenBox?
  /// What becomes of the box; absent where it goes.
  var newBox: WrittenBox?

  /// Nil where the finding is nothing that can be mended without a look at the image.
  init?(_ entry: AuditEntry) {
    guard let action = entry.finding.remedy else { return nil }
    self.action = action
    reason = entry.finding
    explanation = entry.finding.explanation
    detail = entry.place.detail
    file = entry.place.file
    line = entry.place.line
    column = entry.place.column
    annotation = entry.place.annotationID
    image = entry.place.image
    box = entry.box.map(WrittenBox.init)
    newBox = entry.keptBox.map(WrittenBox.init)
  }
}

extension DatasetFinding {
  var remedy: ProposedChange.Action? {
    switch self {
    case .nonFiniteBox, .invertedBox, .zeroAreaBox, .boxOutsideImage, .duplicateBox, .unknownClass: .removeBox
    case .boxClipped, .boxOverEdge: .clipBox
    case .invalidMask: .removeMask
    case .malformedLabel, .labelsWithoutImage: .removeLabel
    case .unreadableImage, .truncatedImage, .missingImage, .duplicateImage, .repeatedImageID, .identicalFile,
      .identicalPixels, .imageInBothSets, .imageInTwoSplits, .sizeMismatch, .unappliedOrientation:
      .removeImage
    case .annotationIDZero, .repeatedAnnotationID: .renumber
    case .emptyMask, .unlistedObjectNumber, .outlineOutsideImage, .selfCrossingOutline, .maskOutsideBox, .areaMismatch,
      .intricateOutline, .suspectedBoxForm, .nearDuplicateBox, .nearDuplicateImage, .similarImageInBothSets,
      .imageWithoutLabels,
      .unstatedSize, .unlabelledSet, .severalBoxesInObject, .unturnedBox, .misnamedImage, .similarClassNames,
      .rareClass,
      .classWithoutBoxes, .extremeAspectRatio, .boxCoversImage, .boxBelowOnePixel, .polygonLabel, .turnedBox,
      .interpolatedBox, .frameByOrder, .shapeLeftOut, .orientedLabel, .poseLabel, .imageWithoutObjects, .greyImage,
      .crowdBox, .difficultBox, .foundByName, .emptyClassFolder, .singleClass, .imageInTwoClasses,
      .classOfOtherSetOnly, .classWithoutImages, .classOfFewImages, .onePixelImage, .unlistedLabelValue, .blendedLabels,
      .lossyLabels, .labelSizeMismatch, .suspectedBlend, .ignoredLabels, .classWithoutPixels, .classOfFewPixels:
      nil
    }
  }
}
