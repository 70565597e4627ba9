import ComputeGraph
import ImageCodecs
import Models
import NetworkPlans
import Tensors

/// What a layer makes of an image: one map for every channel.
public struct FeatureMaps: Sendable {
  public let layer: NetworkLayer
  /// 1×C×H×W.
  public let values: Tensor

  /// Most maps on a sheet.
  static let mostMaps = 64
  /// No map is drawn with a longer side, and none with a shorter one where it can be enlarged.
  static let longestSide = 128

  /// Runs an image through a network up to some of its layers.
  ///
  /// Throws a `GraphError` or a `KernelError`.
  public static func of(
    _ layers: [NetworkLayer], _ graph: Graph, parameters: ParameterStore, input: NetworkInput
  ) throws -> [FeatureMaps] {
    if layers.isEmpty { return [] }
    let plan = try InferencePlan(
      graph.computing(layers.map(\.index)), parameters: parameters, inputShape: input.shape)
    return zip(layers, try plan.run(filling: input.write)).map { FeatureMaps(layer: $0, values: $1) }
  }

  /// The channels with the largest range first, each in grey from its lowest value to its highest.
  ///
  /// - Precondition: the layer gives a map.
  public var sheet: RGBImage {
    precondition(values.shape.rank == 4, "\(layer.name) gives no map")
    let size = ImageSize(width: values.shape[3], height: values.shape[2])
    let area = size.width * size.height
    let maps = values.withUnsafeBufferPointer { all in
      (0..<values.shape[1]).map { Array(all[$0 * area..<($0 + 1) * area]) }
    }
    let shown = maps.map { ($0, ($0.max() ?? 0) - ($0.min() ?? 0)) }.sorted { $0.1 > $1.1 }.prefix(Self.mostMaps)
    let scale = max(1, Self.longestSide / max(size.width, size.height))
    let tiles = shown.map { map, range -> RGBImage in
      let low = map.min() ?? 0
      let pixels = map.flatMap { value -> [UInt8] in
        let shade = ColorMap.grey.color(range > 0 ? (value - low) / range : 0)
        return [shade.red, shade.green, shade.blue]
      }
      let tile = RGBImage(size: size, pixels: pixels).enlarged(scale)
      let longest = max(tile.width, tile.height)
      if longest <= Self.longestSide { return tile }
      return tile.resized(
        to: ImageSize(
          width: max(1, tile.width * Self.longestSide / longest),
          height: max(1, tile.height * Self.longestSide / longest)))
    }
    return TileSheet(tiles, columns: max(1, Int(Double(tiles.count).squareRoot().rounded(.up)))).image
  }

  public var caption: String {
    let shape = values.shape
    return "\(layer.name) (\(layer.operation)): \(shape[1]) maps of \(shape[3])×\(shape[2])"
      + (shape[1] > Self.mostMaps ? ", the \(Self.mostMaps) with the largest range shown" : "")
  }
}
