import ComputeGraph
import DetectionUtilities
import FasterRCNN
import Foundation
import ImageCodecs
import Models
import Tensors

extension FasterRCNNConfiguration {
  /// 64×64 pixels, 16 channels in the pyramid, few samples.
  static func tiny() -> FasterRCNNConfiguration {
    var configuration = FasterRCNNConfiguration()
    configuration.inputSize = ImageSize(width: 64, height: 64)
    configuration.backbone.widthMultiplier = 0.125
    configuration.pyramid.channels = 16
    configuration.pyramid.finestStride = 4
    configuration.proposals.anchorSizes = [[12], [20], [32], [48], [64]]
    configuration.proposals.samplesPerImage = 32
    configuration.proposals.trainingCandidates = 60
    configuration.proposals.trainingCount = 40
    configuration.proposals.candidates = 60
    configuration.proposals.count = 30
    configuration.regions.poolingSize = 4
    configuration.regions.width = 32
    configuration.regions.samplesPerImage = 16
    return configuration
  }
}

func labelled(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ classIndex: Int = 0) -> LabelledBox {
  LabelledBox(box: BoundingBox(x1: x1, y1: y1, x2: x2, y2: y2), classIndex: classIndex)
}

/// A red and a blue rectangle on grey, and where they are.
enum TwoRectangles {
  static let classes = [ModelFile.Label(name: "red", id: 5), ModelFile.Label(name: "blue", id: 9)]
  static let targets = [labelled(6, 8, 26, 24, 0), labelled(38, 28, 54, 56, 1)]
  static let image = picture(of: targets, side: 64)

  static func picture(of targets: [LabelledBox], side: Int) -> RGBImage {
    var image = RGBImage(size: ImageSize(width: side, height: side), color: (120, 120, 120))
    for target in targets {
      image.fillRectangle(
        x: Int(target.box.x1), y: Int(target.box.y1), width: Int(target.box.width), height: Int(target.box.height),
        color: target.classIndex == 0
          ? RGBColor(red: 230, green: 30, blue: 30) : RGBColor(red: 20, green: 40, blue: 240))
    }
    return image
  }
}

/// Random weights whose detections mean nothing but are many: the predictors are not as small as at the start of a
/// training.
func wildParameters(_ configuration: FasterRCNNConfiguration, seed: UInt64 = 3) -> ParameterStore {
  var generator = SeededGenerator(seed: seed)
  var parameters = FasterRCNNNetwork(configuration, classCount: 2).initialParameters(using: &generator)
  parameters.scale("rpn.head.cls_logits.weight", by: 20)
  parameters.scale("rpn.head.bbox_pred.weight", by: 5)
  parameters.scale("roi_heads.box_predictor.cls_score.weight", by: 20)
  parameters.scale("roi_heads.box_predictor.bbox_pred.weight", by: 20)
  if configuration.masks.isPredicted {
    parameters.scale("roi_heads.mask_predictor.mask_fcn_logits.weight", by: 20)
  }
  return parameters
}

extension ParameterStore {
  mutating func scale(_ name: String, by factor: Float) {
    update(name) { tensor in
      for index in 0..<tensor.elementCount { tensor[index] *= factor }
    }
  }

  mutating func fill(_ value: Float) {
    for name in names {
      update(name) { tensor in
        for index in 0..<tensor.elementCount { tensor[index] = value }
      }
    }
  }
}

/// A folder of its own for one test, removed with the object.
final class TwoStageFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path + "/peregrine-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func path(_ name: String) -> String { path + "/" + name }
}
