import DetectionUtilities

/// Confidence intervals of a classifier's figures over resampled images (percentile bootstrap; Efron & Tibshirani 1993).
///
/// The calibration error of a resample tends to be larger than that of the set, since repeated images make the bins' accuracies
/// vary more: its interval stands to the right of the figure where there are few images.
public struct ClassificationIntervals: Sendable, Hashable, Codable {
  public var topOne: BootstrapInterval
  public var topFive: BootstrapInterval
  /// Of the mean of the classes' recalls, each class that there are images of counting alike.
  public var meanRecall: BootstrapInterval
  public var expectedCalibrationError: BootstrapInterval
  public var crossEntropy: BootstrapInterval

  /// - Parameter resamples: at least 1.
  /// - Precondition: there is a prediction.
  public init(
    _ predictions: [ClassifiedPrediction], classCount: Int, resamples: Int, level: Double = 0.95, seed: UInt64 = 0
  ) {
    precondition(!predictions.isEmpty && resamples > 0, "intervals need an image and a resample")
    let whole = Figures(predictions, predictions.indices, classCount: classCount)
    let resampled = (0..<resamples).map { resample -> Figures in
      var generator = SeededGenerator(seed: seed, stream: [UInt64(resample)])
      let drawn = predictions.indices.map { _ in generator.uniform(below: predictions.count) }
      return Figures(predictions, drawn, classCount: classCount)
    }
    func interval(_ figure: (Figures) -> Double) -> BootstrapInterval {
      BootstrapInterval(value: figure(whole), resampled: resampled.map(figure), level: level)
    }
    topOne = interval(\.topOne)
    topFive = interval(\.topFive)
    meanRecall = interval(\.meanRecall)
    expectedCalibrationError = interval(\.calibrationError)
    crossEntropy = interval(\.crossEntropy)
  }

  /// The figures of one resample.
  private struct Figures {
    var topOne = 0.0
    var topFive = 0.0
    var meanRecall = 0.0
    var calibrationError = 0.0
    var crossEntropy = 0.0

    init(_ predictions: [ClassifiedPrediction], _ drawn: some Collection<Int>, classCount: Int) {
      let total = Double(drawn.count)
      var (shown, right) = ([Int](repeating: 0, count: classCount), [Int](repeating: 0, count: classCount))
      // Of each bin confidence less accuracy, summed: the counts cancel out.
      var gaps = [Double](repeating: 0, count: ClassificationResult.binCount)
      for index in drawn {
        let prediction = predictions[index]
        shown[prediction.truth] += 1
        if prediction.isRight { right[prediction.truth] += 1 }
        topFive += prediction.isAmongFive ? 1 : 0
        crossEntropy += prediction.surprise
        gaps[ClassificationResult.bin(of: prediction.confidence)] +=
          prediction.confidence - (prediction.isRight ? 1 : 0)
      }
      topOne = Double(right.reduce(0, +)) / total
      topFive /= total
      crossEntropy /= total
      calibrationError = gaps.reduce(0) { $0 + abs($1) } / total
      let recalls = zip(shown, right).filter { $0.0 > 0 }.map { Double($0.1) / Double($0.0) }
      meanRecall = recalls.reduce(0, +) / Double(max(1, recalls.count))
    }
  }
}
