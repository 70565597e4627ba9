import Foundation
import ImageCodecs

/// How well the regions between borders agree with the truth's: the Rand and information scores of the ISBI 2012 challenge
/// (Arganda-Carreras et al., "Crowdsourcing the creation of image segmentation algorithms for connectomics", 2015).
///
/// Regions are connected pixels (by their sides) of one class other than the border. Pixels that the truth has as border, or
/// ignores, count for nothing; pixels that only the prediction has as border, or says nothing of, are one region more of the
/// prediction. The figures are those of scikit-image's `adapted_rand_error` and of its `variation_of_information` with
/// `ignore_labels=(0,)`. The challenge also thinned borders and took the best of many thresholds; here a label map is measured
/// as it is.
public struct RegionAgreement: Sendable, Hashable, Codable {
  /// Of the pairs of pixels in one region, harmonic mean of the two scores below: 1 where the regions are the same.
  public var randFScore: Double
  /// 1 less the F-score.
  public var adaptedRandError: Double
  /// Of the pairs of pixels that are in one region of the truth, the share that is in one of the prediction: low where regions
  /// are split.
  public var randSplitScore: Double
  /// Of the pairs of pixels that are in one region of the prediction, the share that is in one of the truth: low where regions
  /// are merged.
  public var randMergeScore: Double
  /// Conditional entropy of the prediction's regions given the truth's, in bits: how much is split.
  public var falseSplits: Double
  /// Conditional entropy of the truth's regions given the prediction's, in bits: how much is merged.
  public var falseMerges: Double
  /// The sum of both (Meilă 2007).
  public var variationOfInformation: Double
  /// Mutual information of both over the mean of their entropies: 1 where the regions are the same.
  public var informationFScore: Double

  /// Nil where the truth has no region.
  ///
  /// - Parameter border: index of the class that separates regions.
  /// - Precondition: both maps have one size.
  /// - Complexity: O(pixels).
  public init?(truth: LabelMap, prediction: LabelMap, border: Int) {
    precondition(truth.size == prediction.size, "labels of \(truth.size) and of \(prediction.size)")
    let border = UInt8(border)
    let shown = LabelRegions(truth, separatedBy: border)
    let said = LabelRegions(prediction, separatedBy: border)
    guard shown.count > 0 else { return nil }
    self.init(Overlaps(shown, said))
  }

  private init(_ overlaps: Overlaps) {
    func pairs(_ counts: [Int]) -> Double { counts.reduce(0) { $0 + Double($1) * Double($1 - 1) } }
    let both = pairs(overlaps.counts.map(\.pixels))
    let (shown, said) = (pairs(overlaps.shown), pairs(overlaps.said))
    // Of no pairs at all none is wrong.
    func share(_ sum: Double) -> Double { sum > 0 ? both / sum : 1 }
    randFScore = share((shown + said) / 2)
    adaptedRandError = 1 - randFScore
    randSplitScore = share(shown)
    randMergeScore = share(said)
    let total = Double(overlaps.shown.reduce(0, +))
    func entropy(_ counts: [Int]) -> Double {
      counts.reduce(0) { $0 - ($1 > 0 ? Double($1) / total * log2(Double($1) / total) : 0) }
    }
    var (splits, merges) = (0.0, 0.0)
    for overlap in overlaps.counts {
      let pixels = Double(overlap.pixels)
      splits -= pixels / total * log2(pixels / Double(overlaps.shown[overlap.shown]))
      merges -= pixels / total * log2(pixels / Double(overlaps.said[overlap.said]))
    }
    // Minus nothing is nothing.
    falseSplits = max(0, splits)
    falseMerges = max(0, merges)
    variationOfInformation = falseSplits + falseMerges
    let entropies = entropy(overlaps.shown) + entropy(overlaps.said)
    informationFScore = entropies > 0 ? min(1, max(0, 1 - variationOfInformation / entropies)) : 1
  }

  /// How many pixels each two regions have in common.
  private struct Overlaps {
    struct Count {
      var shown: Int
      var said: Int
      var pixels: Int
    }

    /// Those that there are, in order, so that sums have the same last bits in every run.
    let counts: [Count]
    /// By region: the pixels that count.
    private(set) var shown: [Int]
    private(set) var said: [Int]

    init(_ truth: LabelRegions, _ prediction: LabelRegions) {
      let width = prediction.count + 1
      var sums: [Int: Int] = [:]
      var (key, run) = (0, 0)
      for (one, other) in zip(truth.numbers, prediction.numbers) where one != 0 {
        let next = Int(one) * width + Int(other)
        if next != key {
          if run > 0 { sums[key, default: 0] += run }
          (key, run) = (next, 0)
        }
        run += 1
      }
      if run > 0 { sums[key, default: 0] += run }
      counts = sums.sorted { $0.key < $1.key }.map { Count(shown: $0 / width, said: $0 % width, pixels: $1) }
      shown = [Int](repeating: 0, count: truth.count + 1)
      said = [Int](repeating: 0, count: width)
      for count in counts {
        shown[count.shown] += count.pixels
        said[count.said] += count.pixels
      }
    }
  }
}

extension RegionAgreement {
  /// The mean of several images' figures, each image counting alike; nil of none.
  public init?(meanOf agreements: [RegionAgreement]) {
    guard var mean = agreements.first else { return nil }
    func average(_ figure: (RegionAgreement) -> Double) -> Double {
      agreements.reduce(0) { $0 + figure($1) } / Double(agreements.count)
    }
    mean.randFScore = average(\.randFScore)
    mean.adaptedRandError = average(\.adaptedRandError)
    mean.randSplitScore = average(\.randSplitScore)
    mean.randMergeScore = average(\.randMergeScore)
    mean.falseSplits = average(\.falseSplits)
    mean.falseMerges = average(\.falseMerges)
    mean.variationOfInformation = average(\.variationOfInformation)
    mean.informationFScore = average(\.informationFScore)
    self = mean
  }
}
