import ComputeGraph
import DetectionUtilities

/// A detector with its losses. Its targets are the labelled boxes of every image, in pixels of the network's input.
public protocol TrainableDetector: TrainableModel where Target == [LabelledBox] {
  /// A detector that uses these parameters (the moving average, say).
  func makeDetector(parameters: ParameterStore, options: ModelOptions) throws -> any Detector
}
