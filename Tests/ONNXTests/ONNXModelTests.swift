import ComputeGraph
import Files
import Foundation
import ONNX
import Tensors
import Testing

/// What a file holds besides the translated operations: names, shapes, numbers, and what is refused.
struct ONNXModelTests {
  private let graph = Graph(inputChannels: 2) { images in
    let x = Convolution("stem", inputChannels: 2, outputChannels: 3, kernelSize: 3, stride: 2, padding: 1)(images)
    return [BatchNormalization("bn", channels: 3, epsilon: 0)(x).relu(), images]
  }

  /// γ/√σ² is 2/2, 3/1 and 1/4.
  private var parameters: ParameterStore {
    var store = ParameterStore()
    store["stem.weight"] = Tensor(shape: [3, 2, 3, 3], values: (0..<54).map(Float.init))
    store["stem.bias"] = Tensor(shape: [3], values: [1, 2, 3])
    store["bn.weight"] = Tensor(shape: [3], values: [2, 3, 1])
    store["bn.bias"] = Tensor(shape: [3], values: [10, 20, 30])
    store["bn.running_mean"] = Tensor(shape: [3], values: [0, 1, 7])
    store["bn.running_var"] = Tensor(shape: [3], values: [4, 1, 16])
    return store
  }

  @Test func plainNetworkIsAsItWasTrained() throws {
    let file = try DecodedModel(graph, parameters, input: [1, 2, 5, 6], options: .init(passes: []))
    #expect(file.model.irVersion == 7 && file.model.opsetImport.map(\.version) == [14])
    #expect(file.operations == ["Conv", "BatchNormalization", "Relu", "Identity"])
    #expect(file.graph.node[0].input == ["images", "stem.weight", "stem.bias"])
    #expect(file.graph.node[1].input == ["stem", "bn.weight", "bn.bias", "bn.running_mean", "bn.running_var"])
    #expect(file.float("epsilon", of: 1) == 0)
    #expect(file.integers("strides", of: 0) == [2, 2] && file.integers("pads", of: 0) == [1, 1, 1, 1])
    #expect(file.integers("kernel_shape", of: 0) == [3, 3] && file.integers("group", of: 0) == [1])
    #expect(file.initializer("stem.weight")?.dims == [3, 2, 3, 3])
    #expect(file.floats("stem.weight") == (0..<54).map(Float.init))
    #expect(file.floats("bn.running_var") == [4, 1, 16])
  }

  @Test func normalizationIsFolded() throws {
    let file = try DecodedModel(graph, parameters, input: [1, 2, 5, 6])
    #expect(file.operations == ["Conv", "Relu", "Identity"])
    #expect(file.graph.initializer.map(\.name) == ["stem.weight", "stem.bias"])
    #expect(file.floats("stem.weight")?[17] == 17 && file.floats("stem.weight")?[18] == 54)
    // 10 + 1 · (1 − 0), 20 + 3 · (2 − 1), 30 + (3 − 7) / 4.
    #expect(file.floats("stem.bias") == [11, 23, 29])
    // The convolution takes the activation's place, and is called as the layer that it was.
    #expect(file.graph.output.map(\.name) == ["stem", "images.2"])
    #expect(file.graph.node.map { $0.output[0] } == ["stem/Conv", "stem", "images.2"])
  }

  @Test func shapesOfInputAndOutputs() throws {
    let fixed = try DecodedModel(graph, parameters, input: [2, 2, 5, 6])
    #expect(fixed.graph.input.map(\.name) == ["images"])
    #expect(fixed.shape(fixed.graph.input[0]) == ["2", "2", "5", "6"])
    #expect(fixed.graph.output.map(fixed.shape) == [["2", "3", "3", "3"], ["2", "2", "5", "6"]])
    let variable = try DecodedModel(graph, parameters, input: [1, 2, 5, 6], options: .init(hasVariableBatch: true))
    #expect(variable.shape(variable.graph.input[0]) == ["batch", "2", "5", "6"])
    #expect(variable.graph.output.map(variable.shape) == [["batch", "3", "3", "3"], ["batch", "2", "5", "6"]])
  }

  @Test func namesAndMetadataAreTheCallers() throws {
    let options = ONNXModel.Options(
      inputName: "pixels", outputNames: ["edges", "copy"], metadata: ["b": "2", "a": "ä"])
    let file = try DecodedModel(graph, parameters, input: [1, 2, 5, 6], options: options)
    #expect(file.graph.input[0].name == "pixels" && file.graph.node[0].input[0] == "pixels")
    #expect(file.graph.output.map(\.name) == ["edges", "copy"])
    #expect(file.graph.node[2].input == ["pixels"] && file.graph.node[2].output == ["copy"])
    #expect(file.model.metadataProps.map { "\($0.key)=\($0.value)" } == ["a=ä", "b=2"])
  }

  @Test func everyValueHasOneName() throws {
    let graph = Graph(inputChannels: 1) { images in
      let x = images.relu().relu()
      // An output twice, and one without a node of its own.
      return [x, x.droppedOut(rate: 0.5), x, x.relu()]
    }
    let file = try DecodedModel(graph, input: [1, 1, 2, 2], options: .init(passes: []))
    #expect(file.operations == ["Relu", "Relu", "Relu", "Identity", "Identity"])
    #expect(file.graph.output.map(\.name) == ["relu", "dropout", "relu.2", "relu.3"])
    let results = file.graph.node.flatMap(\.output)
    #expect(Set(results).count == 5 && Set(results).isSuperset(of: file.graph.output.map(\.name)))
    #expect(file.graph.node.map { $0.name } == results)
    #expect(file.graph.node[1].input == [results[0]] && file.graph.node[3].input == ["relu"])
  }

  @Test func theFileIsTheBytesAndAlwaysTheSame() throws {
    let model = try ONNXModel(graph, parameters: parameters, inputShape: [1, 2, 5, 6])
    let path = FileManager.default.temporaryDirectory.path + "/peregrine-\(UUID().uuidString).onnx"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try model.write(to: path)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(try bytes == ONNXModel(graph, parameters: parameters, inputShape: [1, 2, 5, 6]).bytes())
    #expect(throws: OutputError.self) { try model.write(to: path + "/below.onnx") }
  }

  @Test func whatDoesNotFitIsRefused() throws {
    #expect(throws: GraphError.self) {
      try ONNXModel(graph, parameters: ParameterStore(), inputShape: [1, 2, 5, 6])
    }
    #expect(throws: GraphError.self) { try ONNXModel(graph, parameters: parameters, inputShape: [1, 3, 5, 6]) }
  }

  /// Refused by what the graph says, before anybody has the memory.
  @Test func tooLargeIsRefused() throws {
    let graph = Graph(inputChannels: 30_000) {
      [InnerProduct("f", inputFeatures: 30_000, outputFeatures: 20_000, hasBias: false)($0)]
    }
    #expect(throws: ONNXError.tooLarge(byteCount: 2_400_000_000)) {
      try ONNXModel(graph, parameters: ParameterStore(), inputShape: [1, 30_000, 1, 1])
    }
  }

  @Test func tooFewOutputNamesTrap() async {
    await #expect(processExitsWith: .failure) {
      let graph = Graph(inputChannels: 1) { [$0.relu(), $0] }
      _ = try ONNXModel(
        graph, parameters: ParameterStore(), inputShape: [1, 1, 2, 2], options: .init(outputNames: ["one"]))
    }
  }

  @Test func aNameForTwoValuesTraps() async {
    await #expect(processExitsWith: .failure) {
      let graph = Graph(inputChannels: 1) { [$0.relu(), $0] }
      _ = try ONNXModel(
        graph, parameters: ParameterStore(), inputShape: [1, 1, 2, 2], options: .init(outputNames: ["one", "images"]))
    }
  }
}
