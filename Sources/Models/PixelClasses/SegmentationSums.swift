/// What the losses of a batch are made of, summed over its labelled pixels.
struct SegmentationSums {
  /// Σ w.
  var weight = 0.0
  /// Σ w · −ln pₜ.
  var crossEntropy = 0.0
  /// Σ w · −(1 − pₜ)^γ · ln pₜ.
  var focal = 0.0
  /// By class: the sum of its shares, of its shares where it is right, and its pixels.
  var shares: [Double]
  var hits: [Double]
  var pixels: [Double]

  init(classCount: Int) {
    shares = [Double](repeating: 0, count: classCount)
    hits = shares
    pixels = shares
  }

  static func += (left: inout SegmentationSums, right: SegmentationSums) {
    left.weight += right.weight
    left.crossEntropy += right.crossEntropy
    left.focal += right.focal
    for index in left.shares.indices {
      left.shares[index] += right.shares[index]
      left.hits[index] += right.hits[index]
      left.pixels[index] += right.pixels[index]
    }
  }

  /// The classes that the labels show.
  private var present: [Int] { pixels.indices.filter { pixels[$0] > 0 } }

  /// 1 − the mean of the classes' Dice coefficients.
  var diceLoss: Double {
    let present = present
    guard !present.isEmpty else { return 0 }
    let sum = present.reduce(0) { $0 + (2 * hits[$1] + 1) / (shares[$1] + pixels[$1] + 1) }
    return 1 - sum / Double(present.count)
  }

  /// The derivatives of the Dice loss with respect to every class's sums.
  func diceSlopes(factor: Double) -> (ofShares: [Float], ofHits: [Float]) {
    var result = ([Float](repeating: 0, count: shares.count), [Float](repeating: 0, count: shares.count))
    let present = present
    guard factor > 0 else { return result }
    for index in present {
      let bottom = shares[index] + pixels[index] + 1
      let share = factor / Double(present.count)
      result.0[index] = Float(share * (2 * hits[index] + 1) / (bottom * bottom))
      result.1[index] = Float(-share * 2 / bottom)
    }
    return result
  }
}

/// What the gradient of a batch's losses is made of.
struct ScoreSlopes {
  /// Of each loss what a pixel of weight 1 counts.
  var crossEntropy: Float
  var focal: Float
  /// γ of the focal loss.
  var focusing: Float
  /// By class, of a share, and of a share where the class is right.
  var diceOfShares: [Float]
  var diceOfHits: [Float]

  var hasDice: Bool { diceOfHits.contains { $0 != 0 } }
}
