import Backbones
import ComputeGraph
import Foundation
import ModelStorage
import NetworkPlans
import TensorTesting
import Tensors
import Testing

/// Holds the maps of a backbone against those of torchvision's classifier of the same weights.
@Suite(
  .enabled(
    if: ProcessInfo.processInfo.environment["PEREGRINE_TORCHVISION_DETECTORS"] != nil,
    "needs PEREGRINE_TORCHVISION_DETECTORS, the folder that Tests/Parity/torchvision_detectors.py wrote"))
struct TorchvisionClassifierTests {
  @Test(arguments: [
    TorchvisionClassifier.mobileNetV3Small, .mobileNetV3Large, .resNet18, .resNet34, .resNet50,
  ])
  func maps(classifier: TorchvisionClassifier) throws {
    let folder = try #require(ProcessInfo.processInfo.environment["PEREGRINE_TORCHVISION_DETECTORS"])
    let file = try SafeTensorsFile.read("\(folder)/classifier-\(classifier.rawValue).safetensors").tensors
    let input = try #require(file["input"])
    let backbone = Backbone(classifier.backbone)
    let graph = Graph(inputChannels: 3) { backbone($0) }
    var parameters = ParameterStore()
    for name in file.names where name != "input" && !name.hasPrefix("map.") {
      if let ours = classifier.parameterName(name, prefix: "") { parameters[ours] = file[name] }
    }
    #expect(Set(parameters.names) == Set(graph.parameters.map(\.name)))
    let found = try InferencePlan(graph, parameters: parameters, inputShape: input.shape).run(input)
    for (level, map) in found.enumerated() {
      let expected = try #require(file["map.\(level)"])
      #expect(map.shape == expected.shape)
      let error = relativeError(map, expected.doubles)
      print("torchvision \(classifier.rawValue) map \(level): relative error \(error)")
      // Rounding grows from layer to layer: 2e-5 behind the 34th.
      #expect(error < 1e-4)
    }
  }
}
