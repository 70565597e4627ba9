import Tensors

/// What one layer costs and sees.
public struct LayerCost: Sendable, Hashable {
  public var name: String
  public var operation: String
  public var output: TensorShape
  public var parameterCount: Int
  /// Multiplications and additions counted apart; only convolutions and fully connected layers count.
  public var floatingPointOperations: Int
  /// Side of the square of input pixels that one output element depends on.
  public var receptiveField: Int
}

extension Graph {
  /// Size, parameters, operations and receptive field of every layer, in order.
  public func costs(input: TensorShape) throws(GraphError) -> [LayerCost] {
    let shapes = try shapes(input: input)
    let specifications = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0) })
    var counted: Set<String> = []
    var fields: [ReceptiveField] = []
    var result: [LayerCost] = []
    for (index, node) in nodes.enumerated() {
      let widest =
        node.elementInputs.map { fields[$0] }.max { $0.extent < $1.extent } ?? ReceptiveField(extent: 1, jump: 1)
      let source = node.inputs.first.map { shapes[$0] }
      let field = source.map { node.operation.receptiveField(widest, input: $0, output: shapes[index]) } ?? widest
      fields.append(field)
      let count = node.operation.trainableParameters.filter { counted.insert($0).inserted }
        .reduce(0) { $0 + (specifications[$1]?.shape.elementCount ?? 0) }
      result.append(
        LayerCost(
          name: node.name, operation: node.operation.title, output: shapes[index], parameterCount: count,
          floatingPointOperations: source.map {
            node.operation.floatingPointOperations(input: $0, output: shapes[index])
          } ?? 0,
          receptiveField: field.extent))
    }
    return result
  }

  /// Sum of the layers' operations.
  public func floatingPointOperations(input: TensorShape) throws(GraphError) -> Int {
    try costs(input: input).reduce(0) { $0 + $1.floatingPointOperations }
  }
}
