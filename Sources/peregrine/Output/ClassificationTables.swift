import Evaluation
import Foundation

/// A classifier's evaluation as tables for terminals.
struct ClassificationTables {
  let text: String

  init(_ result: ClassificationResult) {
    func percent(_ value: Double) -> String { String(format: "%.2f", 100 * value) }
    func rate(_ rate: ClassificationResult.Rate) -> [String] {
      [percent(rate.value), "\(percent(rate.low)) to \(percent(rate.high))", "\(rate.right) of \(rate.count)"]
    }
    var figures = TextTable(header: ["", "%", "95 %", "images"], numericColumns: [1, 2, 3])
    figures.rows = [["top-1"] + rate(result.topOne), ["top-5"] + rate(result.topFive)]
    var calibration = String(
      format: "expected calibration error %.2f %%, cross-entropy %.4f", 100 * result.expectedCalibrationError,
      result.crossEntropy)
    if let intervals = result.intervals {
      let (error, entropy) = (intervals.expectedCalibrationError, intervals.crossEntropy)
      calibration = String(
        format: "expected calibration error %.2f %% (%.2f to %.2f), cross-entropy %.4f (%.4f to %.4f)",
        100 * error.value, 100 * error.lower, 100 * error.upper, entropy.value, entropy.lower, entropy.upper)
      calibration += String(
        format: "\nmean recall of the classes %.2f %% (%.2f to %.2f); %g %% intervals of %d resamples",
        100 * intervals.meanRecall.value, 100 * intervals.meanRecall.lower, 100 * intervals.meanRecall.upper,
        100 * error.level, error.resamples)
    }
    var classes = TextTable(
      header: ["class", "images", "recall", "precision", "F1"], numericColumns: [1, 2, 3, 4])
    for figures in result.classes where figures.recall.count + figures.precision.count > 0 {
      classes.rows.append([
        figures.name, String(figures.recall.count), percent(figures.recall.value), percent(figures.precision.value),
        percent(figures.f1),
      ])
    }
    text = [figures.text, calibration, "", classes.text].joined(separator: "\n")
  }
}
