/// What is measured of label maps beside the confusion of their pixels.
public struct SegmentationMeasures: Sendable, Hashable {
  /// Index of the class that separates regions, such as the membranes between cells; nil where regions are not measured.
  public var border: Int?
  /// How far apart boundaries may be, as a share of the image's diagonal; nil where they are not measured.
  public var boundaryTolerance: Double?

  /// The tolerance of Csurka et al. 2013.
  public static let usualTolerance = 0.0075

  /// The pixels' confusion alone.
  public static let pixels = SegmentationMeasures(border: nil, boundaryTolerance: nil)

  public init(border: Int? = nil, boundaryTolerance: Double? = SegmentationMeasures.usualTolerance) {
    self.border = border
    self.boundaryTolerance = boundaryTolerance
  }

  /// Of two classes the one whose name says that it separates regions, such as membrane or border; else nil.
  public static func border(in classNames: [String]) -> Int? {
    let words: Set = ["border", "borders", "boundary", "boundaries", "membrane", "membranes"]
    let found = classNames.indices.filter { index in
      classNames[index].lowercased().split { !$0.isLetter }.contains { words.contains(String($0)) }
    }
    return classNames.count == 2 && found.count == 1 ? found[0] : nil
  }
}
