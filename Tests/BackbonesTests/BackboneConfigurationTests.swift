import Backbones
import ComputeGraph
import Foundation
import Testing

@Suite struct BackboneConfigurationTests {
  private func decode(_ text: String) throws -> BackboneConfiguration {
    try JSONDecoder().decode(BackboneConfiguration.self, from: Data(text.utf8))
  }

  /// Model files and configurations from before there was another family.
  @Test func depthAndWidthAloneAreAResNet() throws {
    let found = try decode(#"{"depth": 34, "widthMultiplier": 0.5}"#)
    #expect(found == BackboneConfiguration(depth: .resNet34, widthMultiplier: 0.5))
    #expect(found.family == .resNet && found.normalizationEpsilon == 1e-5)
  }

  @Test(arguments: BackboneConfiguration.Family.allCases) func comesBackFromJSON(
    family: BackboneConfiguration.Family
  ) throws {
    let configuration = BackboneConfiguration(
      family, depth: .resNet101, widthMultiplier: 0.25, normalizationEpsilon: 1e-3)
    let data = try JSONEncoder().encode(configuration)
    #expect(try JSONDecoder().decode(BackboneConfiguration.self, from: data) == configuration)
  }

  @Test(arguments: [
    #"{"depth": 35, "widthMultiplier": 1}"#, #"{"depth": 18}"#,
    #"{"depth": 18, "widthMultiplier": 1, "family": "vgg"}"#,
  ])
  func refusesWhatItDoesNotKnow(text: String) {
    #expect(throws: DecodingError.self) { try decode(text) }
  }

  @Test func theFamilyDecides() {
    func names(_ family: BackboneConfiguration.Family) -> [String] {
      let backbone = Backbone(BackboneConfiguration(family, widthMultiplier: 0.25), prefix: "b.")
      return Graph(inputChannels: 3) { backbone($0) }.parameters.map(\.name)
    }
    #expect(names(.resNet).contains("b.layer4.1.conv2.weight"))
    #expect(names(.mobileNetV3Large).contains("b.16.0.weight"))
    #expect(names(.mobileNetV3Small).contains("b.12.0.weight"))
  }

  @Test(arguments: TorchvisionClassifier.allCases) func classifiersNameTheirParameters(
    classifier: TorchvisionClassifier
  ) {
    let backbone = Backbone(classifier.backbone, prefix: "backbone.body.")
    let known = Set(Graph(inputChannels: 3) { backbone($0) }.parameters.map(\.name))
    let isMobile = classifier.backbone.family != .resNet
    let (first, dropped) =
      isMobile ? ("features.0.0.weight", "classifier.0.weight") : ("layer1.0.conv1.weight", "fc.bias")
    #expect(known.contains(classifier.parameterName(first) ?? ""))
    #expect(classifier.parameterName(dropped) == nil)
    #expect(classifier.parameterName(isMobile ? "features.0.1.num_batches_tracked" : "bn1.num_batches_tracked") == nil)
    #expect(classifier.backbone.normalizationEpsilon == (isMobile ? 1e-3 : 1e-5))
  }
}
