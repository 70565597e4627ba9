/// The outcome of a COCO-style evaluation: precision and recall per IoU threshold, class, area range and maximum number of
/// detections.
public struct COCOEvaluation: Hashable, Sendable {
  public let settings: COCOEvaluationSettings
  public let classCount: Int
  /// [IoU thresholds × recall thresholds × classes × area ranges × maxima]: the precision envelope at each recall; nil
  /// for a class without objects in the area range. pycocotools' `precision`, where nil is -1.
  private var precisions: [Double?]
  /// Shaped as `precisions`: the score at which the recall is reached, 0 where it is not. pycocotools' `scores`.
  private var scores: [Double?]
  /// [IoU thresholds × classes × area ranges × maxima]: the recall reached. pycocotools' `recall`.
  private var recalls: [Double?]

  init(settings: COCOEvaluationSettings, classCount: Int) {
    self.settings = settings
    self.classCount = classCount
    let cells = classCount * settings.areaRanges.count * settings.maximumDetections.count
    recalls = [Double?](repeating: nil, count: settings.iouThresholds.count * cells)
    precisions = [Double?](
      repeating: nil, count: settings.iouThresholds.count * settings.recallThresholds.count * cells)
    scores = precisions
  }

  /// Where one combination stands, each an index into the list of the settings.
  public struct Cell: Hashable, Sendable {
    public var iouThreshold: Int
    public var classIndex: Int
    public var areaRange: Int
    public var maximumDetections: Int

    public init(iouThreshold: Int, classIndex: Int, areaRange: Int, maximumDetections: Int) {
      self.iouThreshold = iouThreshold
      self.classIndex = classIndex
      self.areaRange = areaRange
      self.maximumDetections = maximumDetections
    }
  }

  /// The recall reached, nil without objects.
  public func recall(_ cell: Cell) -> Double? { recalls[offset(cell)] }

  /// The precision envelope at a recall threshold, given by its index; nil without objects.
  public func precision(_ cell: Cell, recallThreshold: Int) -> Double? {
    precisions[offset(cell, recallThreshold: recallThreshold)]
  }

  /// The score at which a recall threshold is reached, 0 where it is not; nil without objects.
  public func score(_ cell: Cell, recallThreshold: Int) -> Double? {
    scores[offset(cell, recallThreshold: recallThreshold)]
  }

  private func offset(_ cell: Cell) -> Int {
    ((cell.iouThreshold * classCount + cell.classIndex) * settings.areaRanges.count + cell.areaRange)
      * settings.maximumDetections.count + cell.maximumDetections
  }

  private func offset(_ cell: Cell, recallThreshold: Int) -> Int {
    let plane = classCount * settings.areaRanges.count * settings.maximumDetections.count
    let within = Cell(
      iouThreshold: 0, classIndex: cell.classIndex, areaRange: cell.areaRange,
      maximumDetections: cell.maximumDetections)
    return (cell.iouThreshold * settings.recallThresholds.count + recallThreshold) * plane + offset(within)
  }
}

extension COCOEvaluation {
  /// Enters one class (pycocotools' `accumulate`).
  mutating func accumulate(_ matches: ClassMatches, classIndex: Int, truePositiveWeight: Double) {
    let order = StableScoreOrder.descending(matches.scores)
    for (maximum, maximumDetections) in settings.maximumDetections.enumerated() {
      let counted = order.filter { matches.ranks[$0] < maximumDetections }
      for area in settings.areaRanges.indices where matches.objectCounts[area] > 0 {
        for threshold in settings.iouThresholds.indices {
          let cell = Cell(
            iouThreshold: threshold, classIndex: classIndex, areaRange: area, maximumDetections: maximum)
          enter(cell, matches, counted: counted, weight: truePositiveWeight)
        }
      }
    }
  }

  /// Enters one curve. `counted` are the detections that count, by descending score.
  private mutating func enter(_ cell: Cell, _ matches: ClassMatches, counted: [Int], weight: Double) {
    let objectCount = Double(matches.objectCounts[cell.areaRange])
    let firstVerdict = matches.firstVerdict(area: cell.areaRange, threshold: cell.iouThreshold)
    // Recall rises at true positives only, and the envelope takes its values from them: the other points of
    // pycocotools' curve need not be computed.
    var hits: [(recall: Double, precision: Double, detection: Int)] = []
    var truePositives = 0.0
    var falsePositives = 0.0
    for detection in counted {
      switch matches.verdicts[firstVerdict + detection] {
      case .falsePositive: falsePositives += 1
      case .ignored: break
      case .truePositive:
        truePositives += 1
        // The grouping and the epsilon (numpy's spacing(1)) are pycocotools'.
        let weighted = weight * truePositives
        let precision = weighted / (falsePositives + weighted + Double.ulpOfOne)
        hits.append((truePositives / objectCount, precision, detection))
      }
    }
    recalls[offset(cell)] = truePositives / objectCount
    for index in hits.indices.dropLast().reversed() where hits[index + 1].precision > hits[index].precision {
      hits[index].precision = hits[index + 1].precision
    }
    var hit = 0
    for (index, recall) in settings.recallThresholds.enumerated() {
      while hit < hits.count && hits[hit].recall < recall { hit += 1 }
      let entry = offset(cell, recallThreshold: index)
      precisions[entry] = hit < hits.count ? hits[hit].precision : 0
      // A recall of 0 is reached by the first detection already, right or wrong.
      let reaching = recall <= 0 ? counted.first : hit < hits.count ? hits[hit].detection : nil
      scores[entry] = reaching.map { matches.scores[$0] } ?? 0
    }
  }
}
