import ComputeGraph
import DetectionUtilities

/// A section of a `.cfg` as a layer, its settings checked; indices of other layers are absolute.
enum DarknetLayer: Hashable, Sendable {
  struct Convolution: Hashable, Sendable {
    var filters: Int
    var size: Int
    var stride: Strides
    var padding: Int
    var dilation: Int
    var groups: Int
    var hasNormalization: Bool
    var activation: DarknetActivation
    var blur: Blur?
    /// The layer whose parameters it uses instead of having any.
    var sharedLayer: Int?
  }

  struct Strides: Hashable, Sendable {
    var row: Int
    var column: Int

    /// The stride along both axes that is left to be done in steps of ``sampling``.
    var common: Int { row == column ? row : 1 }
    /// What is left out afterwards; nil where the strides are equal.
    var sampling: Rearrangement? { row == column ? nil : .sampling(rowStride: row, columnStride: column) }
  }

  /// `antialiasing`: a fixed low-pass filter behind the layer, which takes over its stride (Zhang 2019).
  enum Blur: Int, Hashable, Sendable {
    /// 3×3, binomial.
    case binomial = 1
    /// 2×2, the mean.
    case mean = 2
  }

  /// A window; padding counts both sides together.
  struct Window: Hashable, Sendable {
    var size: Int
    var stride: Strides
    var padding: Int
    var blur: Blur?
  }

  case convolution(Convolution)
  /// A weight for every element of the map.
  case connected(outputs: Int, hasNormalization: Bool, activation: DarknetActivation)
  /// A convolution with weights of its own at every place.
  case local(filters: Int, size: Int, stride: Int, padding: Int, activation: DarknetActivation)
  case normalization
  case maximumPooling(Window)
  case averagePooling(Window)
  case globalAveragePooling
  /// Channels of several layers; of each only part `group` of `groups`.
  case route(layers: [Int], groups: Int, group: Int)
  /// Of maps with unlike numbers of channels the common ones are added, the others stay.
  case shortcut(from: [Int], activation: DarknetActivation)
  /// A layer's map times one factor for each channel, or for each position.
  case scaling(from: Int, perPosition: Bool, activation: DarknetActivation)
  /// Element by element.
  case product(from: Int, activation: DarknetActivation)
  case activation(DarknetActivation)
  case upsampling(factor: Int, scale: Float)
  case rearrangement(Rearrangement)
  /// The centre; pixels from 0 to 1 become −1 to 1 where it adjusts them.
  case crop(rows: Int, columns: Int, adjusts: Bool)
  case softmax(groups: Int, temperature: Float)
  /// Does nothing in inference.
  case identity
  case head(DarknetHead)
  case cells(DarknetCellHead)
}

/// A `[yolo]`, `[gaussian_yolo]` or `[region]` section: how raw numbers become boxes.
struct DarknetHead: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    /// YOLOv2: anchors in cells, classes exclude each other unless `softmax=0`.
    case region
    /// YOLOv3 and later.
    case yolo
    /// YOLOv3 whose boxes have deviations.
    case gaussian
  }

  var kind: Kind
  /// Pixels of the network's input, or cells for ``Kind/region``.
  var anchors: [AnchorSize]
  var classCount: Int
  var scaleXY: Double
  /// `new_coords`: the convolution in front already applies the logistic function, and sizes are squared.
  var hasNewCoordinates: Bool
  var classesExcludeEachOther: Bool

  /// Numbers of a prediction.
  var numberCount: Int { (kind == .gaussian ? 9 : 5) + classCount }
}

/// A `[detection]` section: how the vector of YOLOv1 becomes boxes.
struct DarknetCellHead: Hashable, Sendable {
  var side: Int
  var boxCount: Int
  var classCount: Int
  var sizesAreRoots: Bool
  var classesAreLogits: Bool
}
