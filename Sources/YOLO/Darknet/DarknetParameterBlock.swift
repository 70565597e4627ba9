import Tensors

/// What a `.weights` file holds of one layer, in the file's order.
struct DarknetParameterBlock: Hashable, Sendable {
  struct Stored: Hashable, Sendable {
    enum Order: Hashable, Sendable {
      case asStored
      /// The file has the transpose, a matrix of so many rows.
      case transposed(rows: Int)
      /// The file has the transpose in versions of 1000 and more only.
      case transposedInOldFiles(rows: Int)
    }

    var name: String
    var shape: TensorShape
    var order = Order.asStored
  }

  var layer: Int
  /// Of the section in the `.cfg`.
  var line: Int
  var tensors: [Stored]

  var elementCount: Int { tensors.reduce(0) { $0 + $1.shape.elementCount } }
}

extension DarknetParameterBlock {
  /// A convolution's: biases, what normalisation has, weights.
  static func convolution(layer: Int, line: Int, weightShape: TensorShape, hasNormalization: Bool) -> Self {
    let filters: TensorShape = [weightShape[0]]
    let name = "layers.\(layer).convolution"
    let biases =
      hasNormalization
      ? normalization(layer, ["bias", "weight", "running_mean", "running_var"], filters)
      : [Stored(name: "\(name).bias", shape: filters)]
    return Self(layer: layer, line: line, tensors: biases + [Stored(name: "\(name).weight", shape: weightShape)])
  }

  /// A fully connected layer's: the weights stand before what normalisation has beyond the biases.
  static func connected(layer: Int, line: Int, weightShape: TensorShape, hasNormalization: Bool) -> Self {
    let outputs: TensorShape = [weightShape[0]]
    let name = "layers.\(layer).connected"
    let weights = Stored(
      name: "\(name).weight", shape: weightShape,
      order: .transposedInOldFiles(rows: weightShape.elementCount / weightShape[0]))
    guard hasNormalization else {
      return Self(layer: layer, line: line, tensors: [Stored(name: "\(name).bias", shape: outputs), weights])
    }
    return Self(
      layer: layer, line: line,
      tensors: normalization(layer, ["bias"], outputs) + [weights]
        + normalization(layer, ["weight", "running_mean", "running_var"], outputs))
  }

  /// A locally connected layer's: biases filter by filter, which the network has place by place.
  static func local(layer: Int, line: Int, weightShape: TensorShape, filters: Int) -> Self {
    let name = "layers.\(layer).local"
    return Self(
      layer: layer, line: line,
      tensors: [
        Stored(name: "\(name).bias", shape: [weightShape[0]], order: .transposed(rows: filters)),
        Stored(name: "\(name).weight", shape: weightShape),
      ])
  }

  static func normalization(layer: Int, line: Int, channels: Int) -> Self {
    Self(
      layer: layer, line: line,
      tensors: normalization(layer, ["bias", "weight", "running_mean", "running_var"], [channels]))
  }

  private static func normalization(_ layer: Int, _ names: [String], _ shape: TensorShape) -> [Stored] {
    names.map { Stored(name: "layers.\(layer).normalization.\($0)", shape: shape) }
  }
}
