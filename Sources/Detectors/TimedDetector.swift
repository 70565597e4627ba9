/// A detector that says where the time of its last detection went.
public protocol TimedDetector: Detector {
  /// Of the last image that it detected on.
  var stageSeconds: StageSeconds { get }
}
