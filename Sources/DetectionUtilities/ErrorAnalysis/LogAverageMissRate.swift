/// The miss rate averaged over the false positives per image that one may afford (Dollár et al., "Pedestrian detection: an
/// evaluation of the state of the art", PAMI 2012, section 3.1). Lower is better.
///
/// The geometric mean of the miss rate at nine numbers of false positives per image, evenly spaced in the logarithm from
/// 0.01 to 1. Where a curve ends before such a number, its last miss rate stands; where it starts beyond, the rate is 1.
public struct LogAverageMissRate: Hashable, Sendable {
  /// 10^-2, 10^-1.75, …, 1.
  public static let falsePositivesPerImage = [
    0.01, 0.01778279410038923, 0.03162277660168379, 0.05623413251903491, 0.1, 0.1778279410038923,
    0.31622776601683794, 0.5623413251903491, 1,
  ]

  /// [classes], each in [0, 1]; nil for a class without objects.
  public let classes: [Double?]
  /// The mean over the classes with objects; nil without any.
  public let mean: Double?

  /// - Parameter imageCount: images of the set, those without objects and detections included.
  public init(_ points: OperatingPoints, imageCount: Int) {
    precondition(imageCount > 0, "a rate per image needs images")
    let classes = points.classes.map { Self.value($0, imageCount: imageCount) }
    let known = classes.compactMap(\.self)
    self.classes = classes
    mean = known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
  }

  private static func value(_ curve: ConfidenceCurve, imageCount: Int) -> Double? {
    guard curve.objectCount > 0 else { return nil }
    var product = 1.0
    var point = 0
    var missRate = 1.0
    for allowed in falsePositivesPerImage {
      while point < curve.points.count
        && Double(curve.points[point].falsePositives) / Double(imageCount) <= allowed
      {
        missRate = Double(curve.points[point].falseNegatives) / Double(curve.objectCount)
        point += 1
      }
      // The floor of the authors' program: no logarithm of 0.
      product *= ninthRoot(max(missRate, 1e-10))
    }
    return product
  }

  private static func ninthRoot(_ value: Double) -> Double {
    ElementaryFunctions.exponential(ElementaryFunctions.logarithm(value) / 9)
  }
}
