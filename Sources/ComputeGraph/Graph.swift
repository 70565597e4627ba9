import Tensors

/// A network as data: nodes in an order in which every node comes after its inputs, and the parameters they name.
///
/// Independent of batch and image size; `TrainingPlan` and `InferencePlan` compile it for given ones.
public struct Graph: Sendable {
  /// One computation and the nodes whose results it reads.
  public struct Node: Sendable, Hashable {
    public var operation: any Operation
    public var inputs: [Int]
    /// Dotted path of the layer, for tables and messages.
    public var name: String

    public static func == (left: Node, right: Node) -> Bool {
      left.inputs == right.inputs && left.name == right.name && left.operation.isEqual(to: right.operation)
    }

    public func hash(into hasher: inout Hasher) {
      operation.hash(into: &hasher)
      hasher.combine(inputs)
      hasher.combine(name)
    }
  }

  public internal(set) var nodes: [Node]
  /// Indices of the nodes whose results leave the network.
  public package(set) var outputs: [Int]
  /// In order of first use.
  public internal(set) var parameters: [ParameterSpecification]

  /// Builds a graph by calling layers on the value that stands for the input images.
  ///
  ///     let graph = Graph(inputChannels: 3) { images in
  ///       let features = Convolution("stem", inputChannels: 3, outputChannels: 16, kernelSize: 3)(images)
  ///       return [features.relu()]
  ///     }
  public init(inputChannels: Int, _ network: (Value) throws -> [Value]) rethrows {
    let builder = GraphBuilder()
    let input = builder.add(InputOperation(channels: inputChannels), [], name: "images")
    let results = try network(input)
    nodes = builder.nodes
    outputs = results.map(\.index)
    parameters = builder.parameters
  }

  init(nodes: [Node], outputs: [Int], parameters: [ParameterSpecification]) {
    self.nodes = nodes
    self.outputs = outputs
    self.parameters = parameters
  }

  /// For every node the nodes that read its elements, once per reading.
  package var consumers: [[Int]] {
    var result = [[Int]](repeating: [], count: nodes.count)
    for (index, node) in nodes.enumerated() {
      for input in node.elementInputs { result[input].append(index) }
    }
    return result
  }
}

extension Graph.Node {
  /// The inputs of which more than the shape is read.
  package var elementInputs: [Int] {
    inputs.enumerated().filter { operation.readsElements(ofInput: $0.offset) }.map(\.element)
  }
}

extension Graph {
  /// A name for every node, the layer's own where it has one node; a layer that is used again gets `#2` and so on.
  public var layerNames: [String] {
    var uses: [String: Int] = [:]
    return nodes.map { node in
      let use = uses[node.name, default: 0] + 1
      uses[node.name] = use
      return use == 1 ? node.name : "\(node.name)#\(use)"
    }
  }
}

/// Collects the nodes that layers add while a network is described.
final class GraphBuilder {
  var nodes: [Graph.Node] = []
  var parameters: [ParameterSpecification] = []
  private var parameterIndices: [String: Int] = [:]

  func add(_ operation: any Operation, _ inputs: [Value], name: String) -> Value {
    for input in inputs {
      precondition(input.builder === self, "layer \(name) was given a value of another graph")
    }
    nodes.append(Graph.Node(operation: operation, inputs: inputs.map(\.index), name: name))
    return Value(builder: self, index: nodes.count - 1)
  }

  /// Registers a parameter; a layer that is called twice shares it.
  func declare(_ name: String, _ shape: TensorShape, _ role: ParameterSpecification.Role) {
    let specification = ParameterSpecification(name: name, shape: shape, role: role)
    if let index = parameterIndices[name] {
      precondition(parameters[index] == specification, "two different parameters are named \(name)")
    } else {
      parameterIndices[name] = parameters.count
      parameters.append(specification)
    }
  }
}

/// A symbolic tensor: the result of one node while a graph is being built.
public struct Value {
  let builder: GraphBuilder
  let index: Int

  /// The result of an operation on this value.
  ///
  /// - Parameter name: dotted path of the layer, for tables and messages.
  public func applying(_ operation: any Operation, name: String) -> Value {
    builder.add(operation, [self], name: name)
  }

  /// The result of an operation on several values of one graph.
  ///
  /// - Precondition: there is at least one.
  public static func applying(_ operation: any Operation, to values: [Value], name: String) -> Value {
    precondition(!values.isEmpty, "an operation on nothing")
    return values[0].builder.add(operation, values, name: name)
  }

  /// Says that the graph has a parameter; a layer that is called twice shares it.
  ///
  /// - Precondition: no other parameter has this name.
  public func declare(_ name: String, _ shape: TensorShape, _ role: ParameterSpecification.Role) {
    builder.declare(name, shape, role)
  }
}
