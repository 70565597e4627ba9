import DetectionUtilities
import Evaluation
import Testing

@Suite struct ComparedPairTests {
  @Test(
    arguments: [
      ((0.0213, 0.008, 0.033), "A beats B by 2.1 AP (95 % interval 0.8 to 3.3)."),
      ((-0.0213, -0.033, -0.008), "B beats A by 2.1 AP (95 % interval 0.8 to 3.3)."),
      (
        (0.004, -0.009, 0.017),
        "60 images are too few to say whether A or B is better: the difference of 0.4 AP lies between −0.9 and 1.7 "
          + "(95 % interval)."
      ),
      (
        (-0.0001, -0.02, 0.01),
        "60 images are too few to say whether A or B is better: the difference of 0.0 AP lies between −2.0 and 1.0 "
          + "(95 % interval)."
      ),
      ((0, 0, 0), "A and B have the same AP on these images, however they are drawn."),
    ])
  func verdictsSayWhatTheIntervalSays(_ figures: (Double, Double, Double), _ sentence: String) {
    let interval = BootstrapInterval(value: figures.0, resampled: [figures.1, figures.2], level: 0.9999)
    var difference = interval
    (difference.lower, difference.upper, difference.level) = (figures.1, figures.2, 0.95)
    #expect(ComparedPair.verdict(first: "A", second: "B", difference: difference, images: 60) == sentence)
  }
}
