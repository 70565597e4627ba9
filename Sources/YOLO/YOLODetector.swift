import DetectionUtilities
import Detectors
import Foundation
import ImageCodecs
import NeuralNetwork

/// The single-stage detector in use: images in, detections out.
public final class YOLODetector: Detector {
  /// The family's name in model files.
  public static let architecture = "yolo"

  public var classNames: [String] { classes.map(\.name) }
  public var classIDs: [Int] { classes.map(\.id) }
  public var inputSize: ImageSize { preprocessing.inputSize }

  private let classes: [ModelFile.Label]
  private let graph: Graph
  private let parameters: ParameterStore
  private let preprocessing: Preprocessing
  private let head: YOLOHeadConfiguration
  /// One compiled plan per batch size in use.
  private var plans: [Int: InferencePlan] = [:]

  /// Throws a `GraphError` when the parameters are not this network's.
  public init(
    _ configuration: YOLOConfiguration, classes: [ModelFile.Label], parameters: ParameterStore,
    preprocessing: Preprocessing
  ) throws {
    graph = YOLONetwork(configuration, classCount: classes.count).graph
    self.classes = classes
    self.parameters = parameters
    self.preprocessing = preprocessing
    head = configuration.head(classCount: classes.count)
    try graph.check(parameters)
  }

  /// From a model file that was read from `path`.
  public convenience init(_ file: ModelFile, path: String) throws {
    try self.init(
      Self.configuration(of: file, path: path), classes: file.classes, parameters: file.parameters,
      preprocessing: file.preprocessing)
  }

  /// The configuration that a model file holds.
  public static func configuration(of file: ModelFile, path: String) throws -> YOLOConfiguration {
    func failure(_ problem: String) -> ModelFileError {
      .metadata(path: path, key: "peregrine.configuration", problem: problem)
    }
    guard let configuration = try? JSONDecoder().decode(YOLOConfiguration.self, from: file.configuration) else {
      throw failure("is not a YOLO configuration of this version")
    }
    do {
      try configuration.validate()
    } catch {
      throw failure("cannot be used: \(error)")
    }
    if configuration.anchors.isEmpty { throw failure("has no anchors") }
    return configuration
  }

  public func detect(_ images: [RGBImage], options: DetectionOptions) throws -> [[Detection]] {
    if images.isEmpty { return [] }
    let batch = ImageBatch(images, preprocessing: preprocessing)
    let outputs = try plan(batchSize: images.count).run(filling: batch.write)
    let candidates = GridDecoder(head: head, scoreThreshold: options.confidence)(outputs)
    let suppression = NonMaximumSuppression(
      iouThreshold: options.iou, maximumCandidates: Self.maximumCandidates,
      maximumDetections: options.maximumDetections, scope: .withinClass)
    return candidates.enumerated().map { index, found in
      batch.mapBack(suppression(found), imageIndex: index)
    }
  }

  /// Boxes that take part in suppression, best first; more than any image needs.
  private static let maximumCandidates = 30_000

  private func plan(batchSize: Int) throws -> InferencePlan {
    if let known = plans[batchSize] { return known }
    let size = preprocessing.inputSize
    let plan = try InferencePlan(
      graph, parameters: parameters, inputShape: [batchSize, 3, size.height, size.width])
    plans[batchSize] = plan
    return plan
  }
}
