import Backbones
import DetectionUtilities
import Models
import Tensors
import YOLO

/// The grid head over a backbone and a feature pyramid.
public enum YOLOArchitecture: DetectorArchitecture {
  public static let name = YOLODetector.architecture
  public static let section = "yolo"
  public static var defaultConfiguration: YOLOConfiguration { YOLOConfiguration() }

  public static func configuration(of model: LoadedModel) throws -> YOLOConfiguration? {
    try YOLODetector.configuration(of: model.file, path: model.path)
  }

  public static func use(_ backbone: BackboneConfiguration, in configuration: inout YOLOConfiguration) {
    configuration.backbone = backbone
  }

  public static func networks(_ configuration: YOLOConfiguration, classCount: Int) throws -> ModelNetworks {
    try configuration.validate()
    return ModelNetworks(
      singleStage: YOLONetwork(configuration, classCount: classCount).graph, inputSize: configuration.inputSize)
  }

  public static func networks(of model: LoadedModel) throws -> ModelNetworks {
    let configuration = try YOLODetector.configuration(of: model.file, path: model.path)
    return ModelNetworks(
      singleStage: YOLONetwork(configuration, classCount: model.file.classes.count).graph,
      inputSize: model.file.preprocessing.inputSize)
  }

  public static func detector(of model: LoadedModel, options: ModelOptions) throws -> any Detector {
    try YOLODetector(model.file, path: model.path, options: options)
  }

  public static func trainable(
    _ configuration: inout YOLOConfiguration, from start: TrainingStart, using generator: inout SeededGenerator
  ) throws -> any TrainableDetector {
    try configuration.validate()
    if configuration.anchors.isEmpty {
      configuration.anchors = try configuration.fittedAnchors(
        to: start.dataset.images.map { (size: $0.size, boxes: $0.objects.filter { !$0.isCrowd }.map(\.box)) },
        using: &generator)
    }
    return try TrainableYOLO(
      configuration, classes: start.classes, preprocessing: start.preprocessing,
      backbone: start.backbone, origin: start.origin, precision: start.precision, using: &generator)
  }

  public static func timeComponents(_ benchmark: inout ComponentBenchmark) {
    benchmark.timeDecoding()
    benchmark.timeSuppression()
  }

  public static var lineage: [LineageStep] {
    [
      LineageStep(
        name: "YOLO", year: 2016,
        paper:
          "Redmon, Divvala, Girshick and Farhadi, “You only look once: unified, real-time object detection”, CVPR 2016, "
          + "arXiv:1506.02640",
        regions: "None: every cell of a grid over the image predicts boxes and classes",
        runs: "Once an image, and nothing after it but suppression",
        training: "One network, end to end, with one loss",
        here:
          "The grid head over the same backbone and pyramid as Faster R-CNN, at three strides and with anchors, which "
          + "came with later versions",
        reportName: reportName)
    ]
  }
}

extension RunConfiguration {
  public var yolo: YOLOConfiguration {
    get { self[YOLOArchitecture.self] }
    set { self[YOLOArchitecture.self] = newValue }
  }
}
