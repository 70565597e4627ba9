import DetectionUtilities
import OneDNNKernels

/// A section of a `.cfg` as a layer, its settings checked; indices of other layers are absolute.
enum DarknetLayer: Hashable, Sendable {
  struct Convolution: Hashable, Sendable {
    var filters: Int
    var size: Int
    var stride: Int
    var padding: Int
    var dilation: Int
    var groups: Int
    var hasNormalization: Bool
    var activation: DarknetActivation
  }

  case convolution(Convolution)
  case maximumPooling(size: Int, stride: Int, padding: Int)
  case globalAveragePooling
  /// Channels of several layers; of each only part `group` of `groups`.
  case route(layers: [Int], groups: Int, group: Int)
  case shortcut(from: [Int], activation: DarknetActivation)
  case upsampling(factor: Int, scale: Float)
  case reorganization(stride: Int)
  /// Does nothing in detection.
  case dropout
  case head(DarknetHead)
}

/// A `[yolo]` or `[region]` section: how raw numbers become boxes.
struct DarknetHead: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    /// YOLOv2: anchors in cells, classes exclude each other unless `softmax=0`.
    case region
    /// YOLOv3 and later.
    case yolo
  }

  var kind: Kind
  /// Pixels of the network's input, or cells for ``Kind/region``.
  var anchors: [AnchorSize]
  var classCount: Int
  var scaleXY: Double
  /// `new_coords`: the convolution in front already applies the logistic function, and sizes are squared.
  var hasNewCoordinates: Bool
  var classesExcludeEachOther: Bool
}

/// The activation functions of Darknet that networks in use have.
enum DarknetActivation: String, CaseIterable, Hashable, Sendable {
  case linear, leaky, relu, relu6, logistic, mish, swish, tanh, elu, hardtan, loggy, relie

  /// As operations, in order; none for linear.
  var operations: [Activation] {
    switch self {
    case .linear: []
    case .leaky: [.relu(slope: 0.1)]
    case .relu: [.relu]
    case .relu6: [.relu6]
    case .logistic: [.sigmoid]
    case .mish: [.mish]
    case .swish: [.silu]
    case .tanh: [.tanh]
    case .elu: [.elu(slope: 1)]
    case .hardtan: [.clip(low: -1, high: 1)]
    // 2σ(x) − 1
    case .loggy: [.sigmoid, .linear(scale: 2, shift: -1)]
    case .relie: [.relu(slope: 0.01)]
    }
  }
}
