import ComputeGraph
import Tensors

/// A layer of a network, as it is listed and asked for.
public struct NetworkLayer: Hashable, Sendable {
  /// Its place in the graph.
  public let index: Int
  public let name: String
  public let operation: String
  /// Of its result for one image.
  public let shape: TensorShape

  /// Whether it gives a map that can be shown, with rows and columns.
  public var isMap: Bool { shape.rank == 4 }
}

extension Graph {
  /// Every layer but the input, for an input of a shape.
  ///
  /// Throws a `GraphError` where the input does not fit.
  public func layers(input: TensorShape) throws -> [NetworkLayer] {
    let shapes = try shapes(input: input)
    let names = layerNames
    return nodes.indices.filter { !(nodes[$0].operation is InputOperation) }.map {
      NetworkLayer(index: $0, name: names[$0], operation: nodes[$0].operation.title, shape: shapes[$0])
    }
  }
}

extension [NetworkLayer] {
  /// The layer of a name.
  ///
  /// Throws an ``UnknownLayer`` with the nearest names.
  public func named(_ name: String) throws(UnknownLayer) -> NetworkLayer {
    if let found = first(where: { $0.name == name }) { return found }
    throw UnknownLayer(name: name, known: map(\.name))
  }

  /// The same for a layer whose result is a map. Throws a ``NoMap`` for another.
  public func map(named name: String) throws -> NetworkLayer {
    let layer = try named(name)
    if !layer.isMap { throw NoMap(layer: name, shape: layer.shape) }
    return layer
  }
}

extension Graph {
  /// For every output the last map whose neighbouring elements are brought together on the way to it: by a convolution larger
  /// than 1×1, by pooling, or by a fully connected layer. What Grad-CAM looks at unless told otherwise; after it every place is
  /// on its own.
  ///
  /// - Parameter layers: the graph's.
  public func lastJoinedMaps(_ layers: [NetworkLayer]) -> [NetworkLayer] {
    let byIndex = Dictionary(layers.map { ($0.index, $0) }) { first, _ in first }
    var found: [NetworkLayer] = []
    for output in outputs {
      var index = output
      while let source = nodes[index].inputs.first {
        let joins = nodes[index].operation.joinsNeighbours
        index = source
        guard joins, let layer = byIndex[source], layer.isMap, layer.shape[2] * layer.shape[3] > 1 else { continue }
        if !found.contains(layer) { found.append(layer) }
        break
      }
    }
    return found
  }
}

extension Operation {
  /// Whether elements of the result depend on several places of the first input.
  fileprivate var joinsNeighbours: Bool {
    if let convolution = self as? ConvolutionOperation {
      return convolution.geometry.kernelHeight * convolution.geometry.kernelWidth > 1
    }
    return self is PoolingOperation || self is GlobalAveragePoolingOperation || self is L2PoolingOperation
      || self is FlattenOperation || self is InnerProductOperation
  }
}

/// A layer that a network does not have.
public struct UnknownLayer: Error, Hashable, CustomStringConvertible {
  public let name: String
  /// Those of the network whose names are most alike, best first.
  public let nearest: [String]

  init(name: String, known: [String]) {
    self.name = name
    nearest = Array(known.map { ($0, Self.distance(name, $0)) }.sorted { $0.1 < $1.1 }.prefix(3).map(\.0))
  }

  public var description: String {
    "there is no layer \"\(name)\"; the nearest are \(nearest.joined(separator: ", ")); --list shows all"
  }

  /// Letters to insert, delete or replace, case aside (Levenshtein); what the other name contains is near.
  private static func distance(_ first: String, _ second: String) -> Int {
    if second.lowercased().contains(first.lowercased()) { return 0 }
    let (first, second) = (Array(first.lowercased()), Array(second.lowercased()))
    var row = Array(0...second.count)
    for (i, letter) in first.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in second.enumerated() {
        let above = row[j + 1]
        row[j + 1] = Swift.min(diagonal + (letter == other ? 0 : 1), above + 1, row[j] + 1)
        diagonal = above
      }
    }
    return row[second.count]
  }
}

/// A layer that gives no map.
public struct NoMap: Error, Hashable, CustomStringConvertible {
  public let layer: String
  public let shape: TensorShape
  public var description: String { "layer \(layer) gives \(shape), which has no rows and columns to be shown" }
}
