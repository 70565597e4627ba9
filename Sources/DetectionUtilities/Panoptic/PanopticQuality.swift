/// Panoptic quality (Kirillov et al. 2019, "Panoptic Segmentation", section 4), as panopticapi computes it, number for number.
///
/// A predicted and a true segment of one class match where their IoU is above 1/2, of which there is at most one pair. PQ is the
/// mean IoU of the matched (segmentation quality) times their share of all (recognition quality), TP / (TP + FP/2 + FN/2).
public struct PanopticQuality: Sendable, Hashable {
  public var panoptic: Double
  public var segmentation: Double
  public var recognition: Double
  /// Classes that are in the ground truth or among the predictions, over which the three are means.
  public var classCount: Int

  public init(panoptic: Double, segmentation: Double, recognition: Double, classCount: Int) {
    self.panoptic = panoptic
    self.segmentation = segmentation
    self.recognition = recognition
    self.classCount = classCount
  }
}

/// Whose pixels and segments do not agree.
public enum PanopticMismatch: Error, Hashable, Sendable {
  case truth(PanopticSegmentation.Mismatch)
  case prediction(PanopticSegmentation.Mismatch)
}

/// What panoptic quality is computed from, summed up over images.
public struct PanopticTally: Sendable, Hashable {
  /// Of a class.
  public struct Counts: Sendable, Hashable {
    /// Of the matched segments.
    public var iouSum = 0.0
    public var truePositives = 0
    public var falsePositives = 0
    public var falseNegatives = 0

    public init() {}

    /// Nil where there is nothing of the class, true or predicted.
    public var quality: PanopticQuality? {
      let weight = Double(truePositives) + 0.5 * Double(falsePositives) + 0.5 * Double(falseNegatives)
      guard weight > 0 else { return nil }
      return PanopticQuality(
        panoptic: iouSum / weight, segmentation: truePositives > 0 ? iouSum / Double(truePositives) : 0,
        recognition: Double(truePositives) / weight, classCount: 1)
    }
  }

  public private(set) var classes: [Counts]

  public init(classCount: Int) { classes = Array(repeating: Counts(), count: classCount) }

  /// The means over some classes; zeros where there is nothing of any of them.
  public func quality(of indices: some Sequence<Int>) -> PanopticQuality {
    var sum = PanopticQuality(panoptic: 0, segmentation: 0, recognition: 0, classCount: 0)
    for quality in indices.lazy.compactMap({ classes[$0].quality }) {
      sum.panoptic += quality.panoptic
      sum.segmentation += quality.segmentation
      sum.recognition += quality.recognition
      sum.classCount += 1
    }
    guard sum.classCount > 0 else { return sum }
    let count = Double(sum.classCount)
    return PanopticQuality(
      panoptic: sum.panoptic / count, segmentation: sum.segmentation / count, recognition: sum.recognition / count,
      classCount: sum.classCount)
  }

  /// Adds an image.
  ///
  /// Pixels without a true segment count neither for nor against a predicted one. A predicted segment that matches none is not
  /// wrong where more than half of it lies on such pixels, or on a crowd of its class.
  ///
  /// - Throws: ``PanopticMismatch`` where pixels and segments of either do not agree, with nothing added.
  /// - Precondition: both have as many pixels, and class indices are below the number of classes.
  /// - Complexity: O(pixels + segments · log segments).
  public mutating func add(
    truth: PanopticSegmentation, prediction: PanopticSegmentation
  ) throws(PanopticMismatch) {
    precondition(prediction.ids.count == truth.ids.count, "segmentations of one image")
    let overlap = PanopticOverlap(truth.ids, prediction.ids)
    let truths: [Int: Int]
    let predictions: [Int: Int]
    do {
      truths = try Self.places(truth.segments, areas: overlap.trueAreas, mayBeEmpty: true)
    } catch { throw .truth(error) }
    do {
      predictions = try Self.places(prediction.segments, areas: overlap.predictedAreas, mayBeEmpty: false)
    } catch { throw .prediction(error) }
    var matchedTruths = Set<Int>()
    var matchedPredictions = Set<Int>()
    for (pair, intersection) in overlap.pairs {
      guard let truthPlace = truths[pair.truth], let place = predictions[pair.prediction] else { continue }
      let (segment, predicted) = (truth.segments[truthPlace], prediction.segments[place])
      guard !segment.isCrowd, segment.classIndex == predicted.classIndex else { continue }
      let union =
        (overlap.predictedAreas[pair.prediction] ?? 0) + (segment.area ?? overlap.trueAreas[pair.truth] ?? 0)
        - intersection - overlap.unlabelled(pair.prediction)
      let iou = Double(intersection) / Double(union)
      guard iou > 0.5 else { continue }
      classes[segment.classIndex].truePositives += 1
      classes[segment.classIndex].iouSum += iou
      matchedTruths.insert(truthPlace)
      matchedPredictions.insert(place)
    }
    var crowds: [Int: Int] = [:]
    for (place, segment) in truth.segments.enumerated() where !matchedTruths.contains(place) {
      if segment.isCrowd {
        crowds[segment.classIndex] = segment.id
      } else {
        classes[segment.classIndex].falseNegatives += 1
      }
    }
    for (place, segment) in prediction.segments.enumerated() where !matchedPredictions.contains(place) {
      var excused = overlap.unlabelled(segment.id)
      if let crowd = crowds[segment.classIndex] { excused += overlap.intersection(crowd, segment.id) }
      if Double(excused) / Double(overlap.predictedAreas[segment.id] ?? 0) > 0.5 { continue }
      classes[segment.classIndex].falsePositives += 1
    }
  }

  /// Adds what another part of the images gave.
  public mutating func add(_ other: PanopticTally) {
    precondition(other.classes.count == classes.count, "tallies of other classes")
    for index in classes.indices {
      classes[index].iouSum += other.classes[index].iouSum
      classes[index].truePositives += other.classes[index].truePositives
      classes[index].falsePositives += other.classes[index].falsePositives
      classes[index].falseNegatives += other.classes[index].falseNegatives
    }
  }

  /// Segments by id.
  private static func places(
    _ segments: [PanopticSegmentation.Segment], areas: [Int: Int], mayBeEmpty: Bool
  ) throws(PanopticSegmentation.Mismatch) -> [Int: Int] {
    var places: [Int: Int] = [:]
    for (place, segment) in segments.enumerated() {
      if places.updateValue(place, forKey: segment.id) != nil { throw .repeated(id: segment.id) }
      if !mayBeEmpty && areas[segment.id] == nil { throw .empty(id: segment.id) }
    }
    let unlisted = areas.keys.filter { $0 != 0 && places[$0] == nil }
    if let id = unlisted.min() { throw .unlisted(id: id) }
    return places
  }
}

/// How many pixels each pair of segments shares.
private struct PanopticOverlap {
  struct Pair: Hashable {
    var truth: Int
    var prediction: Int
  }

  /// In the order of true and then predicted ids, in which panopticapi adds IoUs up.
  let pairs: [(pair: Pair, intersection: Int)]
  private(set) var trueAreas: [Int: Int] = [:]
  private(set) var predictedAreas: [Int: Int] = [:]
  private let intersections: [Pair: Int]

  init(_ truth: [UInt32], _ prediction: [UInt32]) {
    var counts: [Pair: Int] = [:]
    // Neighbours are mostly of one pair.
    var start = 0
    while start < truth.count {
      var end = start + 1
      while end < truth.count && truth[end] == truth[start] && prediction[end] == prediction[start] { end += 1 }
      counts[Pair(truth: Int(truth[start]), prediction: Int(prediction[start])), default: 0] += end - start
      start = end
    }
    for (pair, count) in counts {
      trueAreas[pair.truth, default: 0] += count
      predictedAreas[pair.prediction, default: 0] += count
    }
    intersections = counts
    pairs = counts.map { (pair: $0.key, intersection: $0.value) }
      .sorted { ($0.pair.truth, $0.pair.prediction) < ($1.pair.truth, $1.pair.prediction) }
  }

  func intersection(_ truth: Int, _ prediction: Int) -> Int {
    intersections[Pair(truth: truth, prediction: prediction)] ?? 0
  }

  /// Pixels of a predicted segment on which there is no true one.
  func unlabelled(_ prediction: Int) -> Int { intersection(0, prediction) }
}
