import ComputeGraph
import ImageCodecs
import Tensors

/// The learned kernels of a convolution as pictures.
///
/// Kernels over three channels are shown in colour, each from its lowest weight to its highest; others channel by channel, a row
/// for each kernel, blue for negative and red for positive weights, each kernel by its largest.
public struct KernelSheet: Sendable {
  public let image: RGBImage
  /// How many kernels and channels there are, and how many of them are shown.
  public let caption: String

  /// Most kernels, and most channels of each, on a sheet.
  static let mostKernels = 64
  static let mostChannels = 32

  /// - Parameters:
  ///   - graph: a network.
  ///   - layer: nil for the first convolution.
  /// Throws a ``NoKernels`` for a layer that is no convolution.
  public init(of graph: Graph, parameters: ParameterStore, layer: NetworkLayer?) throws(NoKernels) {
    let node =
      layer.map { graph.nodes[$0.index] } ?? graph.nodes.first { $0.operation is ConvolutionOperation }
    guard let node, let convolution = node.operation as? ConvolutionOperation,
      let weights = parameters[convolution.weight]
    else { throw NoKernels(layer: layer?.name ?? "network", operation: layer?.operation ?? "no convolution") }
    self.init(weights, name: node.name)
  }

  /// - Parameter weights: [kernels × channels × rows × columns].
  public init(_ weights: Tensor, name: String) {
    let shape = weights.shape
    let scale = max(1, 48 / max(shape[2], shape[3]))
    let kernels = min(shape[0], Self.mostKernels)
    if shape[1] == 3 {
      let tiles = (0..<kernels).map { Self.colored(weights, kernel: $0).enlarged(scale) }
      image = TileSheet(tiles, columns: Self.columns(of: kernels)).image
    } else {
      let channels = min(shape[1], Self.mostChannels)
      let tiles = (0..<kernels).flatMap { kernel in
        (0..<channels).map { Self.signed(weights, kernel: kernel, channel: $0).enlarged(max(1, scale / 2)) }
      }
      // Kernels of one channel need no row each.
      image = TileSheet(tiles, columns: channels == 1 ? Self.columns(of: kernels) : channels).image
    }
    let shown = kernels < shape[0] || shape[1] != 3 && shape[1] > Self.mostChannels
    caption =
      "\(name): \(shape[0]) kernels of \(shape[2])×\(shape[3]) over \(shape[1]) channels"
      + (shown ? ", the first \(kernels) over \(min(shape[1], shape[1] == 3 ? 3 : Self.mostChannels)) shown" : "")
  }

  private static func columns(of count: Int) -> Int { max(1, Int(Double(count).squareRoot().rounded(.up))) }

  private static func values(_ weights: Tensor, kernel: Int) -> [Float] {
    let count = weights.elementCount / weights.shape[0]
    return weights.withUnsafeBufferPointer { Array($0[kernel * count..<(kernel + 1) * count]) }
  }

  private static func colored(_ weights: Tensor, kernel: Int) -> RGBImage {
    let values = values(weights, kernel: kernel)
    let (low, high) = (values.min() ?? 0, values.max() ?? 0)
    let area = weights.shape[2] * weights.shape[3]
    var pixels: [UInt8] = []
    for place in 0..<area {
      for channel in 0..<3 {
        let value = values[channel * area + place]
        pixels.append(high > low ? UInt8(((value - low) / (high - low) * 255).rounded()) : 128)
      }
    }
    return RGBImage(size: ImageSize(width: weights.shape[3], height: weights.shape[2]), pixels: pixels)
  }

  private static func signed(_ weights: Tensor, kernel: Int, channel: Int) -> RGBImage {
    let values = values(weights, kernel: kernel)
    let largest = max(values.map(abs).max() ?? 0, .leastNormalMagnitude)
    let area = weights.shape[2] * weights.shape[3]
    let pixels = values[channel * area..<(channel + 1) * area].flatMap { weight -> [UInt8] in
      let color = ColorMap.diverging.color(weight / largest)
      return [color.red, color.green, color.blue]
    }
    return RGBImage(size: ImageSize(width: weights.shape[3], height: weights.shape[2]), pixels: pixels)
  }
}

/// A layer without kernels.
public struct NoKernels: Error, Hashable, CustomStringConvertible {
  public let layer: String
  public let operation: String
  public var description: String { "\(layer) has no kernels (\(operation)); expected a convolution" }
}
