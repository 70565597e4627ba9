import ComputeGraph
import DetectionUtilities

/// A classifier with its loss.
public protocol TrainableClassifier: TrainableModel where Target == ClassTarget {
  /// A classifier that uses these parameters (the moving average, say).
  func makeClassifier(parameters: ParameterStore, options: ModelOptions) throws -> any Classifier
}
