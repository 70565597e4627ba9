import ComputeGraph
import FolderTesting
import Foundation
import ImageCodecs
import Models
import Tensors
import Testing

struct BackboneWeightsTests {
  /// A backbone of two tensors, and a head that differs from family to family.
  private func model(_ value: Float, head: String = "head.weight", width: Int = 2) -> ParameterStore {
    var store = ParameterStore()
    store["backbone.conv.weight"] = Tensor(repeating: value, shape: [width, 3])
    store["backbone.bn.running_mean"] = Tensor(repeating: value + 1, shape: [width])
    store[head] = Tensor(repeating: value + 2, shape: [4])
    return store
  }

  @Test func takesTheSharedPartAndNothingElse() {
    let backbone = BackboneWeights(of: model(1), source: "model")
    #expect(backbone.parameters.names == ["backbone.conv.weight", "backbone.bn.running_mean"])
    #expect(backbone.source == "model")
  }

  @Test func replacesTheBackboneAndLeavesTheHead() throws {
    var store = model(5, head: "other.bias")
    try BackboneWeights(of: model(1), source: "model").replaceBackbone(in: &store)
    #expect(store.names == ["backbone.conv.weight", "backbone.bn.running_mean", "other.bias"])
    #expect(store["backbone.conv.weight"]?.values == [1, 1, 1, 1, 1, 1])
    #expect(store["backbone.bn.running_mean"]?.values == [2, 2])
    #expect(store["other.bias"]?.values == [7, 7, 7, 7])
    #expect(
      BackboneWeights(of: store, source: "").fingerprint == BackboneWeights(of: model(1), source: "").fingerprint)
  }

  @Test(arguments: [
    ("wider", "the network wants backbone.conv.weight as 2×3, the backbone has 3×3"),
    ("incomplete", "the network wants backbone.bn.running_mean as 2, the backbone has nothing"),
    ("deeper", "the backbone has backbone.more.weight, which the network does not know"),
    ("empty", "the network wants backbone.conv.weight as 2×3, the backbone has nothing"),
  ])
  func anotherBackboneIsRefusedByName(kind: String, message: String) {
    var source = model(1)
    switch kind {
    case "wider": source = model(1, width: 3)
    case "incomplete": source["backbone.bn.running_mean"] = nil
    case "deeper": source["backbone.more.weight"] = Tensor(zeros: [1])
    default: source = ParameterStore()
    }
    var store = model(5)
    let error = #expect(throws: ModelFileError.self) {
      try BackboneWeights(of: source, source: "a.safetensors").replaceBackbone(in: &store)
    }
    #expect(
      error?.description == "a.safetensors: the weights do not fit the model's configuration: \(message)")
    // Nothing was changed on the way.
    #expect(store.fingerprint == model(5).fingerprint)
  }

  @Test func readsAModelFile() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("model.safetensors")
    try ModelFile(
      architecture: "any", configuration: ["a": 1], classes: [.init(name: "thing", id: 1)],
      preprocessing: Preprocessing(inputSize: ImageSize(width: 8, height: 8)),
      parameters: model(1)
    ).write(to: path)
    let backbone = try BackboneWeights(contentsOf: path)
    #expect(backbone.source == path)
    #expect(backbone.fingerprint == BackboneWeights(of: model(1), source: "").fingerprint)
    #expect(throws: (any Error).self) { try BackboneWeights(contentsOf: folder.path("missing.safetensors")) }
  }
}
