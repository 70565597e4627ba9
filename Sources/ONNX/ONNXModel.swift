import ComputeGraph
import Files
import Foundation
import SwiftProtobuf
import Tensors

/// A network with its weights in the ONNX format (operator set 14), which onnxruntime, OpenVINO and others run.
///
/// Weights keep their parameter names, and a value has the name of the layer that computes it, with a number behind
/// it where several layers have one name. Rows and columns are fixed, the number of images may be left open.
public struct ONNXModel: Sendable {
  /// What is written.
  public struct Options: Sendable, Hashable {
    /// Applied to the graph first. With `GraphPass.inference` the file holds what this program's inference computes, without
    /// batch normalisation where it can be folded; with none, the network as it was trained.
    public var passes: [GraphPass]
    /// Lets the reader choose the number of images; otherwise it is that of the input shape.
    public var hasVariableBatch: Bool
    /// Name of the input.
    public var inputName: String
    /// Names of the outputs, in the graph's order; none for the layers' own.
    public var outputNames: [String]
    /// What the file says of itself besides the network, such as class names and preprocessing.
    public var metadata: [String: String]

    public init(
      passes: [GraphPass] = GraphPass.inference, hasVariableBatch: Bool = false, inputName: String = "images",
      outputNames: [String] = [], metadata: [String: String] = [:]
    ) {
      self.passes = passes
      self.hasVariableBatch = hasVariableBatch
      self.inputName = inputName
      self.outputNames = outputNames
      self.metadata = metadata
    }
  }

  /// Version of the ONNX operators that the nodes mean: the first with HardSwish.
  public static let operatorSet = 14
  /// Version of the format's messages that came with ``operatorSet``.
  static let formatVersion = 7

  package let content: Onnx_ModelProto

  /// Translates a graph.
  ///
  /// Throws a `GraphError` when parameters or input do not fit the graph, an ``ONNXError`` when the file would be too
  /// large.
  ///
  /// - Parameter inputShape: N×C×H×W.
  /// - Precondition: there are as many output names as outputs, or none, and no two alike.
  public init(
    _ graph: Graph, parameters: ParameterStore, inputShape: TensorShape, options: Options = Options()
  ) throws {
    precondition(
      options.outputNames.isEmpty || options.outputNames.count == graph.outputs.count,
      "\(options.outputNames.count) names for \(graph.outputs.count) outputs")
    precondition(
      Set(options.outputNames + [options.inputName]).count == options.outputNames.count + 1,
      "a name stands for two values: \(options.inputName), \(options.outputNames.joined(separator: ", "))")
    // Refused before anything is copied; each number takes four bytes.
    let parameterCount = graph.parameters.reduce(0) { $0 + $1.shape.elementCount }
    guard parameterCount <= ONNXError.maximumByteCount / 4 else {
      throw ONNXError.tooLarge(byteCount: parameterCount * 4)
    }
    try graph.check(parameters)
    // Before the passes, which take shapes for granted that an addition would have checked.
    _ = try graph.shapes(input: inputShape)
    var (graph, parameters) = (graph, parameters)
    for pass in options.passes { graph.apply(pass, parameters: &parameters) }

    var translation = GraphTranslation(
      graph, shapes: try graph.shapes(input: inputShape), parameters: parameters, options: options)
    var content = Onnx_ModelProto()
    content.irVersion = Int64(Self.formatVersion)
    content.producerName = "Peregrine"
    content.opsetImport = [Onnx_OperatorSetIdProto.with { $0.version = Int64(Self.operatorSet) }]
    content.metadataProps = options.metadata.sorted { $0.key < $1.key }.map { key, value in
      Onnx_StringStringEntryProto.with { ($0.key, $0.value) = (key, value) }
    }
    content.graph = translation.translate()
    self.content = content
  }

  /// The file. The same network gives the same bytes.
  ///
  /// Throws an ``ONNXError`` when it would be too large.
  public func bytes() throws -> Data {
    let bytes: Data = try content.serializedBytes()
    guard bytes.count <= ONNXError.maximumByteCount else { throw ONNXError.tooLarge(byteCount: bytes.count) }
    return bytes
  }

  /// Writes the file; it appears whole or not at all.
  ///
  /// Throws an ``ONNXError`` when it would be too large, an `OutputError` when the system refuses it.
  public func write(to path: String) throws {
    try OutputFile.write(try bytes(), to: path)
  }
}
