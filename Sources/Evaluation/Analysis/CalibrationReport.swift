import DetectionUtilities

/// The calibration of the scores as it goes to a file.
public struct CalibrationReport: Sendable, Hashable, Codable {
  public var iouThreshold: Double
  /// Expected calibration error; nil without detections.
  public var expected: Double?
  /// Maximum calibration error; nil without detections.
  public var maximum: Double?
  public var bins: [CalibrationError.Bin]

  enum CodingKeys: String, CodingKey {
    case iouThreshold = "iou"
    case expected = "ECE"
    case maximum = "MCE"
    case bins
  }

  public init(_ calibration: CalibrationError) {
    iouThreshold = calibration.iouThreshold
    expected = calibration.expected
    maximum = calibration.maximum
    bins = calibration.bins
  }
}
