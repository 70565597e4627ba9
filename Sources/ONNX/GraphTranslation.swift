import ComputeGraph
import Foundation
import Tensors

/// Turns a graph into ONNX nodes and initial values, one layer after the other.
struct GraphTranslation: ONNXNodeWriter {
  let graph: Graph
  let shapes: [TensorShape]
  private let parameters: ParameterStore
  private let options: ONNXModel.Options
  private var names: ValueNames
  private var nodes: [Onnx_NodeProto] = []
  private var initializers: [Onnx_TensorProto] = []
  private var written: Set<String> = []
  /// Where a layer's result is found.
  private var values: [String] = []
  /// The layer that is being translated.
  private var index = 0
  /// Its name; the parts that it becomes are called after it.
  private var layer = ""

  init(_ graph: Graph, shapes: [TensorShape], parameters: ParameterStore, options: ONNXModel.Options) {
    self.graph = graph
    self.shapes = shapes
    self.parameters = parameters
    self.options = options
    names = ValueNames(taken: graph.parameters.map(\.name) + [options.inputName] + options.outputNames)
  }

  mutating func translate() -> Onnx_GraphProto {
    let outputNames =
      options.outputNames.isEmpty ? graph.outputs.map { names.unique(graph.nodes[$0].name) } : options.outputNames
    for (index, node) in graph.nodes.enumerated() {
      self.index = index
      layer = graph.outputs.firstIndex(of: index).map { outputNames[$0] } ?? names.unique(node.name)
      let count = nodes.count
      let value = node.operation.writeONNX(to: &self)
      // What has a node of its own is called as the layer is.
      if nodes.count > count { rename(nodes.count - 1, layer) }
      values.append(nodes.count > count ? layer : value)
    }
    for (position, index) in graph.outputs.enumerated() where values[index] != outputNames[position] {
      _ = add("Identity", [values[index]], [])
      rename(nodes.count - 1, outputNames[position])
    }
    return Onnx_GraphProto.with {
      $0.name = "network"
      $0.node = nodes
      $0.initializer = initializers
      $0.input = [information(options.inputName, shapes[0])]
      $0.output = zip(outputNames, graph.outputs).map { information($0, shapes[$1]) }
    }
  }

  func input(_ position: Int) -> String { values[graph.nodes[index].inputs[position]] }
  var inputCount: Int { graph.nodes[index].inputs.count }
  var inputShape: TensorShape { shapes[graph.nodes[index].inputs[0]] }
  var outputShape: TensorShape { shapes[index] }
  var networkInput: String { options.inputName }

  /// Adds a node and returns the name of its result.
  mutating func add(_ operation: String, _ inputs: [String], _ attributes: [ONNXAttribute]) -> String {
    let result = names.unique("\(layer)/\(operation)")
    nodes.append(
      Onnx_NodeProto.with {
        $0.opType = operation
        $0.name = result
        $0.input = inputs
        $0.output = [result]
        $0.attribute = attributes.map(Onnx_AttributeProto.init)
      })
    return result
  }

  /// A weight, bias or running statistic under its own name; written once.
  mutating func parameter(_ name: String) -> String {
    guard written.insert(name).inserted else { return name }
    guard let tensor = parameters[name] else { preconditionFailure("no parameter is named \(name)") }
    initializers.append(Onnx_TensorProto(name: name, tensor))
    return name
  }

  /// A number that an operation reads as an input.
  mutating func constant(_ name: String, _ value: Float) -> String {
    let name = names.unique("\(layer)/\(name)")
    initializers.append(Onnx_TensorProto(name: name, Tensor(shape: [], values: [value])))
    return name
  }

  /// Numbers that an operation reads as an input.
  mutating func constant(_ name: String, _ values: [Float]) -> String {
    let name = names.unique("\(layer)/\(name)")
    initializers.append(Onnx_TensorProto(name: name, Tensor(shape: [values.count], values: values)))
    return name
  }

  mutating func constant(_ name: String, _ values: [Int]) -> String {
    let name = names.unique("\(layer)/\(name)")
    initializers.append(Onnx_TensorProto(name: name, integers: values))
    return name
  }

  /// Names the result of a node that nothing reads yet.
  private mutating func rename(_ index: Int, _ name: String) {
    nodes[index].name = name
    nodes[index].output = [name]
  }

  private func information(_ name: String, _ shape: TensorShape) -> Onnx_ValueInfoProto {
    Onnx_ValueInfoProto.with {
      $0.name = name
      $0.type.tensorType.elemType = Int32(Onnx_TensorProto.DataType.float.rawValue)
      $0.type.tensorType.shape.dim = shape.dimensions.enumerated().map { axis, extent in
        Onnx_TensorShapeProto.Dimension.with {
          if axis == 0 && options.hasVariableBatch { $0.dimParam = "batch" } else { $0.dimValue = Int64(extent) }
        }
      }
    }
  }
}
