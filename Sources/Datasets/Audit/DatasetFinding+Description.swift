extension DatasetFinding {
  /// One line for people, to be read after a count: what it is, and what reading the dataset does about it.
  public func description(_ treatment: LabelTreatment) -> String {
    let remedy = consequence(treatment)
    return remedy.isEmpty ? explanation : "\(explanation) (\(remedy))"
  }

  /// What it is, in the singular.
  public var explanation: String {
    switch self {
    case .malformedLabel: "label that cannot be read"
    case .nonFiniteBox: "box with a coordinate that is not a finite number"
    case .invertedBox: "box whose right or lower side comes first"
    case .zeroAreaBox: "box without area"
    case .boxOutsideImage: "box entirely outside its image"
    case .boxClipped: "box reaching out of its image"
    case .duplicateBox: "second label of the same class and box"
    case .unknownClass: "label with a class index that has no name"
    case .annotationIDZero: "annotation with the id 0, a match with which COCO's evaluator takes for none"
    case .repeatedAnnotationID: "annotation with the id of another"
    case .suspectedBoxForm: "boxes that seem to be written in another form than the format's"
    case .unreadableImage: "image file that cannot be read"
    case .truncatedImage: "image file that ends too early"
    case .missingImage: "image listed but not there"
    case .duplicateImage: "image listed twice"
    case .repeatedImageID: "image with the id of another"
    case .identicalFile: "image file with the same bytes as another"
    case .identicalPixels: "image with the same pixels as another, in another file"
    case .imageInBothSets: "image that is in the other set too"
    case .imageInTwoSplits: "image that is in another split too"
    case .labelsWithoutImage: "label file or annotation without image"
    case .sizeMismatch: "image whose size is not the one in its label file"
    case .unappliedOrientation: "image labelled before its EXIF orientation turned it: width and height are swapped"
    case .boxOverEdge: "box reaching out of its image by a pixel at most"
    case .nearDuplicateBox: "box that nearly covers another of its class (IoU above 0.95)"
    case .nearDuplicateImage: "image that looks the same as another"
    case .similarImageInBothSets: "image that looks the same as one of the other set"
    case .imageWithoutLabels: "image without label file"
    case .similarClassNames: "class whose name differs from another's in case or spaces only"
    case .rareClass: "class with few boxes (below 10, or below 1 % of the largest class)"
    case .classWithoutBoxes: "class without a box"
    case .extremeAspectRatio: "box more than 20 times as long as wide"
    case .boxCoversImage: "box that covers the whole image"
    case .boxBelowOnePixel: "box less than a pixel wide or high"
    case .polygonLabel: "polygon"
    case .imageWithoutObjects: "image without objects"
    case .greyImage: "grey image"
    case .crowdBox: "crowd box"
    case .difficultBox: "box flagged difficult"
    case .foundByName: "image or label found by its name or the end of its path, which is otherwise not as written"
    }
  }

  /// What reading does about it; "" where nothing.
  private func consequence(_ treatment: LabelTreatment) -> String {
    let kept = treatment == .asWritten
    return switch self {
    case .malformedLabel, .nonFiniteBox, .invertedBox, .unknownClass, .unreadableImage, .missingImage,
      .labelsWithoutImage:
      "left out"
    case .zeroAreaBox, .boxOutsideImage, .duplicateBox: kept ? "kept as written" : "left out"
    case .boxClipped, .boxOverEdge: kept ? "kept as written" : "clipped to the image"
    case .annotationIDZero, .repeatedAnnotationID: "kept; matches are not told by ids here"
    case .suspectedBoxForm: "read as the format has it"
    case .truncatedImage: "left out where its pixels are needed"
    case .duplicateImage, .repeatedImageID: "its second listing left out"
    case .imageWithoutLabels: "kept, as an image without objects"
    case .sizeMismatch: "the image's own taken"
    case .unappliedOrientation: "the size of the upright image taken"
    case .similarClassNames: "kept apart"
    case .polygonLabel: "the box around it taken"
    case .imageWithoutObjects: "kept"
    case .greyImage: "read as RGB"
    case .crowdBox, .difficultBox: "kept and flagged"
    case .identicalFile, .identicalPixels, .imageInBothSets, .imageInTwoSplits, .foundByName, .nearDuplicateBox,
      .nearDuplicateImage,
      .similarImageInBothSets, .rareClass, .classWithoutBoxes, .extremeAspectRatio, .boxCoversImage,
      .boxBelowOnePixel:
      ""
    }
  }
}
