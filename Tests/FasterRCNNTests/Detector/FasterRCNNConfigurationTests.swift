import DetectionUtilities
import FasterRCNN
import Foundation
import ImageCodecs
import Testing

struct FasterRCNNConfigurationTests {
  @Test func theDefaultsAreValid() throws {
    try FasterRCNNConfiguration().validate()
    try FasterRCNNConfiguration.tiny().validate()
  }

  typealias Change = @Sendable (inout FasterRCNNConfiguration) -> Void

  private static let mistakes: [(String, Change)] = [
    ("inputSize", { $0.inputSize.width = 60 }),
    ("inputSize", { $0.inputSize.height = 0 }),
    ("inputSize", { $0.inputSize.height = -64 }),
    ("inputSize", { $0.inputSize.width = 8224 }),
    ("backbone.widthMultiplier", { $0.backbone.widthMultiplier = 0 }),
    ("backbone.widthMultiplier", { $0.backbone.widthMultiplier = 4.1 }),
    ("backbone.widthMultiplier", { $0.backbone.widthMultiplier = .nan }),
    ("pyramid.channels", { $0.pyramid.channels = 7 }),
    ("pyramid.channels", { $0.pyramid.channels = 4097 }),
    ("pyramid.finestStride", { $0.pyramid.finestStride = 16 }),
    ("pyramid.finestStride", { $0.pyramid.finestStride = 0 }),
    ("backbone.normalizationEpsilon", { $0.backbone.normalizationEpsilon = -1e-5 }),
    ("backbone.normalizationEpsilon", { $0.backbone.normalizationEpsilon = .nan }),
    ("proposals.convolutions", { $0.proposals.convolutions = 0 }),
    ("proposals.minimumScore", { $0.proposals.minimumScore = 1 }),
    ("proposals.minimumScore", { $0.proposals.minimumScore = .nan }),
    ("proposals.anchorSizes", { $0.proposals.anchorSizes.removeLast() }),
    ("proposals.anchorSizes", { $0.proposals.anchorSizes[1] = [] }),
    ("proposals.anchorSizes", { $0.proposals.anchorSizes[1] = [8, 16] }),
    ("proposals.anchorSizes", { $0.proposals.anchorSizes[4][0] = 0 }),
    ("proposals.anchorSizes", { $0.proposals.anchorSizes[4][0] = .nan }),
    ("proposals.anchorSizes", { $0.proposals.anchorSizes[4][0] = 1e5 }),
    // The map that it is for is gone.
    ("proposals.anchorSizes", { $0.pyramid.hasPooledLevel = false }),
    ("proposals.aspectRatios", { $0.proposals.aspectRatios = [] }),
    ("proposals.aspectRatios", { $0.proposals.aspectRatios = [1, -1] }),
    ("proposals.aspectRatios", { $0.proposals.aspectRatios = [.infinity] }),
    ("proposals.objectIoU", { $0.proposals.objectIoU = 0.2 }),
    ("proposals.objectIoU", { $0.proposals.objectIoU = 1.1 }),
    ("proposals.objectIoU", { $0.proposals.objectIoU = .nan }),
    ("proposals.objectIoU", { $0.proposals.backgroundIoU = 0 }),
    ("proposals.samplesPerImage", { $0.proposals.samplesPerImage = 0 }),
    ("proposals.positiveFraction", { $0.proposals.positiveFraction = 1.5 }),
    ("proposals.positiveFraction", { $0.proposals.positiveFraction = .nan }),
    ("proposals.trainingCandidates", { $0.proposals.trainingCandidates = 0 }),
    ("proposals.trainingCount", { $0.proposals.trainingCount = -1 }),
    ("proposals.candidates", { $0.proposals.candidates = 100_001 }),
    ("proposals.count", { $0.proposals.count = 0 }),
    ("proposals.suppressionIoU", { $0.proposals.suppressionIoU = -0.1 }),
    ("proposals.suppressionIoU", { $0.proposals.suppressionIoU = .nan }),
    ("proposals.minimumSize", { $0.proposals.minimumSize = -1 }),
    ("proposals.minimumSize", { $0.proposals.minimumSize = .infinity }),
    ("regions.poolingSize", { $0.regions.poolingSize = 0 }),
    ("regions.poolingSize", { $0.regions.poolingSize = 33 }),
    ("regions.samplingRatio", { $0.regions.samplingRatio = -1 }),
    ("regions.convolutions", { $0.regions.convolutions = -1 }),
    ("regions.fullyConnectedLayers", { $0.regions.fullyConnectedLayers = 0 }),
    ("regions.width", { $0.regions.width = 0 }),
    // Every region would be an object.
    ("regions.objectIoU", { $0.regions.objectIoU = 0 }),
    ("regions.objectIoU", { $0.regions.objectIoU = 1.01 }),
    ("regions.samplesPerImage", { $0.regions.samplesPerImage = 0 }),
    ("regions.positiveFraction", { $0.regions.positiveFraction = -0.5 }),
    ("regions.smoothL1Beta", { $0.regions.smoothL1Beta = 0 }),
    ("regions.smoothL1Beta", { $0.regions.smoothL1Beta = .nan }),
    ("regions.boxLossWeight", { $0.regions.boxLossWeight = -1 }),
    ("regions.boxLossWeight", { $0.regions.boxLossWeight = .infinity }),
  ]

  @Test(arguments: mistakes.indices) func aMistakeIsNamed(index: Int) throws {
    let (key, change) = Self.mistakes[index]
    var configuration = FasterRCNNConfiguration.tiny()
    change(&configuration)
    let error = #expect(throws: FasterRCNNConfigurationError.self) { try configuration.validate() }
    #expect(error?.key == key)
    #expect(error?.description.hasPrefix("Faster R-CNN, \(key): expected ") == true)
  }

  private static let limits: [Change] = [
    { $0.inputSize = ImageSize(width: 32, height: 8192) },
    { $0.pyramid.channels = 8 },
    { $0.proposals.anchorSizes = [] },
    { $0.proposals.aspectRatios = [1] },
    { $0.proposals.backgroundIoU = 0.7 },
    { $0.proposals.positiveFraction = 0 },
    { $0.proposals.suppressionIoU = 1 },
    { $0.proposals.minimumSize = 0 },
    { $0.regions.samplingRatio = 0 },
    { $0.regions.convolutions = 4 },
    { $0.regions.objectIoU = 1 },
    { $0.regions.boxLossWeight = 0 },
    {
      $0.pyramid.hasPooledLevel = false
      $0.proposals.anchorSizes.removeLast()
    },
  ]

  @Test(arguments: limits.indices) func whatIsAtTheLimitPasses(index: Int) throws {
    var configuration = FasterRCNNConfiguration.tiny()
    Self.limits[index](&configuration)
    try configuration.validate()
  }

  @Test func comesBackFromJSON() throws {
    var configuration = FasterRCNNConfiguration.tiny()
    configuration.backbone.depth = .resNet50
    configuration.pyramid.hasNormalization = false
    configuration.regions.pooling = .legacyRoIAlign
    let data = try JSONEncoder().encode(configuration)
    #expect(try JSONDecoder().decode(FasterRCNNConfiguration.self, from: data) == configuration)
  }

  @Test func stridesFollowTheFinestOne() {
    var configuration = FasterRCNNConfiguration()
    #expect(configuration.strides == [8, 16, 32] && configuration.proposalStrides == [8, 16, 32, 64])
    configuration.pyramid.finestStride = 4
    configuration.pyramid.hasPooledLevel = false
    #expect(configuration.strides == [4, 8, 16, 32] && configuration.proposalStrides == [4, 8, 16, 32])
    configuration.backbone.family = .mobileNetV3Large
    configuration.pyramid.finestStride = 32
    configuration.pyramid.hasPooledLevel = true
    #expect(configuration.strides == [32, 32] && configuration.proposalStrides == [32, 32, 64])
  }

  /// As a model file of version 0.1 holds it, from before there were other backbones, several convolutions in the
  /// proposal network and a lowest score.
  @Test func anOlderModelsConfigurationIsRead() throws {
    let text = #"""
      {"backbone":{"depth":34,"widthMultiplier":0.5},"inputSize":{"height":416,"width":416},
      "proposals":{"anchorSizes":[],"aspectRatios":[0.5,1,2],"backgroundIoU":0.3,"candidates":1000,"count":300,
      "minimumSize":0.001,"objectIoU":0.7,"positiveFraction":0.5,"samplesPerImage":256,"suppressionIoU":0.7,
      "trainingCandidates":1000,"trainingCount":500},
      "pyramid":{"channels":96,"finestStride":8,"hasNormalization":true,"hasPooledLevel":true},
      "regions":{"boxLossWeight":1,"convolutions":0,"fullyConnectedLayers":2,"objectIoU":0.5,"pooling":"roiAlign",
      "poolingSize":7,"positiveFraction":0.25,"samplesPerImage":64,"samplingRatio":2,"smoothL1Beta":0.1111111111111111,
      "width":512}}
      """#
    var expected = FasterRCNNConfiguration()
    expected.backbone.depth = .resNet34
    #expect(try JSONDecoder().decode(FasterRCNNConfiguration.self, from: Data(text.utf8)) == expected)
  }
}
