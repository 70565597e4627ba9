import DetectionUtilities
import Foundation
import Testing

@Suite struct CrossEntropyLossTests {
  /// With logits ln 1, ln 2 and ln 5 the shares are 1/8, 1/4 and 5/8.
  @Test func sharesAndLossByHand() {
    let logits = [0, log(2.0), log(5.0)]
    for (share, expected) in zip(CrossEntropyLoss.softmax(logits), [0.125, 0.25, 0.625]) {
      #expect(abs(share - expected) < 1e-15)
    }
    let loss = CrossEntropyLoss.valueAndGradient(logits, label: 1)
    #expect(abs(loss.value - log(4.0)) < 1e-15)
    for (slope, expected) in zip(loss.gradient, [0.125, -0.75, 0.625]) { #expect(abs(slope - expected) < 1e-15) }
  }

  @Test func largeLogitsStayFinite() {
    let loss = CrossEntropyLoss.valueAndGradient([1000, -1000], label: 1)
    #expect(loss.value == 2000 && loss.gradient == [1, -1])
    #expect(CrossEntropyLoss.softmax([7]) == [1] && CrossEntropyLoss.softmax([]).isEmpty)
  }

  @Test(arguments: [-3.0, -0.5, 0, 0.25, 4], [0.0, 0.3, 1])
  func binaryLossAgreesWithItsDefinitionAndItsSlope(logit: Double, target: Double) {
    func value(_ x: Double) -> Double {
      let probability = 1 / (1 + exp(-x))
      return -(target * log(probability) + (1 - target) * log(1 - probability))
    }
    let loss = BinaryCrossEntropyLoss.valueAndSlope(logit, target: target)
    #expect(abs(loss.value - value(logit)) < 1e-12)
    #expect(abs(loss.slope - (value(logit + 1e-5) - value(logit - 1e-5)) / 2e-5) < 1e-8)
  }

  @Test(arguments: [-800.0, 800]) func binaryLossStaysFinite(logit: Double) {
    let loss = BinaryCrossEntropyLoss.valueAndSlope(logit, target: logit > 0 ? 0 : 1)
    #expect(loss.value == 800 && abs(loss.slope) == 1)
  }
}
