/// A kind of thing that reading or auditing a dataset finds in its labels and images.
///
/// Reading reports the kinds that show in labels and image headers; `peregrine audit` and ``DatasetAuditor`` decode the
/// pixels and report all of them.
public enum DatasetFinding: String, CaseIterable, Sendable, Hashable, Codable {
  // MARK: Errors: boxes
  /// A label, or a label file, that cannot be understood. Only an audit goes on after one; reading refuses the file.
  case malformedLabel
  case nonFiniteBox
  case invertedBox
  case zeroAreaBox
  case boxOutsideImage
  /// Reaches out of its image by more than a pixel.
  case boxClipped
  case duplicateBox
  case unknownClass
  /// COCO's own evaluator takes a match with annotation 0 for no match.
  case annotationIDZero
  case repeatedAnnotationID
  /// A segmentation that is no mask of its image: an outline of two points, run lengths of another total or size, or none
  /// where masks are asked for.
  case invalidMask
  /// No pixel of its image is inside.
  case emptyMask
  /// Of a file with the number of an object for every pixel.
  case unlistedObjectNumber
  /// Most boxes are wrong as the format has them, and all are right in another form: corners in place of sizes.
  case suspectedBoxForm
  // MARK: Errors: images
  case unreadableImage
  case truncatedImage
  case missingImage
  /// Listed twice.
  case duplicateImage
  case repeatedImageID
  case identicalFile
  case identicalPixels
  /// The same pixels are in another set, from which this one should be apart.
  case imageInBothSets
  /// Of the splits of a `data.yaml`: the same image, or one with the same pixels.
  case imageInTwoSplits
  case labelsWithoutImage
  case sizeMismatch
  /// Width and height of the label are those of the image before its EXIF orientation turned it upright.
  case unappliedOrientation
  // MARK: Errors: classes of whole images
  /// A folder of a class, with no image in it.
  case emptyClassFolder
  /// There is nothing to tell apart.
  case singleClass
  /// The same pixels are of two classes.
  case imageInTwoClasses
  /// The other set has images of a class that this one has none of.
  case classOfOtherSetOnly
  // MARK: Errors: classes of pixels
  /// A byte or colour that the list of classes lacks.
  case unlistedLabelValue
  /// Values between those of two classes along their border, as resampling with interpolation and smooth edges leave them.
  case blendedLabels
  /// JPEG or WebP, which change values.
  case lossyLabels
  /// The label map is of another size than its image.
  case labelSizeMismatch

  // MARK: Warnings
  /// Reaches out of its image, by a pixel at most.
  case boxOverEdge
  /// The same class and nearly the same box: IoU above 0.95.
  case nearDuplicateBox
  /// By more than a pixel.
  case outlineOutsideImage
  /// Two edges of an outline run through one another.
  case selfCrossingOutline
  /// By more than 2 pixels.
  case maskOutsideBox
  /// The area that a file states differs from that of the mask by more than 5 % and the length of its outline.
  case areaMismatch
  case nearDuplicateImage
  case similarImageInBothSets
  case imageWithoutLabels
  /// A label file that has a place for the image's size and does not state it, or states 0×0.
  case unstatedSize
  /// A label file whose list of annotations is missing, as that of a set to be tested on.
  case unlabelledSet
  /// A second box, or shape, of what the file says is one object.
  case severalBoxesInObject
  /// The label gives an angle beside an upright box, which is not the object's then.
  case unturnedBox
  /// The extension stands for another format than the content has, which is what counts.
  case misnamedImage
  case similarClassNames
  /// A class with less than 1 % of the boxes of the largest, or with fewer than 10.
  case rareClass
  case classWithoutBoxes
  /// Of a list of classes, a class that no image has.
  case classWithoutImages
  /// A class with less than 1 % of the images of the largest, or with fewer than 10.
  case classOfFewImages
  /// An image that shows nothing.
  case onePixelImage
  /// A class of which most pixels lie, by their values, between two others.
  case suspectedBlend
  /// A label map that says nothing.
  case ignoredLabels
  case classWithoutPixels
  /// A class with less than 0.1 % of the labelled pixels.
  case classOfFewPixels

  // MARK: Notes
  /// The longer side is more than 20 times the shorter.
  case extremeAspectRatio
  /// Covers at least 99 % of its image.
  case boxCoversImage
  /// Less than a pixel wide or high.
  case boxBelowOnePixel
  /// Whether it crosses itself would take long to tell.
  case intricateOutline
  case polygonLabel
  /// Written with an angle, or as four corners of a box that does not lie level.
  case turnedBox
  /// Of a frame of a film, between two that are labelled.
  case interpolatedBox
  /// A frame of a film whose image is not named after its number.
  case frameByOrder
  /// A line, point or other shape that has no box.
  case shapeLeftOut
  /// A box by four corners, which need not be upright.
  case orientedLabel
  /// A box with keypoints.
  case poseLabel
  case imageWithoutObjects
  case greyImage
  case crowdBox
  case difficultBox
  /// Its path in the labels or the list is not that of a file; one fits by its name, or by the end of its path.
  case foundByName
}

extension DatasetFinding {
  /// How bad a finding is, worst first.
  public enum Severity: String, CaseIterable, Sendable, Hashable, Codable {
    /// Wrong whatever was meant: it misleads training or evaluation, or nothing can be done with it.
    case error
    /// Most likely a mistake; somebody should look.
    case warning
    /// Worth knowing, nothing wrong.
    case note
  }

  public var severity: Severity {
    switch self {
    case .malformedLabel, .nonFiniteBox, .invertedBox, .zeroAreaBox, .boxOutsideImage, .boxClipped, .duplicateBox,
      .unknownClass, .annotationIDZero, .repeatedAnnotationID, .invalidMask, .emptyMask, .unlistedObjectNumber,
      .suspectedBoxForm, .unreadableImage, .truncatedImage,
      .missingImage, .duplicateImage, .repeatedImageID, .identicalFile, .identicalPixels, .imageInBothSets,
      .imageInTwoSplits, .labelsWithoutImage, .sizeMismatch, .unappliedOrientation, .emptyClassFolder, .singleClass,
      .imageInTwoClasses, .classOfOtherSetOnly, .unlistedLabelValue, .blendedLabels, .lossyLabels, .labelSizeMismatch:
      .error
    case .boxOverEdge, .nearDuplicateBox, .outlineOutsideImage, .selfCrossingOutline, .maskOutsideBox, .areaMismatch,
      .nearDuplicateImage, .similarImageInBothSets, .imageWithoutLabels,
      .unstatedSize, .unlabelledSet, .severalBoxesInObject, .unturnedBox, .misnamedImage, .similarClassNames,
      .rareClass, .classWithoutBoxes, .classWithoutImages, .classOfFewImages, .onePixelImage, .suspectedBlend,
      .ignoredLabels, .classWithoutPixels, .classOfFewPixels:
      .warning
    case .extremeAspectRatio, .boxCoversImage, .boxBelowOnePixel, .intricateOutline, .polygonLabel, .turnedBox,
      .interpolatedBox,
      .frameByOrder, .shapeLeftOut, .orientedLabel, .poseLabel, .imageWithoutObjects, .greyImage, .crowdBox,
      .difficultBox, .foundByName:
      .note
    }
  }

  /// Whether it is worth knowing rather than a mistake.
  public var isNote: Bool { severity == .note }
}
