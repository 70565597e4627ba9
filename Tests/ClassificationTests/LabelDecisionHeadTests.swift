import Classification
import DetectionUtilities
import Foundation
import Models
import Tensors
import Testing

struct LabelDecisionHeadTests {
  /// Logits of ln 1, ln 5 and ln 2: probabilities of 1/8, 5/8 and 1/4.
  private let outputs = [Tensor(shape: [1, 3], values: [1.0, 5, 2].map { Float(log($0)) })]

  @Test func theMostProbableClassesComeFirst() {
    let decisions = LabelDecisionHead().decisions(outputs, options: DetectionOptions(confidence: 0.2))
    #expect(decisions.map(\.classIndex) == [1, 2])
    #expect(abs(decisions[0].score - 0.625) < 1e-6 && abs(decisions[1].score - 0.25) < 1e-6)
    let first = LabelDecisionHead().decisions(outputs, options: DetectionOptions(confidence: 0, maximumDetections: 1))
    #expect(first.map(\.classIndex) == [1])
  }

  @Test func theScoreOfALabelIsItsLogit() throws {
    let gradient = try #require(
      LabelDecisionHead().scoreGradient(of: .label(classIndex: 2, score: 0.25), outputs: outputs))
    #expect(gradient.map(\.shape) == [[1, 3]] && gradient[0].values == [0, 0, 1])
  }

  @Test func whatIsNoLabelOfItsHasNoGradient() {
    let head = LabelDecisionHead()
    #expect(head.scoreGradient(of: .label(classIndex: 3, score: 1), outputs: outputs) == nil)
    let box = Detection(box: BoundingBox(x1: 0, y1: 0, x2: 1, y2: 1), classIndex: 0, score: 1)
    #expect(head.scoreGradient(of: .object(box), outputs: outputs) == nil)
  }
}
