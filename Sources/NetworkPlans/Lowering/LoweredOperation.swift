import ComputeGraph
import Tensors

/// How an operation becomes the steps of plans: one file an operation, forward and backward side by side.
protocol LoweredOperation {
  /// Appends the steps that compute node `index` in inference.
  func emitInference(_ index: Int, _ compiler: InferenceCompiler) throws
  /// Appends the steps that compute it in training, keeping what the backward pass needs.
  func emitForward(_ index: Int, _ compiler: TrainingCompiler) throws
  /// Appends the steps that carry the gradient of its result to its parameters and inputs.
  func emitBackward(_ index: Int, _ gradient: MemorySlice, _ compiler: TrainingCompiler) throws
  /// Whether its result can be computed right into its part of a concatenation.
  var writesAnywhere: Bool { get }
}

extension LoweredOperation {
  var writesAnywhere: Bool { true }
}

extension Graph {
  /// How each node becomes steps, for values of these shapes: the list of all operations that kernels compute; what is not in
  /// it runs as plain loops.
  func lowered(shapes: [TensorShape]) -> [any LoweredOperation] {
    nodes.enumerated().map { index, node in
      switch node.operation {
      case let operation as InputOperation: operation
      case let operation as ConvolutionOperation: operation
      case let operation as PoolingOperation: operation
      case let operation as GlobalAveragePoolingOperation: operation
      case let operation as BatchNormalizationOperation: operation
      case let operation as InnerProductOperation: operation
      case let operation as ActivationOperation: operation
      case let operation as SoftmaxOperation: operation
      case let operation as UpsamplingOperation: operation
      case let operation as BilinearResizingOperation: operation
      case let operation as ConcatenationOperation: operation
      case let operation as AdditionOperation: operation
      case let operation as MultiplicationOperation: operation
      case let operation as ChannelSliceOperation: operation
      case let operation as FlattenOperation: operation
      case let operation as DropoutOperation: operation
      default: LoweredLoops(node, shapes: shapes, index: index)
      }
    }
  }
}
