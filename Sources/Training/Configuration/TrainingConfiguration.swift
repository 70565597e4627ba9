public import Augmentation
public import NetworkPlans

/// The settings of a training run, but for the model's own.
public struct TrainingConfiguration: Codable, Sendable {
  /// Passes over the training images.
  public var epochs = 100
  /// Images per step.
  public var batchSize = 16
  /// Of everything random: initial weights, order of images, augmentation.
  public var seed: UInt64 = 0
  /// In which numbers the network computes: f32, or bf16 where that is quicker, on processors that have it.
  public var precision = TrainingPrecision.float32
  public var optimiser = OptimiserConfiguration()
  public var schedule = ScheduleConfiguration()
  public var average = AveragingConfiguration()
  /// Largest norm of all gradients together; 0 for no limit.
  public var gradientClipNorm = 10.0
  /// The last so many epochs run without mosaic, on images as they will be detected.
  public var closeMosaicEpochs = 10
  /// Epochs between validations; the last epoch is always validated. 0 for the last epoch alone.
  public var validationInterval = 1
  /// Stops after this time; 0 for no limit. The learning rate still follows `epochs`, so a run that is cut short ends
  /// at a higher rate than planned: choose `epochs` to fit. The limit counts from the start of each command, resumed
  /// ones too, and may differ between them.
  public var maximumMinutes = 0.0
  /// Longest time between checkpoints inside an epoch; 0 for checkpoints at the ends of epochs alone.
  public var checkpointMinutes = 10.0
  public var augmentation = AugmentationConfiguration()
  /// How a classifier's images are varied, for which `augmentation` has no meaning.
  public var classAugmentation = ClassAugmentationConfiguration()
  /// How a segmenter's images and their labels are varied.
  public var segmentationAugmentation = SegmentationAugmentationConfiguration()

  static let maximumEpochs = 1_000_000
  /// Nineteen centuries, which a clock can still add to now.
  static let longestMinutes = 1e9

  public init() {}

  /// - Throws: ``ConfigurationError`` naming the setting whose value makes no sense.
  public func validate() throws(ConfigurationError) {
    try require((1...Self.maximumEpochs).contains(epochs), "epochs", "expected 1 to \(Self.maximumEpochs)")
    try require((1...65_536).contains(batchSize), "batchSize", "expected 1 to 65,536")
    try require(gradientClipNorm >= 0 && gradientClipNorm.isFinite, "gradientClipNorm", "expected a number from 0 up")
    try require(closeMosaicEpochs >= 0, "closeMosaicEpochs", "expected a number from 0 up")
    try require(validationInterval >= 0, "validationInterval", "expected a number from 0 up")
    try require(
      (0...Self.longestMinutes).contains(maximumMinutes), "maximumMinutes", "expected 0 to \(Int(Self.longestMinutes))")
    try require(
      (0...Self.longestMinutes).contains(checkpointMinutes), "checkpointMinutes",
      "expected 0 to \(Int(Self.longestMinutes))")
    try optimiser.validate(key: "optimiser")
    try schedule.validate(key: "schedule")
    try average.validate(key: "average")
    do {
      try augmentation.validate()
    } catch {
      throw ConfigurationError(
        problem: .wrongValue(key: "augmentation.\(error.key)", expectation: "expected \(error.expected)"))
    }
    do {
      try classAugmentation.validate()
    } catch {
      throw ConfigurationError(
        problem: .wrongValue(key: "classAugmentation.\(error.key)", expectation: "expected \(error.expected)"))
    }
    do {
      try segmentationAugmentation.validate()
    } catch {
      throw ConfigurationError(
        problem: .wrongValue(key: "segmentationAugmentation.\(error.key)", expectation: "expected \(error.expected)"))
    }
  }

  /// Whether the batches of an epoch (from 0) may hold mosaics.
  public func isMosaicEnabled(inEpoch epoch: Int) -> Bool { epoch < epochs - closeMosaicEpochs }

  /// Whether the average is validated after an epoch (from 0).
  public func isValidated(epoch: Int) -> Bool {
    epoch + 1 == epochs || (validationInterval > 0 && (epoch + 1) % validationInterval == 0)
  }

  /// The settings that a resumed run must share: all but those that change no weight.
  func settingsOfResult() throws -> [String: String] {
    var settings = try ConfigurationFile.settings(of: self)
    settings["maximumMinutes"] = nil
    settings["checkpointMinutes"] = nil
    // Checkpoints of before there was another one have none.
    if precision == .float32 { settings["precision"] = nil }
    // Checkpoints of before there were classifiers and segmenters have none of these.
    let plain = [
      "classAugmentation": try ConfigurationFile.settings(of: ClassAugmentationConfiguration()),
      "segmentationAugmentation": try ConfigurationFile.settings(of: SegmentationAugmentationConfiguration()),
    ]
    for (section, defaults) in plain {
      for (key, value) in defaults where settings["\(section).\(key)"] == value {
        settings["\(section).\(key)"] = nil
      }
    }
    // Those of before detectors' images were turned have none of these.
    let still = try ConfigurationFile.settings(of: AugmentationConfiguration())
    for key in ["rotation", "shear", "fill", "fillLevel", "randomResizedCrop"]
    where settings["augmentation.\(key)"] == still[key] {
      settings["augmentation.\(key)"] = nil
    }
    return settings
  }
}

extension TrainingPrecision: ConfigurationChoice {}

/// The moving average of the parameters that is validated and kept (`ExponentialMovingAverage`).
public struct AveragingConfiguration: Codable, Sendable, Equatable {
  /// What the decay grows to; 0 keeps the parameters of the last step.
  public var decay = 0.9998
  /// How fast it grows: after this many steps it has 63 % of its final value. 0 for the full decay at once.
  public var rampSteps = 2000.0

  public init() {}

  /// - Throws: ``ConfigurationError`` for a value outside its range.
  func validate(key: String) throws(ConfigurationError) {
    try require((0..<1).contains(decay), "\(key).decay", "expected a number in [0, 1)")
    try require(rampSteps >= 0 && rampSteps.isFinite, "\(key).rampSteps", "expected a number from 0 up")
  }
}
