extension DatasetFinding {
  /// One line for people, to be read after a count: what it is, and what reading the dataset does about it.
  public func description(_ treatment: InvalidBoxPolicy) -> String {
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
    case .invalidMask: "object whose segmentation is no mask of its image"
    case .emptyMask: "mask without a pixel"
    case .unlistedObjectNumber: "number in a file of masks that is none of an object"
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
    case .emptyClassFolder: "folder of a class without an image in it"
    case .singleClass: "class that is the only one, so that there is nothing to tell apart"
    case .imageInTwoClasses: "image that is in another class too"
    case .classOfOtherSetOnly: "class of the other set of which there is no image here"
    case .boxOverEdge: "box reaching out of its image by a pixel at most"
    case .nearDuplicateBox: "box that nearly covers another of its class (IoU above 0.95)"
    case .outlineOutsideImage: "outline reaching out of its image by more than a pixel"
    case .selfCrossingOutline: "outline that crosses itself"
    case .maskOutsideBox: "mask reaching out of its box by more than 2 pixels"
    case .areaMismatch: "area that does not fit the mask"
    case .nearDuplicateImage: "image that looks the same as another"
    case .similarImageInBothSets: "image that looks the same as one of the other set"
    case .imageWithoutLabels: "image without label file"
    case .unstatedSize: "label file without the size of its image"
    case .unlabelledSet: "label file without a list of annotations"
    case .severalBoxesInObject: "further box of what the file has as one object"
    case .unturnedBox: "upright box with an angle beside it, which is not the box of the object"
    case .misnamedImage: "image file whose extension is that of another format"
    case .similarClassNames: "class whose name differs from another's in case or spaces only"
    case .rareClass: "class with few boxes (below 10, or below 1 % of the largest class)"
    case .classWithoutBoxes: "class without a box"
    case .classWithoutImages: "class without an image"
    case .classOfFewImages: "class with few images (below 10, or below 1 % of the largest class)"
    case .onePixelImage: "image of a single pixel"
    case .unlistedLabelValue: "label map with values that the list of classes lacks"
    case .blendedLabels:
      "label map with values between those of two classes along borders (interpolated, or drawn smoothly)"
    case .lossyLabels: "label map in a format that changes values"
    case .labelSizeMismatch: "label map of another size than its image"
    case .suspectedBlend: "label map with a class that lies nearly everywhere between two others (interpolated?)"
    case .ignoredLabels: "label map of ignored pixels alone"
    case .classWithoutPixels: "class without a pixel"
    case .classOfFewPixels: "class with few pixels (below 0.1 %)"
    case .extremeAspectRatio: "box more than 20 times as long as wide"
    case .boxCoversImage: "box that covers the whole image"
    case .boxBelowOnePixel: "box less than a pixel wide or high"
    case .intricateOutline: "outline with too many long edges to tell whether it crosses itself"
    case .polygonLabel: "polygon"
    case .turnedBox: "turned box"
    case .interpolatedBox: "box of a frame between two labelled ones"
    case .frameByOrder: "frame whose image is not named after its number"
    case .shapeLeftOut: "shape without a box"
    case .orientedLabel: "box given by four corners"
    case .poseLabel: "box with keypoints"
    case .imageWithoutObjects: "image without objects"
    case .greyImage: "grey image"
    case .crowdBox: "crowd box"
    case .difficultBox: "box flagged difficult"
    case .foundByName: "image or label found by its name or the end of its path, which is otherwise not as written"
    }
  }

  /// What reading does about it; "" where nothing.
  private func consequence(_ treatment: InvalidBoxPolicy) -> String {
    let kept = treatment == .asWritten
    return switch self {
    case .malformedLabel, .nonFiniteBox, .invertedBox, .unknownClass, .unreadableImage, .missingImage,
      .labelsWithoutImage, .shapeLeftOut:
      "left out"
    case .zeroAreaBox, .boxOutsideImage, .duplicateBox: kept ? "kept as written" : "left out"
    case .boxClipped, .boxOverEdge: kept ? "kept as written" : "clipped to the image"
    case .annotationIDZero, .repeatedAnnotationID: "kept; matches are not told by ids here"
    case .invalidMask: "left out where masks are asked for; where boxes are, the mask alone"
    case .unlistedObjectNumber: "its pixels left out"
    case .outlineOutsideImage: "only what is in the image counts"
    case .selfCrossingOutline: "inside where it has gone around an odd number of times"
    case .maskOutsideBox, .areaMismatch: "both kept as written"
    case .intricateOutline: "kept"
    case .emptyMask: kept ? "kept as written" : "left out where masks are asked for"
    case .suspectedBoxForm: "read as the format has it"
    case .truncatedImage: "left out where its pixels are needed"
    case .duplicateImage, .repeatedImageID: "its second listing left out"
    case .imageWithoutLabels: "kept, as an image without objects"
    case .misnamedImage: "read as what it is"
    case .sizeMismatch, .unstatedSize: "the image's own taken"
    case .unlabelledSet: "read as images without objects"
    case .severalBoxesInObject: "taken as an object of its own"
    case .unturnedBox: "kept as written"
    case .turnedBox: "the upright box around it taken"
    case .interpolatedBox: "computed from them, as CVAT does"
    case .frameByOrder: "the image of that place in order of name taken"
    case .unappliedOrientation: "the size of the upright image taken"
    case .similarClassNames: "kept apart"
    case .polygonLabel: "the box around it taken"
    case .orientedLabel: "the upright box around it taken"
    case .poseLabel: "the box taken, the keypoints left out"
    case .imageWithoutObjects: "kept"
    case .greyImage: "read as RGB"
    case .crowdBox, .difficultBox: "kept and flagged"
    case .identicalFile, .identicalPixels, .imageInBothSets, .imageInTwoSplits, .foundByName, .nearDuplicateBox,
      .nearDuplicateImage,
      .similarImageInBothSets, .rareClass, .classWithoutBoxes, .extremeAspectRatio, .boxCoversImage,
      .boxBelowOnePixel, .emptyClassFolder, .singleClass, .imageInTwoClasses, .classOfOtherSetOnly,
      .classWithoutImages, .classOfFewImages, .onePixelImage, .unlistedLabelValue, .blendedLabels, .lossyLabels,
      .labelSizeMismatch, .suspectedBlend, .ignoredLabels, .classWithoutPixels, .classOfFewPixels:
      ""
    }
  }
}
