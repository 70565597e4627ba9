import DetectionUtilities
import Testing

@Suite struct BoxRegressionLossTests {
  private static func moved(_ box: BoundingBox, _ coordinate: Int, by step: Double) -> BoundingBox {
    var numbers = SIMD4(box.x1, box.y1, box.x2, box.y2)
    numbers[coordinate] += step
    return BoundingBox(x1: numbers.x, y1: numbers.y, x2: numbers.z, y2: numbers.w)
  }

  /// cIoU is checked on boxes whose α is frozen by hand below, the others against plain differences.
  @Test(arguments: [BoxRegressionLoss.gIoU, .dIoU])
  func gradientEqualsFiniteDifferences(loss: BoxRegressionLoss) {
    var random = LinearCongruentialGenerator(state: 11)
    for _ in 0..<200 {
      let (predicted, target) = (Self.randomBox(&random), Self.randomBox(&random))
      let (value, gradient) = loss.valueAndGradient(predicted: predicted, target: target)
      #expect(abs(value - loss.value(predicted: predicted, target: target)) < 1e-12)
      for coordinate in 0..<4 {
        let after = loss.value(predicted: Self.moved(predicted, coordinate, by: 1e-5), target: target)
        let before = loss.value(predicted: Self.moved(predicted, coordinate, by: -1e-5), target: target)
        #expect(abs((after - before) / 2e-5 - gradient[coordinate]) < 1e-7)
      }
    }
  }

  @Test func completeIoUGradientTreatsAlphaAsConstant() {
    var random = LinearCongruentialGenerator(state: 12)
    for _ in 0..<200 {
      let (predicted, target) = (Self.randomBox(&random), Self.randomBox(&random))
      let gradient = BoxRegressionLoss.cIoU.valueAndGradient(predicted: predicted, target: target).gradient
      // 1 − DIoU + α·v with α·v = penalty and α from α = v / (1 − IoU + v), all from public numbers at the fixed point.
      let ratio = Self.ratioPenalty(predicted, target)
      let alpha = ratio / (1 - predicted.iou(with: target) + ratio)
      func frozen(_ box: BoundingBox) -> Double {
        1 - box.corners.distanceIoU(with: target.corners) + alpha * Self.ratioPenalty(box, target)
      }
      #expect(abs(frozen(predicted) - BoxRegressionLoss.cIoU.value(predicted: predicted, target: target)) < 1e-12)
      for coordinate in 0..<4 {
        let after = frozen(Self.moved(predicted, coordinate, by: 1e-5))
        let before = frozen(Self.moved(predicted, coordinate, by: -1e-5))
        #expect(abs((after - before) / 2e-5 - gradient[coordinate]) < 1e-7)
      }
    }
  }

  @Test(arguments: BoxRegressionLoss.allCases)
  func boxesWithoutAreaGiveFiniteNumbers(loss: BoxRegressionLoss) {
    let boxes = [
      BoundingBox(x1: 0, y1: 0, x2: 0, y2: 0), BoundingBox(x1: 0, y1: 0, x2: 5, y2: 0),
      BoundingBox(x1: 2, y1: -3, x2: 2, y2: 9), BoundingBox(x1: 4, y1: 4, x2: 1, y2: 1),
      BoundingBox(x1: 0, y1: 0, x2: 1e-200, y2: 1e-200), BoundingBox(x1: 0, y1: 0, x2: 10, y2: 10),
    ]
    for predicted in boxes {
      for target in boxes {
        let (value, gradient) = loss.valueAndGradient(predicted: predicted, target: target)
        #expect(value.isFinite && (0..<4).allSatisfy { gradient[$0].isFinite }, "\(predicted) \(target)")
      }
    }
  }

  @Test(arguments: BoxRegressionLoss.allCases)
  func perfectBoxIsStationary(loss: BoxRegressionLoss) {
    let box = BoundingBox(x1: 1, y1: 2, x2: 7, y2: 5)
    let (value, gradient) = loss.valueAndGradient(predicted: box, target: box)
    #expect(value == 0)
    #expect(gradient == .zero)
  }

  @Test(arguments: BoxRegressionLoss.allCases)
  func distantBoxIsDrawnNearer(loss: BoxRegressionLoss) {
    let predicted = BoundingBox(x1: 0, y1: 0, x2: 2, y2: 2)
    let gradient = loss.valueAndGradient(
      predicted: predicted, target: BoundingBox(x1: 10, y1: 0, x2: 12, y2: 2)
    ).gradient
    #expect(gradient[0] + gradient[2] < 0)
  }

  private static func randomBox(_ random: inout LinearCongruentialGenerator) -> BoundingBox {
    let x = random.fraction() * 20
    let y = random.fraction() * 20
    return BoundingBox(x1: x, y1: y, x2: x + 3 + random.fraction() * 20, y2: y + 3 + random.fraction() * 20)
  }

  private static func ratioPenalty(_ a: BoundingBox, _ b: BoundingBox) -> Double {
    let angle =
      Double.arctangent(y: b.width, x: b.height) - Double.arctangent(y: a.width, x: a.height)
    return 4 / (Double.pi * Double.pi) * angle * angle
  }
}
