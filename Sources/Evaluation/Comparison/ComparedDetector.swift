import DetectionUtilities

/// One detector of a comparison, at one setting.
public struct ComparedDetector: Sendable, Codable {
  /// What reports call the family of the detector, as its description in `ModelZoo` says it.
  public struct Family: RawRepresentable, Sendable, Hashable, Codable {
    public var rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    /// Detections that some program wrote to a file; there is nothing to time.
    public static let results = Family(rawValue: "results")
  }

  /// What a sweep changes; nil where it does not apply.
  public struct Setting: Sendable, Hashable, Codable {
    /// Pixels of the network's input.
    public var width: Int?
    public var height: Int?
    /// Regions that the second stage looks at, at most.
    public var proposals: Int?
    /// `f32`, `bf16` or `int8`.
    public var precision: String?
    public var threads: Int?

    public init(
      width: Int? = nil, height: Int? = nil, proposals: Int? = nil, precision: String? = nil, threads: Int? = nil
    ) {
      self.width = width
      self.height = height
      self.proposals = proposals
      self.precision = precision
      self.threads = threads
    }
  }

  /// What the detector needs.
  public struct Cost: Sendable, Hashable, Codable {
    public var parameters: Int
    /// Floating-point operations an image, a multiplication and an addition counted as two; of a two-stage detector with
    /// `proposals` regions.
    public var operations: Double
    public var proposals: Int?
    /// Bytes of the model file.
    public var fileBytes: Int
    /// Memory that the process held at most while this detector ran alone, bytes; nil where it was not measured.
    public var peakMemory: Int?

    public init(parameters: Int, operations: Double, proposals: Int?, fileBytes: Int, peakMemory: Int?) {
      self.parameters = parameters
      self.operations = operations
      self.proposals = proposals
      self.fileBytes = fileBytes
      self.peakMemory = peakMemory
    }
  }

  /// Unique within the report, short: a file's name, with the setting where a sweep needs it.
  public var name: String
  /// As it was given.
  public var path: String
  public var family: Family
  public var setting: Setting
  /// Average precision by size and class, precision and recall, error types, calibration, intervals.
  public var analysis: EvaluationAnalysis
  /// Nil for a file of detections.
  public var timing: ComparedTiming?
  /// Nil for a file of detections.
  public var cost: Cost?

  /// Whether a second stage looks at regions that the first one proposes.
  public var hasProposals: Bool { (cost?.proposals ?? setting.proposals) != nil }
  public var averagePrecision: Double? { analysis.summary.averagePrecision }

  public init(
    name: String, path: String, family: Family, setting: Setting, analysis: EvaluationAnalysis,
    timing: ComparedTiming?, cost: Cost?
  ) {
    self.name = name
    self.path = path
    self.family = family
    self.setting = setting
    self.analysis = analysis
    self.timing = timing
    self.cost = cost
  }
}
