import DetectionUtilities
import Foundation
import ImageCodecs
import Models
import Segmentation
import Tensors
import Testing

struct SegmentationLossTests {
  private typealias Configuration = SegmentationLossConfiguration

  private func configuration(_ change: (inout SegmentationLossConfiguration) -> Void) -> SegmentationLossConfiguration {
    var configuration = SegmentationLossConfiguration()
    configuration.crossEntropy = 0
    change(&configuration)
    return configuration
  }

  /// The definition, in double precision: scores N×C×H×W.
  private func value(
    _ configuration: SegmentationLossConfiguration, _ weights: [Float], _ scores: [Double], _ shape: TensorShape,
    _ labels: [LabelMap], added: [[Float]]? = nil
  ) -> Double {
    let (classes, area) = (shape[1], shape[2] * shape[3])
    var (crossEntropy, focal, total) = (0.0, 0.0, 0.0)
    var (shares, hits, pixels) = (
      [Double](repeating: 0, count: classes), [Double](repeating: 0, count: classes),
      [Double](repeating: 0, count: classes)
    )
    for (image, map) in labels.enumerated() {
      for (pixel, label) in map.indices.enumerated() where label != LabelMap.ignored {
        let powers = (0..<classes).map { exp(scores[(image * classes + $0) * area + pixel]) }
        let probabilities = powers.map { $0 / powers.reduce(0, +) }
        let right = probabilities[Int(label)]
        let weight = Double(weights[Int(label)] + (added?[image][pixel] ?? 0))
        crossEntropy -= weight * log(right)
        focal -= weight * pow(1 - right, configuration.focusing) * log(right)
        total += weight
        for index in 0..<classes { shares[index] += probabilities[index] }
        hits[Int(label)] += right
        pixels[Int(label)] += 1
      }
    }
    guard total > 0 else { return 0 }
    let present = (0..<classes).filter { pixels[$0] > 0 }
    let overlap = present.reduce(0) { $0 + (2 * hits[$1] + 1) / (shares[$1] + pixels[$1] + 1) }
    return configuration.crossEntropy * crossEntropy / total + configuration.focal * focal / total
      + configuration.dice * (1 - overlap / Double(present.count))
  }

  private static let configurations: [@Sendable (inout SegmentationLossConfiguration) -> Void] = [
    { $0.crossEntropy = 1 }, { $0.focal = 1 },
    {
      $0.focal = 2
      $0.focusing = 0.7
    },
    {
      $0.focal = 1
      $0.focusing = 0
    },
    { $0.dice = 1 },
    {
      $0.crossEntropy = 0.5
      $0.dice = 2
      $0.focal = 0.25
    },
  ]

  /// Sides that are no multiple of the eight pixels that are worked on at once.
  @Test(arguments: 0..<6, [(2, 3, 5, 7), (1, 2, 1, 1), (2, 11, 4, 8)])
  func valueAndGradientAgreeWithTheDefinition(index: Int, extents: (Int, Int, Int, Int)) {
    let configuration = configuration(Self.configurations[index])
    let shape: TensorShape = [extents.0, extents.1, extents.2, extents.3]
    var generator = SeededGenerator(seed: 7)
    let scores = Tensor(shape: shape, values: (0..<shape.elementCount).map { _ in Float(generator.uniform(-3, 3)) })
    let size = ImageSize(width: shape[3], height: shape[2])
    let labels = (0..<shape[0]).map { image in
      LabelMap(
        size: size,
        indices: (0..<shape[2] * shape[3]).map { pixel in
          image + pixel == 1 ? LabelMap.ignored : UInt8(generator.uniform(below: shape[1]))
        })
    }
    let weights = (0..<shape[1]).map { _ in Float(generator.uniform(0.2, 3)) }
    // Of every second configuration some pixels weigh more.
    let added: [[Float]]? =
      index % 2 == 0
      ? nil : labels.map { map in map.indices.map { _ in generator.chance(0.3) ? Float(generator.uniform(0, 9)) : 0 } }
    let result = SegmentationLoss(configuration, classWeights: weights).valueAndGradient(
      scores, labels: labels, addedWeights: added)
    let exact = scores.values.map(Double.init)
    let expected = value(configuration, weights, exact, shape, labels, added: added)
    #expect(abs(Double(result.losses.reduce(0) { $0 + $1.value }) - expected) < 2e-6 * max(1, abs(expected)))
    for element in exact.indices {
      var (above, below) = (exact, exact)
      above[element] += 1e-4
      below[element] -= 1e-4
      let slope =
        (value(configuration, weights, above, shape, labels, added: added)
          - value(configuration, weights, below, shape, labels, added: added)) / 2e-4
      #expect(abs(Double(result.gradient[element]) - slope) < 2e-6, "element \(element)")
    }
  }

  /// Three pixels with shares of 1/8, 1/4 and 5/8: −ln of the right ones', weighted 1, 2 and 5.
  @Test func theLossByHand() {
    let logits = [1.0, 2, 5].map { Float(log($0)) }
    let scores = Tensor(shape: [1, 3, 1, 3], values: logits.flatMap { [$0, $0, $0] })
    let labels = LabelMap(size: ImageSize(width: 3, height: 1), indices: [0, 1, 2])
    let loss = SegmentationLoss(SegmentationLossConfiguration(), classWeights: [1, 2, 5])
    let result = loss.valueAndGradient(scores, labels: [labels])
    #expect(result.losses.map(\.name) == ["crossEntropy"])
    let expected = (log(8) + 2 * log(4) + 5 * log(1.6)) / 8
    #expect(abs(Double(result.losses[0].value) - expected) < 1e-6)
    // (1/8 − 1) · 1/8 of the first pixel's first class.
    #expect(abs(result.gradient[0] + 7.0 / 64) < 1e-6)
  }

  @Test func ignoredPixelsCountForNothing() {
    let scores = Tensor(shape: [1, 2, 1, 2], values: [3, -4, 1, 2])
    let size = ImageSize(width: 2, height: 1)
    var configuration = SegmentationLossConfiguration()
    configuration.dice = 1
    let loss = SegmentationLoss(configuration, classWeights: [1, 1])
    let none = loss.valueAndGradient(scores, labels: [LabelMap(size: size)])
    #expect(none.losses.map(\.value) == [0, 0] && none.gradient.values == [0, 0, 0, 0])
    let one = loss.valueAndGradient(scores, labels: [LabelMap(size: size, indices: [1, 255])])
    #expect(one.gradient.values[1] == 0 && one.gradient.values[3] == 0 && one.gradient.values[0] > 0)
  }

  @Test func largeScoresStayFiniteAndOthersAreSeen() {
    let labels = [LabelMap(size: ImageSize(width: 1, height: 1), indices: [1])]
    let loss = SegmentationLoss(SegmentationLossConfiguration(), classWeights: [1, 1])
    let large = loss.valueAndGradient(Tensor(shape: [1, 2, 1, 1], values: [1000, -1000]), labels: labels)
    #expect(large.losses[0].value > 80 && large.losses[0].value.isFinite && large.gradient.values == [1, -1])
    let wrong = loss.valueAndGradient(Tensor(shape: [1, 2, 1, 1], values: [.nan, 0]), labels: labels)
    #expect(!wrong.losses[0].value.isFinite)
  }

  @Test func rareClassesWeighMore() {
    let counts = [700, 200, 100, 0]
    #expect(SegmentationLossConfiguration.ClassWeighting.equal.weights(pixelCounts: counts) == [1, 1, 1, 1])
    let median = SegmentationLossConfiguration.ClassWeighting.medianFrequency.weights(pixelCounts: counts)
    #expect(zip(median, [2.0 / 7, 1, 2, 0] as [Float]).allSatisfy { abs($0 - $1) < 1e-6 })
    let logarithmic = SegmentationLossConfiguration.ClassWeighting.logarithmic.weights(pixelCounts: counts)
    #expect(abs(Double(logarithmic[2]) - 1 / log(1.12)) < 1e-5 && logarithmic[3] == 0)
  }
}
