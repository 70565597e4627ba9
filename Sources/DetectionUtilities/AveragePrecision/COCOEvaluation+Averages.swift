extension COCOEvaluation {
  /// Average precision: the mean of the precision over recall thresholds, classes with objects, and IoU thresholds.
  ///
  /// - Parameters:
  ///   - iouThreshold: one of the settings' IoU thresholds, or nil for the mean over all.
  ///   - areaRange: name of one of the settings' area ranges.
  ///   - maximumDetections: one of the settings' maxima, or nil for the largest.
  ///   - classIndex: one class, or nil for the mean over all.
  /// - Returns: nil where there is nothing to average: no such setting, or no object. pycocotools' -1.
  public func averagePrecision(
    iouThreshold: Double? = nil, areaRange: String = "all", maximumDetections: Int? = nil, classIndex: Int? = nil
  ) -> Double? {
    guard let cells = cells(iouThreshold, areaRange, maximumDetections, classIndex) else { return nil }
    var values: [Double] = []
    for threshold in cells.thresholds {
      for recall in settings.recallThresholds.indices {
        for classIndex in cells.classes {
          if let value = precision(cells.cell(threshold, classIndex), recallThreshold: recall) { values.append(value) }
        }
      }
    }
    return values.isEmpty ? nil : PairwiseSum.mean(values)
  }

  /// Average recall: the mean of the recall reached over classes with objects and IoU thresholds. Parameters as for
  /// ``averagePrecision(iouThreshold:areaRange:maximumDetections:classIndex:)``.
  public func averageRecall(
    iouThreshold: Double? = nil, areaRange: String = "all", maximumDetections: Int? = nil, classIndex: Int? = nil
  ) -> Double? {
    guard let cells = cells(iouThreshold, areaRange, maximumDetections, classIndex) else { return nil }
    let values = cells.thresholds.flatMap { threshold in
      cells.classes.compactMap { recall(cells.cell(threshold, $0)) }
    }
    return values.isEmpty ? nil : PairwiseSum.mean(values)
  }

  /// The precision envelope of one class at every recall threshold; nil where there is no object or no such setting.
  public func precisionCurve(
    classIndex: Int, iouThreshold: Double, areaRange: String = "all", maximumDetections: Int? = nil
  ) -> [(recall: Double, precision: Double, score: Double)]? {
    guard let cells = cells(iouThreshold, areaRange, maximumDetections, classIndex) else { return nil }
    let cell = cells.cell(cells.thresholds.lowerBound, classIndex)
    guard recall(cell) != nil else { return nil }
    return settings.recallThresholds.indices.map { index in
      (
        settings.recallThresholds[index], precision(cell, recallThreshold: index) ?? 0,
        score(cell, recallThreshold: index) ?? 0
      )
    }
  }

  /// The twelve numbers of the COCO challenge.
  public var summary: COCOSummary {
    func atMaximum(_ index: Int) -> Double? {
      guard settings.maximumDetections.indices.contains(index) else { return nil }
      return averageRecall(maximumDetections: settings.maximumDetections[index])
    }
    return COCOSummary(
      averagePrecision: averagePrecision(),
      averagePrecision50: averagePrecision(iouThreshold: 0.5),
      averagePrecision75: averagePrecision(iouThreshold: 0.75),
      averagePrecisionSmall: averagePrecision(areaRange: "small"),
      averagePrecisionMedium: averagePrecision(areaRange: "medium"),
      averagePrecisionLarge: averagePrecision(areaRange: "large"),
      averageRecall1: atMaximum(0),
      averageRecall10: atMaximum(1),
      averageRecall100: atMaximum(2),
      averageRecallSmall: averageRecall(areaRange: "small"),
      averageRecallMedium: averageRecall(areaRange: "medium"),
      averageRecallLarge: averageRecall(areaRange: "large"))
  }

  private struct Cells {
    var thresholds: Range<Int>
    var classes: Range<Int>
    var areaRange: Int
    var maximum: Int

    func cell(_ threshold: Int, _ classIndex: Int) -> Cell {
      Cell(
        iouThreshold: threshold, classIndex: classIndex, areaRange: areaRange, maximumDetections: maximum)
    }
  }

  private func cells(
    _ iouThreshold: Double?, _ areaRange: String, _ maximumDetections: Int?, _ classIndex: Int?
  ) -> Cells? {
    var thresholds = settings.iouThresholds.indices
    if let iouThreshold {
      guard let index = settings.iouThresholds.firstIndex(of: iouThreshold) else { return nil }
      thresholds = index..<index + 1
    }
    let maximum = maximumDetections.map { settings.maximumDetections.firstIndex(of: $0) }
    guard let area = settings.areaRanges.firstIndex(where: { $0.name == areaRange }),
      let maximum = maximum ?? settings.maximumDetections.count - 1
    else { return nil }
    let classes = classIndex.map { $0..<$0 + 1 } ?? 0..<classCount
    precondition(classes.upperBound <= classCount && classes.lowerBound >= 0, "a class index outside of the class list")
    return Cells(thresholds: thresholds, classes: classes, areaRange: area, maximum: maximum)
  }
}
