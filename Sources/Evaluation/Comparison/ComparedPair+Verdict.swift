import DetectionUtilities
import Foundation

extension ComparedPair {
  /// One sentence: which is better by how much and how sure, or that the set is too small to say.
  ///
  /// - Parameter difference: the first's average precision less the second's, fractions.
  package static func verdict(first: String, second: String, difference: BootstrapInterval, images: Int) -> String {
    func points(_ value: Double) -> String {
      let text = String(format: "%.1f", 100 * value)
      return text == "-0.0" ? "0.0" : text.replacingOccurrences(of: "-", with: "−")
    }
    let level = String(format: "%g", 100 * difference.level)
    if difference.value == 0 && difference.lower == 0 && difference.upper == 0 {
      return "\(first) and \(second) have the same AP on these images, however they are drawn."
    }
    if difference.lower > 0 || difference.upper < 0 {
      let isFirst = difference.lower > 0
      let (lower, upper) = isFirst ? (difference.lower, difference.upper) : (-difference.upper, -difference.lower)
      return "\(isFirst ? first : second) beats \(isFirst ? second : first) by \(points(abs(difference.value))) AP "
        + "(\(level) % interval \(points(lower)) to \(points(upper)))."
    }
    let count = images == 1 ? "1 image is" : "\(images) images are"
    return "\(count) too few to say whether \(first) or \(second) is better: the difference of "
      + "\(points(difference.value)) AP lies between \(points(difference.lower)) and \(points(difference.upper)) "
      + "(\(level) % interval)."
  }
}
