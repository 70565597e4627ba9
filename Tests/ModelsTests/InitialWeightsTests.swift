import ComputeGraph
import ImageCodecs
import Models
import Tensors
import Testing

@Suite struct InitialWeightsTests {
  private func store(_ shapes: [(String, TensorShape)], value: Float) -> ParameterStore {
    var store = ParameterStore()
    for (name, shape) in shapes { store[name] = Tensor(repeating: value, shape: shape) }
    return store
  }

  private func weights(_ shapes: [(String, TensorShape)]) throws -> InitialWeights {
    let file = try ModelFile(
      architecture: "yolo", configuration: [String: Int](), classes: [.init(name: "cell", id: 1)],
      preprocessing: Preprocessing(inputSize: ImageSize(width: 32, height: 32)), parameters: store(shapes, value: 7))
    return InitialWeights(file, source: "model.safetensors")
  }

  @Test func takesWhatFits() throws {
    let weights = try weights([("stem", [2, 3]), ("head", [85]), ("gone", [1])])
    var network = store([("stem", [2, 3]), ("head", [18]), ("fresh", [4])], value: 1)
    let outcome = try weights.load(into: &network)
    #expect(outcome.loaded == ["stem"])
    #expect(outcome.new == ["head", "fresh"])
    #expect(outcome.unused == ["gone"])
    #expect(network["stem"]?.values == [7, 7, 7, 7, 7, 7])
    #expect(network["head"]?.values == [Float](repeating: 1, count: 18))
  }

  @Test func refusesAnotherNetwork() throws {
    let weights = try weights([("stem", [2, 3])])
    var network = store([("stem", [2, 4])], value: 1)
    let before = network.fingerprint
    #expect(throws: ModelFileError.self) { try weights.load(into: &network) }
    #expect(network.fingerprint == before)
  }
}
