import Backbones
import Classification
import ComputeGraph
import DetectionUtilities
import FasterRCNN
import Foundation
import ModelStorage
import Models
import Tensors
import Testing
import WeightImport

@Suite struct TorchvisionImportTests {
  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("torchvision-\(UUID().uuidString)")

  /// A MobileNet's random weights under the names of torchvision's classifier, whose last layer is included.
  private func classifier(_ change: (inout ParameterStore) -> Void = { _ in }) throws -> ImportedWeights {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let backbone = Backbone(TorchvisionClassifier.mobileNetV3Small.backbone)
    var generator = SeededGenerator(seed: 1)
    let random = Graph(inputChannels: 3) { backbone($0) }.initialParameters(using: &generator)
    var store = ParameterStore()
    for name in random.names { store["features.\(name)"] = random[name] }
    store["classifier.3.bias"] = Tensor(repeating: 1, shape: [1000])
    change(&store)
    let path = folder.appendingPathComponent("weights.safetensors").path
    try SafeTensorsFile.write(store, to: path)
    return try ImportedWeights(safetensors: path)
  }

  @Test func aClassifierBecomesABackbone() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let weights = try classifier()
    let file = try TorchvisionImport.modelFile(weights, architecture: .backbone(.mobileNetV3Small))
    #expect(file.architecture == ModelFile.backboneArchitecture)
    #expect(file.classes.isEmpty)
    #expect(file.parameters.count == weights.tensors.count - 1)
    #expect(
      file.parameters["backbone.body.0.0.weight"]?.values == weights.tensors["features.0.0.weight"]?.values)
    #expect(file.provenance.sourceFiles?.first?.sha256.count == 64)
    // It comes back from disk, and a detector's backbone takes all of it.
    let path = folder.appendingPathComponent("backbone.safetensors").path
    try file.write(to: path)
    let read = try ModelFile(contentsOf: path)
    var configuration = FasterRCNNConfiguration()
    configuration.backbone = try JSONDecoder().decode(BackboneConfiguration.self, from: read.configuration)
    #expect(configuration.backbone == TorchvisionClassifier.mobileNetV3Small.backbone)
    var generator = SeededGenerator(seed: 2)
    var parameters = FasterRCNNNetwork(configuration, classCount: 2).initialParameters(using: &generator)
    let outcome = try InitialWeights(read, source: path).load(into: &parameters)
    #expect(outcome.loaded.count == file.parameters.count)
    #expect(outcome.unused.isEmpty)
    #expect(outcome.new.contains("rpn.head.conv.0.0.weight"))
  }

  @Test(arguments: [
    ("missing", "backbone.body.0.0.weight is missing; mobilenet_v3_small wants 16×3×3×3"),
    ("shape", "backbone.body.0.0.weight has shape 16×3×5×5; mobilenet_v3_small wants 16×3×3×3"),
    ("extra", "has backbone.body.99.0.weight, which mobilenet_v3_small does not have"),
  ])
  func refusesOtherWeights(_ change: String, _ problem: String) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let weights = try classifier { store in
      switch change {
      case "missing": store["features.0.0.weight"] = nil
      case "shape": store["features.0.0.weight"] = Tensor(zeros: [16, 3, 5, 5])
      default: store["features.99.0.weight"] = Tensor(zeros: [1])
      }
    }
    #expect(throws: TorchvisionError(path: weights.path, problem: problem)) {
      try TorchvisionImport.modelFile(weights, architecture: .backbone(.mobileNetV3Small))
    }
  }

  @Test func aClassifierIsNoDetector() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let weights = try classifier()
    #expect(throws: TorchvisionError.self) {
      try TorchvisionImport.modelFile(weights, architecture: .detector(.fasterRCNNMobileNetV3LargeFPN))
    }
  }

  @Test func everyNameIsAnArchitecture() {
    #expect(TorchvisionImport.Architecture.allCases.count == 28)
    for architecture in TorchvisionImport.Architecture.allCases {
      #expect(TorchvisionImport.Architecture(name: architecture.name) == architecture)
    }
    #expect(TorchvisionImport.Architecture(name: "lectures") == nil)
    #expect(TorchvisionImport.Architecture(name: "resnet50")?.backbone == .backbone(.resNet50))
    #expect(TorchvisionImport.Architecture(name: "vgg16")?.backbone == nil)
  }

  /// A small ResNet for CIFAR with random weights, and what PyTorch keeps beside them.
  private func smallResNet(_ change: (inout ParameterStore) -> Void = { _ in }) throws -> ImportedWeights {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var configuration = ClassifierConfiguration()
    configuration.network = .resNet20CIFAR
    var generator = SeededGenerator(seed: 1)
    var store = configuration.graph(classCount: 7).initialParameters(using: &generator)
    store["bn1.num_batches_tracked"] = Tensor(zeros: [1])
    change(&store)
    let path = folder.appendingPathComponent("small.safetensors").path
    try SafeTensorsFile.write(store, to: path)
    return try ImportedWeights(safetensors: path)
  }

  @Test func aClassifierKeepsItsHead() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let weights = try smallResNet()
    let file = try TorchvisionImport.modelFile(weights, architecture: .classifier(.resNet20CIFAR))
    #expect(file.architecture == ModelFile.classifierArchitecture)
    #expect(file.classes.map(\.id) == Array(0..<7) && file.classes[6].name == "class 6")
    #expect(file.preprocessing.inputSize.width == 32 && file.parameters.count == weights.tensors.count - 1)
    #expect(file.parameters["linear.weight"]?.values == weights.tensors["linear.weight"]?.values)
    let path = folder.appendingPathComponent("classifier.safetensors").path
    try file.write(to: path)
    let classifier = try ImageClassifier(ModelFile(contentsOf: path), path: path)
    #expect(classifier.classNames.count == 7)
  }

  @Test(arguments: [
    ("missing", "layer2.0.conv1.weight is missing; resnet20-cifar wants 32×16×3×3"),
    ("extra", "has layer9.weight, which resnet20-cifar does not have"),
    ("head", "has no last layer that gives 2 or more numbers; expected the weights of resnet20-cifar"),
  ])
  func refusesOtherClassifiers(_ change: String, _ problem: String) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let weights = try smallResNet { store in
      switch change {
      case "missing": store["layer2.0.conv1.weight"] = nil
      case "extra": store["layer9.weight"] = Tensor(zeros: [1])
      default: store["linear.weight"] = nil
      }
    }
    #expect(throws: TorchvisionError(path: weights.path, problem: problem)) {
      try TorchvisionImport.modelFile(weights, architecture: .classifier(.resNet20CIFAR))
    }
  }
}
