import DetectionUtilities

/// How the average precision of one set of detections moves with each choice of the protocol, so that two published
/// figures can be reconciled: COCO's figures, those with one choice changed, and those of the usual protocols.
public struct ProtocolExplanation: Sendable, Hashable, Codable {
  /// Average precision at the three usual demands on the overlap; nil where there is nothing to measure.
  public struct Figures: Sendable, Hashable, Codable {
    /// Mean over IoU 0.50, 0.55, …, 0.95.
    public var averagePrecision: Double?
    public var averagePrecision50: Double?
    public var averagePrecision75: Double?

    enum CodingKeys: String, CodingKey {
      case averagePrecision = "AP"
      case averagePrecision50 = "AP50"
      case averagePrecision75 = "AP75"
    }

    public subscript(metric: Metric) -> Double? {
      switch metric {
      case .averagePrecision: averagePrecision
      case .averagePrecision50: averagePrecision50
      case .averagePrecision75: averagePrecision75
      }
    }
  }

  public enum Metric: String, Sendable, Hashable, Codable, CaseIterable {
    case averagePrecision = "AP"
    case averagePrecision50 = "AP50"
    case averagePrecision75 = "AP75"
  }

  /// The figures under one choice.
  public struct Row: Sendable, Hashable, Codable {
    public var group: Group
    /// Short, and unique within the explanation.
    public var name: String
    /// What it is and who uses it.
    public var words: String
    /// Everything that the figures were measured by.
    public var rules: AveragePrecisionRules
    public var figures: Figures
    /// From the baseline, percentage points.
    public var difference: Figures
  }

  public var images: Int
  public var detections: Int
  /// COCO's figures.
  public var baseline: Row
  /// By group.
  public var rows: [Row]
  /// Choices that change nothing on any account, and why: there are no crowds, for instance.
  public var inapplicable: [String]
  /// What the baseline did not count, and what makes figures low, one sentence each.
  public var remarks: [String]
  /// What comes near a published figure, where one was given.
  public var target: Target?

  /// Measures everything.
  ///
  /// - Parameter target: a published figure to look for, in [0, 1].
  /// - Complexity: a matching for every way of matching, and a pass over the detections for every choice; with a target
  ///   for every pair of choices.
  public init(_ set: EvaluationSet, target: (metric: Metric, value: Double)? = nil) {
    let rules = AveragePrecisionRules.coco
    let occasion = Occasion(set)
    let choices = Choice.all.filter { occasion.allows($0.group) && $0.applied(to: rules) != rules }
    let measured = Self.figures(of: set, under: [rules] + choices.map { $0.applied(to: rules) })
    baseline = Row(
      group: .baseline, name: "COCO",
      words: "101-point interpolated AP, IoU 0.50 to 0.95, at most 100 detections an image and class, crowd "
        + "regions ignored: pycocotools, and with it Detectron2, MMDetection and torchvision's references",
      rules: rules, figures: measured[0], difference: measured[0].points(from: measured[0]))
    let baseline = baseline
    rows = zip(choices, measured.dropFirst()).map { choice, figures in
      Row(
        group: choice.group, name: choice.name, words: choice.words, rules: choice.applied(to: rules),
        figures: figures, difference: figures.points(from: baseline.figures))
    }
    inapplicable = occasion.reasons
    if rows.allSatisfy({ $0.group != .ties || $0.difference.areSmall }) {
      rows.removeAll { $0.group == .ties }
      inapplicable.append("equal scores: no order of them moves a figure by 0.01 points")
    }
    remarks = EvaluationRemarks(set, protocol: EvaluationProtocol(.coco)).sentences(namesOptions: false)
    images = set.images.count
    detections = set.detections.count
    self.target = target.map { Target($0.metric, $0.value, explaining: rows, baseline: baseline, of: set) }
  }
}

extension ProtocolExplanation.Figures {
  /// Whether all are 0.00 points when rounded.
  fileprivate var areSmall: Bool {
    [averagePrecision, averagePrecision50, averagePrecision75].allSatisfy { abs($0 ?? 0) < 0.005 }
  }

  /// The difference in percentage points.
  fileprivate func points(from other: Self) -> Self {
    func points(_ value: Double?, _ other: Double?) -> Double? {
      guard let value, let other else { return nil }
      return 100 * (value - other)
    }
    return Self(
      averagePrecision: points(averagePrecision, other.averagePrecision),
      averagePrecision50: points(averagePrecision50, other.averagePrecision50),
      averagePrecision75: points(averagePrecision75, other.averagePrecision75))
  }
}
