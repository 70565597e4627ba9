import CPUKernels
import ComputeGraph
import Tensors

/// A recipe applied to a graph: scales by node.
struct QuantizedLayers {
  typealias Range = QuantizationRecipe.Range

  /// For each convolution in integers what an integer weight of each output channel stands for.
  private(set) var weightScales: [Int: [Float]] = [:]
  /// The range of each value that may be kept as bytes.
  private(set) var ranges: [Int: Range] = [:]

  /// Layers that the graph does not have are another stage's.
  init(_ recipe: QuantizationRecipe, graph: Graph, parameters: ParameterStore) throws(PrecisionError) {
    let names = graph.layerNames
    let quantized = Set(recipe.layers)
    for (index, node) in graph.nodes.enumerated() {
      ranges[index] = recipe.ranges[names[index]]
      // These choose among values, so that bytes go through them as they are.
      if node.operation.choosesElements, let range = ranges[node.inputs[0]] { ranges[index] = range }
      guard quantized.contains(names[index]) else { continue }
      guard let convolution = node.convolution, graph.canBeQuantized(index) else {
        throw .recipe(layer: names[index], problem: "is of no convolution that can be computed in integers")
      }
      for input in node.inputs {
        guard let range = ranges[input], range.largest > 0, range.scale.isNormal else {
          throw .recipe(layer: names[index], problem: "lacks the range of its input \(names[input])")
        }
      }
      // The sum reads the old content of the destination, which is of the destination's type.
      if convolution.epilogue.addsDestination, ranges[node.inputs[1]]?.isSigned == true {
        ranges[index]?.isSigned = true
      }
      guard let weight = parameters[convolution.weight] else {
        throw .recipe(layer: names[index], problem: "lacks the parameter \(convolution.weight)")
      }
      weightScales[index] = weight.largestPerChannel.map { $0 > 0 ? $0 / recipe.largestWeight : 1 }
    }
  }

  /// The convolutions in integers.
  var layers: [Int] { weightScales.keys.sorted() }

  /// Leaves the others to floats.
  mutating func keep(_ layers: Set<Int>) {
    weightScales = weightScales.filter { layers.contains($0.key) }
  }
}

extension Graph {
  /// Whether a convolution has a form that integers are of use for. The network's input stays as it is, and in groups,
  /// above all depthwise, memory and not arithmetic takes the time (Yolo-Fastest in integers: 13.7 ms instead of 9.9).
  func canBeQuantized(_ index: Int) -> Bool {
    guard let node = nodes[index].convolution, !node.geometry.isTransposed, node.geometry.groups == 1 else {
      return false
    }
    return !(nodes[nodes[index].inputs[0]].operation is InputOperation)
  }
}

extension QuantizationRecipe.Range {
  var element: ElementType { isSigned ? .signedByte : .unsignedByte }
}

extension Tensor {
  /// The largest magnitude in each slice along the first axis.
  var largestPerChannel: [Float] {
    let count = elementCount / max(1, shape[0])
    return withUnsafeBufferPointer { values in
      (0..<shape[0]).map { channel in
        values[channel * count..<(channel + 1) * count].reduce(0) { max($0, abs($1)) }
      }
    }
  }
}
