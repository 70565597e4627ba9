import DetectionUtilities
import FasterRCNN
import Foundation
import Tensors
import Testing

@Suite struct MaskLossTests {
  /// Columns 4 to 8 of an image of 8×8 pixels.
  private static let rightHalf = RunLengthMask(width: 8, height: 8, inside: [32..<64])

  @Test func aCellIsTheShareOfTheObject() {
    let target = MaskTarget(size: 4)
    let whole = target(Self.rightHalf, box: BoundingBox(x1: 0, y1: 0, x2: 8, y2: 8))
    // Two samples a cell and axis, at 2.5 and 3.5 of the second; pixel centres are at whole numbers, as in RoIAlign without
    // alignment, so that the one at 3.5 is half inside.
    #expect(Array(whole[0..<4]) == [0, 0.25, 1, 1])
    // torchvision's project_masks_on_boxes.
    let part = MaskTarget(size: 3)(Self.rightHalf, box: BoundingBox(x1: 2.3, y1: 1.2, x2: 7.4, y2: 6.6))
    #expect(zip(part, [0.2875, 1, 1, 0.2875, 1, 1, 0.2875, 1, 1] as [Float]).allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(target(Self.rightHalf, box: BoundingBox(x1: 5, y1: 1, x2: 7, y2: 7)) == [Float](repeating: 1, count: 16))
    #expect(target(Self.rightHalf, box: BoundingBox(x1: 0, y1: 1, x2: 2, y2: 7)) == [Float](repeating: 0, count: 16))
  }

  private func sample(_ mask: RunLengthMask?, isCounted: Bool = true) -> RegionSample {
    let box = BoundingBox(x1: 5, y1: 1, x2: 7, y2: 7)
    return RegionSample(
      region: RegionOfInterest(box: box, image: 0), object: LabelledBox(box: box, classIndex: 1, mask: mask),
      isCounted: isCounted)
  }

  /// Logits of 0 are probabilities of 1/2: the loss is ln 2 in each cell of the region's own class, its slope −1/2 over the cells.
  @Test func theLossIsThatOfTheOwnClass() {
    let logits = Tensor(zeros: [3, 3, 2, 2])
    let samples = [sample(Self.rightHalf), sample(nil), sample(Self.rightHalf, isCounted: false)]
    let value = MaskLoss(weight: 2)(logits: logits, samples: samples)
    #expect(abs(Double(value.value) - 2 * log(2)) < 1e-6)
    // Class 1 is the third map, behind the background.
    let expected = (0..<36).map { (8..<12).contains($0) ? Float(-2 * 0.5 / 4) : 0 }
    #expect(value.gradient.values == expected)
  }

  @Test func theGradientIsADifference() {
    var generator = SeededGenerator(seed: 3)
    var logits = Tensor(zeros: [1, 3, 4, 4])
    for index in 0..<logits.elementCount { logits[index] = Float(generator.uniform(-3, 3)) }
    let box = BoundingBox(x1: 2.3, y1: 1.2, x2: 7.4, y2: 6.6)
    let samples = [
      RegionSample(
        region: RegionOfInterest(box: box, image: 0),
        object: LabelledBox(box: box, classIndex: 0, mask: Self.rightHalf))
    ]
    let gradient = MaskLoss()(logits: logits, samples: samples).gradient
    for index in [16, 19, 26, 31, 0, 40] {
      func loss(_ change: Float) -> Double {
        var moved = logits
        moved[index] += change
        return Double(MaskLoss()(logits: moved, samples: samples).value)
      }
      let difference = (loss(0.01) - loss(-0.01)) / 0.02
      #expect(abs(difference - Double(gradient[index])) < 1e-4)
    }
  }

  /// Far from 0 nothing overflows.
  @Test func extremeLogitsStayFinite() {
    let logits = Tensor(shape: [1, 3, 1, 1], values: [0, 0, -2000])
    let value = MaskLoss()(logits: logits, samples: [sample(Self.rightHalf)])
    #expect(abs(value.value - 2000) < 0.01 && abs(value.gradient[2] + 1) < 1e-5)
  }
}
