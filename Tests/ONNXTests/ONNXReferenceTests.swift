import ComputeGraph
import Foundation
import ModelStorage
import NetworkPlans
import ONNX
import TensorTesting
import Tensors
import Testing

/// Networks for `Tests/Parity/onnx_outputs.py`, which runs them in onnxruntime.
struct ONNXReferenceTests {
  private static let folder = ProcessInfo.processInfo.environment["PEREGRINE_ONNX_OUT"]

  @Test func togetherTheNetworksHoldEveryOperation() {
    var titles: Set<String> = []
    for network in OperationNetwork.all {
      titles.formUnion(network.graph.nodes.map(\.operation.title))
      var (graph, parameters) = (network.graph, network.parameters)
      for pass in GraphPass.inference { graph.apply(pass, parameters: &parameters) }
      titles.formUnion(graph.nodes.map(\.operation.title))
    }
    #expect(
      titles == [
        "input", "convolution", "transposed convolution", "max pooling", "average pooling", "global average pooling",
        "batch norm", "batch norm, ReLU", "fully connected", "ReLU", "leaky ReLU", "SiLU", "sigmoid", "tanh", "Mish",
        "ELU", "hard swish", "clip", "scale and shift", "softmax", "upsampling", "concatenation", "addition",
        "addition, ReLU", "multiplication", "channels", "space to depth", "flatten", "dropout",
        "depth to space", "crop", "every other cell", "repeated channel", "windows", "windows to map",
        "local response norm", "zero channels", "adaptive average pooling", "L2 pooling",
        "bilinear resizing", "crop to size",
      ])
  }

  /// Writes NAME.plain.onnx, NAME.fused.onnx and NAME.safetensors (inputs and our outputs of one and of two images).
  @Test(.enabled(if: folder != nil, "PEREGRINE_ONNX_OUT names no folder"), arguments: OperationNetwork.all)
  func writesReferences(network: OperationNetwork) throws {
    let folder = try #require(Self.folder)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let graph = network.graph
    let names = graph.outputs.indices.map { "output.\($0)" }
    for (kind, passes) in [("plain", []), ("fused", GraphPass.inference)] {
      let options = ONNXModel.Options(passes: passes, hasVariableBatch: true, outputNames: names)
      try ONNXModel(
        graph, parameters: network.parameters, inputShape: network.inputShape(batch: 1), options: options
      ).write(to: "\(folder)/\(network.name).\(kind).onnx")
    }
    var generator = SeededGenerator(seed: 5)
    var tensors = ParameterStore()
    for batch in 1...2 {
      let shape = network.inputShape(batch: batch)
      let images = generator.tensor(shape)
      tensors["\(batch)/images"] = images
      let outputs = try InferencePlan(graph, parameters: network.parameters, inputShape: shape).run(images)
      for (name, output) in zip(names, outputs) { tensors["\(batch)/\(name)"] = output }
    }
    try SafeTensorsFile.write(tensors, to: "\(folder)/\(network.name).safetensors")
  }
}
