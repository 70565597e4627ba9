import OneDNNKernels

/// What a node of a ``Graph`` computes. Names are parameter names.
public enum Operation: Hashable, Sendable {
  /// The network's input.
  case input(channels: Int)
  case convolution(ConvolutionNode)
  case pooling(PoolingGeometry)
  case globalAveragePooling
  case batchNormalization(BatchNormalizationNode)
  case innerProduct(InnerProductNode)
  case activation(Activation)
  /// Over the channels.
  case softmax
  /// Nearest neighbour, both axes by the same whole factor.
  case upsampling(factor: Int)
  /// Along the channels.
  case concatenation
  /// Of two values, followed by ReLU where a pass has fused it.
  case addition(relu: Bool)
  /// Of a map by another of its shape, or by one factor per channel, N×C×1×1.
  case multiplication
  /// Some of a map's channels.
  case channelSlice(first: Int, count: Int)
  /// The same elements in other places.
  case rearrangement(Rearrangement)
  /// N×C×H×W → N×(C·H·W).
  case flatten
  /// Zeroes a fraction of the elements in training and scales the others up; nothing in inference.
  case dropout(rate: Float)
}

/// A convolution in a graph.
public struct ConvolutionNode: Hashable, Sendable {
  public var geometry: ConvolutionGeometry
  public var weight: String
  public var bias: String?
  /// Set by the inference passes. With `addsDestination` the node has a second input, which is added.
  public var epilogue = ConvolutionEpilogue()
}

/// A batch normalisation in a graph.
public struct BatchNormalizationNode: Hashable, Sendable {
  public var channels: Int
  public var scale: String
  public var shift: String
  public var runningMean: String
  public var runningVariance: String
  public var epsilon: Float
  /// Weight of the newest batch in the running statistics, 0.1 as in PyTorch.
  public var momentum: Float
  /// Followed by ReLU; set by a pass.
  public var relu = false
}

/// A fully connected layer in a graph, on N×F values, or on N×C×H×W with C·H·W = F in that order.
public struct InnerProductNode: Hashable, Sendable {
  public var inputFeatures: Int
  public var outputFeatures: Int
  public var weight: String
  public var bias: String?
}

extension Operation {
  /// A word for tables.
  public var title: String {
    switch self {
    case .input: "input"
    case .convolution(let node):
      node.geometry.isTransposed ? "transposed convolution" : "convolution"
    case .pooling(let geometry): geometry.kind == .maximum ? "max pooling" : "average pooling"
    case .globalAveragePooling: "global average pooling"
    case .batchNormalization(let node): node.relu ? "batch norm, ReLU" : "batch norm"
    case .innerProduct: "fully connected"
    case .activation(.relu(slope: 0)): "ReLU"
    case .activation(.relu): "leaky ReLU"
    case .activation(.silu): "SiLU"
    case .activation(.sigmoid): "sigmoid"
    case .activation(.tanh): "tanh"
    case .activation(.mish): "Mish"
    case .activation(.elu): "ELU"
    case .activation(.hardSwish): "hard swish"
    case .activation(.clip): "clip"
    case .activation(.linear): "scale and shift"
    case .softmax: "softmax"
    case .upsampling: "upsampling"
    case .concatenation: "concatenation"
    case .addition(let relu): relu ? "addition, ReLU" : "addition"
    case .multiplication: "multiplication"
    case .channelSlice: "channels"
    case .rearrangement(let rearrangement): rearrangement.title
    case .flatten: "flatten"
    case .dropout: "dropout"
    }
  }
}
