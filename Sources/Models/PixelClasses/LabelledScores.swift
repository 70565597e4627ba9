import CPUKernels
import DetectionUtilities
import ImageCodecs
import Tensors

/// Scores of a batch, N×classes×H×W, and what its pixels show: the loops over them.
///
/// Work is cut into pieces of one size, whatever the number of threads, and sums of pieces are added in their order.
struct LabelledScores {
  private let classCount: Int
  /// Pixels of an image.
  private let area: Int
  private let labels: [LabelMap]
  /// Of every image what each pixel weighs more than its class, where there is such a thing.
  private let addedWeights: [[Float]]?
  private let pieces: [Piece]

  /// Neighbouring pixels of an image.
  private struct Piece {
    var image: Int
    var pixels: Range<Int>
  }

  private static var pieceLength: Int { 8192 }

  init(shape: TensorShape, labels: [LabelMap], addedWeights: [[Float]]? = nil) {
    self.labels = labels
    self.addedWeights = addedWeights
    classCount = shape[1]
    let area = shape[2] * shape[3]
    self.area = area
    pieces = labels.indices.flatMap { image in
      stride(from: 0, to: area, by: Self.pieceLength).map {
        Piece(image: image, pixels: $0..<min($0 + Self.pieceLength, area))
      }
    }
  }

  /// Shares of the classes in every pixel, softmax of the scores.
  func softmax(_ scores: UnsafeBufferPointer<Float>, into shares: UnsafeMutableBufferPointer<Float>) {
    guard let source = scores.baseAddress, let target = shares.baseAddress else { return }
    forEachPiece { _, piece in
      let start = piece.image * classCount * area
      var pixel = piece.pixels.lowerBound
      while pixel + 8 <= piece.pixels.upperBound {
        softmax(of: source + start + pixel, into: target + start + pixel)
        pixel += 8
      }
      while pixel < piece.pixels.upperBound {
        softmaxOfOne(source + start + pixel, into: target + start + pixel)
        pixel += 1
      }
    }
  }

  /// Eight pixels at once.
  @inline(__always)
  private func softmax(of source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>) {
    func load(_ pointer: UnsafePointer<Float>) -> SIMD8<Float> {
      UnsafeRawPointer(pointer).loadUnaligned(as: SIMD8<Float>.self)
    }
    var largest = load(source)
    for index in 1..<max(1, classCount) {
      let next = load(source + index * area)
      largest.replace(with: next, where: next .> largest)
    }
    var sum = SIMD8<Float>.zero
    for index in 0..<classCount {
      let power = (load(source + index * area) - largest).exponentialOfNonPositive()
      sum += power
      UnsafeMutableRawPointer(target + index * area).storeBytes(of: power, as: SIMD8<Float>.self)
    }
    let inverse = 1 / sum
    for index in 0..<classCount {
      UnsafeMutableRawPointer(target + index * area).storeBytes(
        of: load(target + index * area) * inverse, as: SIMD8<Float>.self)
    }
  }

  private func softmaxOfOne(_ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>) {
    let scores = (0..<classCount).map { Double(source[$0 * area]) }
    for (index, share) in CrossEntropyLoss.softmax(scores).enumerated() { target[index * area] = Float(share) }
  }

  /// Sums over the labelled pixels.
  func sums(
    _ shares: UnsafeMutableBufferPointer<Float>, classWeights: [Float], focusing: Float
  ) -> SegmentationSums {
    var parts = [SegmentationSums](repeating: SegmentationSums(classCount: classCount), count: pieces.count)
    parts.withUnsafeMutableBufferPointer { parts in
      nonisolated(unsafe) let parts = parts
      forEachPiece { place, piece in
        parts[place] = sums(of: piece, shares, classWeights, focusing)
      }
    }
    return parts.reduce(into: SegmentationSums(classCount: classCount)) { $0 += $1 }
  }

  private func sums(
    of piece: Piece, _ shares: UnsafeMutableBufferPointer<Float>, _ classWeights: [Float], _ focusing: Float
  ) -> SegmentationSums {
    var sums = SegmentationSums(classCount: classCount)
    let start = piece.image * classCount * area
    labels[piece.image].indices.withUnsafeBufferPointer { labels in
      for pixel in piece.pixels where labels[pixel] != LabelMap.ignored {
        let label = Int(labels[pixel])
        let share = shares[start + label * area + pixel]
        // No share is 0, but for rounding; not a number stays one.
        let logarithm = share.isNaN ? .nan : Double(max(share, .leastNormalMagnitude)).logarithm()
        let weight = Double(classWeights[label] + (addedWeights?[piece.image][pixel] ?? 0))
        sums.weight += weight
        sums.crossEntropy -= weight * logarithm
        sums.focal -= weight * Double(power(1 - share, focusing)) * logarithm
        sums.hits[label] += Double(share)
        sums.pixels[label] += 1
      }
      for index in 0..<classCount {
        var sum: Float = 0
        let plane = start + index * area
        for pixel in piece.pixels where labels[pixel] != LabelMap.ignored { sum += shares[plane + pixel] }
        sums.shares[index] = Double(sum)
      }
    }
    return sums
  }

  /// Turns shares into the gradient with respect to the scores.
  func differentiate(
    _ shares: UnsafeMutableBufferPointer<Float>, _ slopes: ScoreSlopes, classWeights: [Float]
  ) {
    let hasDice = slopes.hasDice
    forEachPiece { _, piece in
      labels[piece.image].indices.withUnsafeBufferPointer { labels in
        for pixel in piece.pixels {
          let first = piece.image * classCount * area + pixel
          guard labels[pixel] != LabelMap.ignored else {
            for index in 0..<classCount { shares[first + index * area] = 0 }
            continue
          }
          let label = Int(labels[pixel])
          let weight = classWeights[label] + (addedWeights?[piece.image][pixel] ?? 0)
          let own = slopes.ofRightShare(shares[first + label * area], weight: weight)
          if hasDice {
            addDice(shares, first, label, slopes, own)
          } else {
            for index in 0..<classCount { shares[first + index * area] *= -own }
            shares[first + label * area] += own
          }
        }
      }
    }
  }

  /// The softmax's derivative: of shares p with slopes g it is p · (g − Σ p·g).
  private func addDice(
    _ shares: UnsafeMutableBufferPointer<Float>, _ first: Int, _ label: Int, _ slopes: ScoreSlopes, _ own: Float
  ) {
    func slope(_ index: Int) -> Float {
      slopes.diceOfShares[index] + (index == label ? slopes.diceOfHits[index] : 0)
    }
    var mean: Float = 0
    for index in 0..<classCount { mean += shares[first + index * area] * slope(index) }
    for index in 0..<classCount {
      let share = shares[first + index * area]
      shares[first + index * area] = share * (slope(index) - mean - own)
    }
    shares[first + label * area] += own
  }

  private func forEachPiece(_ body: (_ place: Int, _ piece: Piece) -> Void) {
    KernelThreads.run(pieces.count) { body($0, pieces[$0]) }
  }
}

/// x^γ of a number from 0 to 1; quickly for the usual 2.
@inline(__always)
private func power(_ x: Float, _ exponent: Float) -> Float {
  if exponent == 2 { return x * x }
  return x > 0 ? Float((Double(exponent) * Double(x).logarithm()).exponential()) : exponent == 0 ? 1 : 0
}

extension ScoreSlopes {
  /// Of cross-entropy and focal loss the derivative with respect to the right class's own score, over 1 − pₜ; that with respect
  /// to another's is −pₖ times it.
  @inline(__always)
  fileprivate func ofRightShare(_ share: Float, weight: Float) -> Float {
    var slope = -crossEntropy
    if focal > 0 {
      let miss = max(0, 1 - share)
      let logarithm = Float(Double(max(share, .leastNormalMagnitude)).logarithm())
      // d/dz of −(1 − p)^γ ln p is (1 − p) · (γ p (1 − p)^(γ−1) ln p − (1 − p)^γ).
      let inner = focusing == 0 ? 0 : focusing * share * power(miss, focusing - 1) * logarithm
      slope += focal * (inner - power(miss, focusing))
    }
    return weight * slope
  }
}
