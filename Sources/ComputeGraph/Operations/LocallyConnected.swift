import Tensors

/// A layer whose neurons see small windows as a convolution's do, each place with weights and a bias of its own (LeCun 1989,
/// "local connections").
///
/// It has as many parameters as it would have neurons times the numbers that each sees: 227×227×3 under 96 kernels of 11×11
/// with stride 4 are 55·55·96 = 290,400 neurons of 11·11·3 + 1 = 364 parameters. What each place sees is laid out as channels,
/// of which a grouped 1×1 convolution keeps the places apart. Parameters `NAME.weight`, (places · outputs) × window × 1 × 1,
/// places row by row, and `NAME.bias`.
public struct LocallyConnected: Sendable {
  public var name: String
  public var inputChannels: Int
  public var outputChannels: Int
  /// Of the map that the layer sees; its weights fit no other.
  public var inputRows: Int
  public var inputColumns: Int
  public var kernelSize: Int
  public var stride: Int
  public var padding: Int

  /// - Precondition: the window fits into the padded map.
  public init(
    _ name: String, inputChannels: Int, outputChannels: Int, inputRows: Int, inputColumns: Int, kernelSize: Int,
    stride: Int = 1, padding: Int = 0
  ) {
    precondition(
      inputChannels > 0 && outputChannels > 0 && kernelSize > 0 && stride > 0 && padding >= 0
        && inputRows + 2 * padding >= kernelSize && inputColumns + 2 * padding >= kernelSize,
      "not a locally connected layer: \(inputChannels) to \(outputChannels) channels, a window of \(kernelSize) on "
        + "\(inputRows)×\(inputColumns)")
    self.name = name
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.inputRows = inputRows
    self.inputColumns = inputColumns
    self.kernelSize = kernelSize
    self.stride = stride
    self.padding = padding
  }

  /// (H − F + 2P)/S + 1, rounded down.
  public var outputRows: Int { (inputRows + 2 * padding - kernelSize) / stride + 1 }
  public var outputColumns: Int { (inputColumns + 2 * padding - kernelSize) / stride + 1 }
  /// All places together.
  public var neuronCount: Int { outputRows * outputColumns * outputChannels }
  /// What one neuron sees, and its bias.
  public var parametersPerNeuron: Int { inputChannels * kernelSize * kernelSize + 1 }

  public func callAsFunction(_ x: Value) -> Value {
    let places = outputRows * outputColumns
    let windows = x.rearranged(.patches(kernelSize: kernelSize, stride: stride, padding: padding))
    let sums = Convolution(
      name, inputChannels: places * inputChannels * kernelSize * kernelSize, outputChannels: neuronCount, kernelSize: 1,
      groups: places)
    return sums(windows).rearranged(.positions(rows: outputRows, columns: outputColumns))
  }
}
