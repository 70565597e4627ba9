import ComputeGraph
import Foundation
import ONNX
import SwiftProtobuf
import Tensors

/// What a reader finds in the bytes of an ONNX file.
struct DecodedModel {
  let model: Onnx_ModelProto
  var graph: Onnx_GraphProto { model.graph }
  var operations: [String] { graph.node.map(\.opType) }

  init(_ bytes: Data) throws { model = try Onnx_ModelProto(serializedBytes: bytes) }

  init(
    _ graph: Graph, _ parameters: ParameterStore? = nil, input: TensorShape, options: ONNXModel.Options = .init()
  ) throws {
    var generator = SystemRandomNumberGenerator()
    let parameters = parameters ?? graph.initialParameters(using: &generator)
    try self.init(ONNXModel(graph, parameters: parameters, inputShape: input, options: options).bytes())
  }

  /// The integers of an attribute; one for a plain integer.
  func integers(_ attribute: String, of node: Int) -> [Int]? {
    guard let found = graph.node[node].attribute.first(where: { $0.name == attribute }) else { return nil }
    return found.type == .int ? [Int(found.i)] : found.ints.map(Int.init)
  }

  func float(_ attribute: String, of node: Int) -> Float? {
    graph.node[node].attribute.first { $0.name == attribute && $0.type == .float }?.f
  }

  func initializer(_ name: String) -> Onnx_TensorProto? { graph.initializer.first { $0.name == name } }

  /// The floats of an initial value.
  func floats(_ name: String) -> [Float]? {
    guard let tensor = initializer(name), tensor.dataType == 1 else { return nil }
    return tensor.rawData.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: 4).map { bytes.loadUnaligned(fromByteOffset: $0, as: Float.self) }
    }
  }

  /// The integers of an initial value.
  func integers(_ name: String) -> [Int]? {
    guard let tensor = initializer(name), tensor.dataType == 7 else { return nil }
    return tensor.rawData.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: 8).map { Int(bytes.loadUnaligned(fromByteOffset: $0, as: Int64.self)) }
    }
  }

  /// Extents of an input or output; a name for an open one.
  func shape(_ information: Onnx_ValueInfoProto) -> [String] {
    information.type.tensorType.shape.dim.map { dimension in
      switch dimension.value {
      case .dimParam(let name): name
      case .dimValue(let extent): "\(extent)"
      case nil: "?"
      }
    }
  }
}
