import ImageCodecs

/// The measuring of label maps against the truth, image by image.
public struct SegmentationMeasurement: Sendable {
  public let classNames: [String]
  public let measures: SegmentationMeasures
  public private(set) var confusion: PixelConfusion
  /// In the order in which they were added.
  public private(set) var images: [SegmentedImageFigures] = []

  public init(classNames: [String], measures: SegmentationMeasures = SegmentationMeasures()) {
    precondition(measures.border.map(classNames.indices.contains) ?? true, "a border among the classes")
    self.classNames = classNames
    self.measures = measures
    confusion = PixelConfusion(classCount: classNames.count)
  }

  /// Measures an image.
  ///
  /// - Parameter image: its path.
  /// - Precondition: both maps have one size, and their indices are those of classes, or ignored.
  public mutating func add(truth: LabelMap, prediction: LabelMap, image: String) {
    var part = PixelConfusion(classCount: classNames.count)
    part.add(truth: truth, prediction: prediction)
    confusion += part
    let boundaries = measures.boundaryTolerance.map {
      BoundaryAgreement(truth: truth, prediction: prediction, classCount: classNames.count, tolerance: $0).fScores
    }
    let regions = measures.border.flatMap { RegionAgreement(truth: truth, prediction: prediction, border: $0) }
    images.append(
      SegmentedImageFigures(image: image, confusion: part, boundaryFScores: boundaries ?? [], regions: regions))
  }

  /// Adds the images of another measurement of the same classes.
  public static func += (left: inout SegmentationMeasurement, right: SegmentationMeasurement) {
    precondition(left.measures == right.measures, "measurements of other figures")
    left.confusion += right.confusion
    left.images += right.images
  }

  /// What came of it.
  ///
  /// - Parameter resamples: of the bootstrap, for intervals; 0 for none.
  public func result(resamples: Int = 0) -> SegmentationResult {
    var result = SegmentationResult(confusion, classNames: classNames, imageCount: images.count)
    if let tolerance = measures.boundaryTolerance {
      result.boundary = SegmentationResult.Boundary(images, classCount: classNames.count, tolerance: tolerance)
    }
    if let border = measures.border {
      result.regions = SegmentationResult.Regions(images, border: classNames[border])
    }
    if resamples > 0, !images.isEmpty { result.intervals = SegmentationIntervals(images, resamples: resamples) }
    return result
  }
}
