/// How well label maps agree with the truth, from one confusion matrix over all pixels of a set (Long et al. 2015, section 5).
public struct SegmentationResult: Sendable, Codable {
  /// One class.
  public struct ClassFigures: Sendable, Codable, Hashable {
    public var name: String
    /// Pixels that show it, and pixels that are said to.
    public var shown: Int
    public var said: Int
    /// Intersection over union of the two; nil where there is neither.
    public var iou: Double?
    /// Of the pixels that show it the share that is said to; nil where there is none.
    public var accuracy: Double?
  }

  /// How well boundaries agree; see ``BoundaryAgreement``.
  public struct Boundary: Sendable, Codable, Hashable {
    /// How far apart they may be, as a share of the image's diagonal.
    public var tolerance: Double
    /// Mean over the images of the mean over an image's classes; nil where there is no boundary.
    public var meanFScore: Double?
    /// By class: mean over the images that have a boundary of it in either map; nil where there is none.
    public var fScores: [Double?]
    /// Images with a boundary.
    public var imageCount: Int

    init(_ images: [SegmentedImageFigures], classCount: Int, tolerance: Double) {
      self.tolerance = tolerance
      let means = images.compactMap(\.boundaryFScore)
      meanFScore = means.mean
      imageCount = means.count
      fScores = (0..<classCount).map { index in images.compactMap { $0.boundaryFScores[index] }.mean }
    }
  }

  /// How well regions agree: means over the images that have one.
  public struct Regions: Sendable, Codable, Hashable {
    /// Name of the class that separates them.
    public var border: String
    public var imageCount: Int
    /// Nil where no image has a region.
    public var mean: RegionAgreement?

    init(_ images: [SegmentedImageFigures], border: String) {
      self.border = border
      let all = images.compactMap(\.regions)
      imageCount = all.count
      mean = RegionAgreement(meanOf: all)
    }
  }

  public let classes: [ClassFigures]
  /// Mean of the classes' IoU, those left out that no pixel shows or is said to; 0 where all are.
  public let meanIoU: Double
  /// Mean of the accuracies of the classes that are shown.
  public let classAccuracy: Double
  /// Share of the labelled pixels that are right.
  public let pixelAccuracy: Double
  /// Share of the labelled pixels that are wrong.
  public let pixelError: Double
  /// The classes' IoU, weighted by the pixels that show them.
  public let frequencyWeightedIoU: Double
  /// By class shown and class said: how many pixels.
  public let confusion: [[Int]]
  public let imageCount: Int
  /// Nil where it was not measured.
  public var boundary: Boundary?
  /// Nil where no class separates regions.
  public var regions: Regions?
  /// Nil where none were asked for.
  public var intervals: SegmentationIntervals?

  /// - Precondition: a name for every class.
  public init(_ confusion: PixelConfusion, classNames: [String], imageCount: Int) {
    precondition(classNames.count == confusion.classCount, "a name for every class")
    let indices = 0..<confusion.classCount
    let pixels = PixelFigures(
      shown: indices.map { confusion.shown($0) }, said: indices.map { confusion.said($0) },
      right: indices.map { confusion[$0, $0] })
    let (ious, accuracies) = (pixels.ious, pixels.accuracies)
    classes = indices.map { index in
      ClassFigures(
        name: classNames[index], shown: pixels.shown[index], said: pixels.said[index], iou: ious[index],
        accuracy: accuracies[index])
    }
    meanIoU = pixels.meanIoU
    classAccuracy = pixels.classAccuracy
    pixelAccuracy = pixels.pixelAccuracy
    let total = pixels.shown.reduce(0, +)
    pixelError = total > 0 ? Double(total - pixels.right.reduce(0, +)) / Double(total) : 0
    frequencyWeightedIoU = pixels.frequencyWeightedIoU
    self.confusion = indices.map { shown in indices.map { confusion[shown, $0] } }
    self.imageCount = imageCount
  }
}
