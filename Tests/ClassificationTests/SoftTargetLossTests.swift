import Classification
import DetectionUtilities
import Foundation
import Models
import Testing

struct SoftTargetLossTests {
  /// With logits ln 1, ln 2 and ln 5 the shares are 1/8, 1/4 and 5/8.
  @Test func theLossByHand() {
    let logits: [Float] = [0, Float(log(2.0)), Float(log(5.0))]
    let loss = SoftTargetLoss().valueAndGradient(logits, targets: [ClassTarget(1)])
    #expect(abs(loss.value - Float(log(4.0))) < 1e-6)
    for (slope, expected) in zip(loss.gradient, [0.125, -0.75, 0.625] as [Float]) {
      #expect(abs(slope - expected) < 1e-6)
    }
  }

  /// PyTorch: a target of 1 − ε + ε/K for the class and ε/K for the others.
  @Test func smoothingSharesTheTarget() {
    let logits: [Float] = [0, Float(log(2.0)), Float(log(5.0))]
    let loss = SoftTargetLoss(smoothing: 0.3).valueAndGradient(logits, targets: [ClassTarget(1)])
    let expected = -(0.1 * log(0.125) + 0.8 * log(0.25) + 0.1 * log(0.625))
    #expect(abs(Double(loss.value) - expected) < 1e-6)
  }

  @Test(arguments: [0, 0.1, 0.6])
  func theGradientAgreesWithDifferences(smoothing: Double) {
    var generator = SeededGenerator(seed: 3)
    let (images, classes) = (4, 5)
    let logits = (0..<images * classes).map { _ in Float(generator.uniform(-3, 3)) }
    let targets = (0..<images).map { image in
      ClassTarget(mixing: ClassTarget(image), weight: 0.25 * Float(image), with: ClassTarget(4 - image))
    }
    let loss = SoftTargetLoss(smoothing: smoothing)
    func value(_ logits: [Double]) -> Double {
      var total = 0.0
      for (image, target) in targets.enumerated() {
        let row = Array(logits[image * classes..<(image + 1) * classes])
        let logSum = log(row.map { exp($0) }.reduce(0, +))
        var wanted = [Double](repeating: smoothing / Double(classes), count: classes)
        for share in target.shares { wanted[share.classIndex] += Double(share.weight) * (1 - smoothing) }
        total += zip(row, wanted).reduce(0) { $0 + $1.1 * (logSum - $1.0) }
      }
      return total / Double(images)
    }
    let result = loss.valueAndGradient(logits, targets: targets)
    let exact = logits.map(Double.init)
    #expect(abs(Double(result.value) - value(exact)) < 1e-5)
    for index in logits.indices {
      var (above, below) = (exact, exact)
      above[index] += 1e-4
      below[index] -= 1e-4
      let slope = (value(above) - value(below)) / 2e-4
      #expect(abs(Double(result.gradient[index]) - slope) < 1e-6)
    }
  }

  @Test func largeLogitsStayFinite() {
    let loss = SoftTargetLoss().valueAndGradient([1000, -1000], targets: [ClassTarget(1)])
    #expect(loss.value == 2000 && loss.gradient == [1, -1])
    #expect(!SoftTargetLoss().valueAndGradient([.nan, 0], targets: [ClassTarget(0)]).value.isFinite)
  }

  @Test func scoresAreOrdered() {
    let scores = ClassScores(logits: [1, 3, 3, -2])
    #expect(scores.best(3) == [1, 2, 0] && scores.best(9).count == 4 && scores.mostProbable == 1)
    #expect(abs(scores.probabilities.reduce(0, +) - 1) < 1e-12)
  }
}
