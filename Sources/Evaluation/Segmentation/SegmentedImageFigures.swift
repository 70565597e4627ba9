import ImageCodecs

/// How well one image's label map agrees with the truth: what the figures of a set, and of resamples of it, are made of.
public struct SegmentedImageFigures: Sendable, Hashable {
  /// The path of the image.
  public let image: String
  /// By class: labelled pixels that show it, pixels that are said to, and those of both.
  public let shown: [Int]
  public let said: [Int]
  public let right: [Int]
  /// By class: F of its boundary; nil of one without a boundary. Empty where boundaries were not measured.
  public let boundaryFScores: [Double?]
  /// Nil where regions were not measured, or the truth has none.
  public let regions: RegionAgreement?

  init(image: String, confusion: PixelConfusion, boundaryFScores: [Double?] = [], regions: RegionAgreement? = nil) {
    self.image = image
    let classes = 0..<confusion.classCount
    shown = classes.map { confusion.shown($0) }
    said = classes.map { confusion.said($0) }
    right = classes.map { confusion[$0, $0] }
    self.boundaryFScores = boundaryFScores
    self.regions = regions
  }

  /// Mean of the IoU of the classes that this image shows or is said to; 0 where there is none.
  public var meanIoU: Double { PixelFigures(shown: shown, said: said, right: right).meanIoU }
  /// Share of the labelled pixels that are right.
  public var pixelAccuracy: Double { PixelFigures(shown: shown, said: said, right: right).pixelAccuracy }
  /// Mean of the classes' F; nil where there is no boundary, or none was measured.
  public var boundaryFScore: Double? { boundaryFScores.compactMap(\.self).mean }
}

/// Figures of pixels counted by class.
struct PixelFigures {
  /// By class: labelled pixels that show it, pixels that are said to, and those of both.
  var shown: [Int]
  var said: [Int]
  var right: [Int]

  init(shown: [Int], said: [Int], right: [Int]) {
    self.shown = shown
    self.said = said
    self.right = right
  }

  /// Of the pixels of some images together, of which one may count several times.
  ///
  /// - Precondition: there is an image.
  init(_ images: [SegmentedImageFigures], _ drawn: some Collection<Int>) {
    let none = [Int](repeating: 0, count: images[0].shown.count)
    self.init(shown: none, said: none, right: none)
    for image in drawn {
      for index in none.indices {
        shown[index] += images[image].shown[index]
        said[index] += images[image].said[index]
        right[index] += images[image].right[index]
      }
    }
  }

  /// Intersection over union by class; nil where nothing shows a class or is said to.
  var ious: [Double?] {
    right.indices.map { index in
      let union = shown[index] + said[index] - right[index]
      return union > 0 ? Double(right[index]) / Double(union) : nil
    }
  }
  /// By class; nil where nothing shows it.
  var accuracies: [Double?] { right.indices.map { shown[$0] > 0 ? Double(right[$0]) / Double(shown[$0]) : nil } }
  var meanIoU: Double { ious.compactMap(\.self).mean ?? 0 }
  var classAccuracy: Double { accuracies.compactMap(\.self).mean ?? 0 }
  var pixelAccuracy: Double {
    let total = shown.reduce(0, +)
    return total > 0 ? Double(right.reduce(0, +)) / Double(total) : 0
  }
  var frequencyWeightedIoU: Double {
    let total = shown.reduce(0, +)
    guard total > 0 else { return 0 }
    return zip(shown, ious).reduce(0) { $0 + Double($1.0) / Double(total) * ($1.1 ?? 0) }
  }
}

extension [Double] {
  /// Nil of no value.
  var mean: Double? { isEmpty ? nil : reduce(0, +) / Double(count) }
}
