/// The outcome of a COCO-style evaluation: precision and recall per IoU threshold, class, area range and maximum number of
/// detections.
public struct COCOEvaluation: Hashable, Sendable {
  public let settings: COCOEvaluationSettings
  private let curves: [ClassCurves]

  init(settings: COCOEvaluationSettings, curves: [ClassCurves]) {
    self.settings = settings
    self.curves = curves
  }

  public var classCount: Int { curves.count }

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
  public func recall(_ cell: Cell) -> Double? { value(curves[cell.classIndex].recall(at: place(cell))) }

  /// The precision envelope at a recall threshold, given by its index; nil without objects.
  public func precision(_ cell: Cell, recallThreshold: Int) -> Double? {
    value(curves[cell.classIndex].precision(at: place(cell), recallThreshold: recallThreshold))
  }

  /// The score at which a recall threshold is reached, 0 where it is not; nil without objects.
  public func score(_ cell: Cell, recallThreshold: Int) -> Double? {
    guard recall(cell) != nil else { return nil }
    return curves[cell.classIndex].score(at: place(cell), recallThreshold: recallThreshold)
  }

  private func place(_ cell: Cell) -> Int {
    curves[cell.classIndex].place(
      threshold: cell.iouThreshold, area: cell.areaRange, maximum: cell.maximumDetections)
  }

  private func value(_ stored: Double) -> Double? { stored < 0 ? nil : stored }
}
