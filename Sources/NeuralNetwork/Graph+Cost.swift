import OneDNNKernels
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
    // Receptive field and distance of neighbouring elements in input pixels (Araujo et al. 2019).
    var fields: [(extent: Int, jump: Double)] = []
    var result: [LayerCost] = []
    for (index, node) in nodes.enumerated() {
      let widest = node.inputs.map { fields[$0] }.max { $0.extent < $1.extent } ?? (extent: 1, jump: 1)
      let field = node.field(behind: widest, input: node.inputs.first.map { shapes[$0] })
      fields.append(field)
      let count = node.parameterNames.filter { counted.insert($0).inserted }
        .reduce(0) { $0 + (specifications[$1]?.shape.elementCount ?? 0) }
      result.append(
        LayerCost(
          name: node.name, operation: node.operation.title, output: shapes[index], parameterCount: count,
          floatingPointOperations: node.floatingPointOperations(
            input: node.inputs.first.map { shapes[$0] }, output: shapes[index]),
          receptiveField: field.extent))
    }
    return result
  }

  /// Sum of the layers' operations.
  public func floatingPointOperations(input: TensorShape) throws(GraphError) -> Int {
    try costs(input: input).reduce(0) { $0 + $1.floatingPointOperations }
  }
}

extension Graph.Node {
  fileprivate var parameterNames: [String] {
    switch operation {
    case .convolution(let node): [node.weight, node.bias].compactMap(\.self)
    case .innerProduct(let node): [node.weight, node.bias].compactMap(\.self)
    case .batchNormalization(let node): [node.scale, node.shift]
    default: []
    }
  }

  fileprivate func floatingPointOperations(input: TensorShape?, output: TensorShape) -> Int {
    switch operation {
    case .convolution(let node):
      input.map { node.geometry.floatingPointOperations(input: $0, output: output) } ?? 0
    case .innerProduct(let node): 2 * output[0] * node.inputFeatures * node.outputFeatures
    default: 0
    }
  }

  fileprivate func field(
    behind input: (extent: Int, jump: Double), input shape: TensorShape?
  ) -> (extent: Int, jump: Double) {
    func window(_ kernel: Int, _ stride: Double) -> (extent: Int, jump: Double) {
      (input.extent + Int((Double(kernel - 1) * input.jump).rounded(.up)), input.jump * stride)
    }
    switch operation {
    case .convolution(let node):
      let geometry = node.geometry
      if geometry.isTransposed {
        return window((geometry.kernelHeight - 1) / geometry.stride + 1, 1 / Double(geometry.stride))
      }
      return window(geometry.dilation * (geometry.kernelHeight - 1) + 1, Double(geometry.stride))
    case .pooling(let geometry): return window(geometry.kernelSize, Double(geometry.stride))
    case .rearrangement(.patches(let size, let stride, _)): return window(size, Double(stride))
    case .globalAveragePooling: return window(shape.map { max($0[2], $0[3]) } ?? 1, 1)
    case .upsampling(let factor): return (input.extent, input.jump / Double(factor))
    default: return input
    }
  }
}
