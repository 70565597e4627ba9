import ComputeGraph
import ImageCodecs

/// A segmenter with its loss. Its targets are label maps of the size of its input.
public protocol TrainableSegmenter: TrainableModel where Target == LabelMap {
  /// A segmenter that uses these parameters (the moving average, say).
  func makeSegmenter(parameters: ParameterStore, options: ModelOptions) throws -> any Segmenter
}
