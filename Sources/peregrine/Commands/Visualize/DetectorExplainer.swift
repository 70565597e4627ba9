import DetectionUtilities
import Foundation
import ImageCodecs
import ModelZoo
import Models
import Reports
import Visualization

/// Shows what a detector sees: its maps, and the pixels that decided on its surest boxes.
struct DetectorExplainer: ImageExplainer {
  private let explained: ExplainedModel
  private let detector: any Detector
  /// Finds with low scores too: what is hidden in part is found with less.
  private let watchfulDetector: any Detector

  private static let lowestScore = 0.01

  /// Throws a `ModelFileError` for a model that finds no boxes.
  init(_ explained: ExplainedModel) throws {
    self.explained = explained
    let options = explained.settings.detection
    detector = try ModelCatalog.detector(of: explained.model, options: ModelOptions(detection: options))
    watchfulDetector = try ModelCatalog.detector(
      of: explained.model,
      options: ModelOptions(detection: DetectionOptions(confidence: Self.lowestScore, iou: options.iou)))
  }

  func explain(_ path: String, into output: inout VisualizationOutput) throws {
    let source = try ExplainedModel.source(path)
    let picture = source.image
    let objects = Array(try detector.predict(source).value.prefix(explained.settings.decisionCount))
    try output.add(
      heading: source.name, text: objects.isEmpty ? "Nothing was found." : "",
      [PicturePage.Figure(caption: found(objects), image: annotated(picture, objects))],
      names: ["\(source.stem)-boxes"])
    let input = explained.input(source)
    try explained.showMaps(of: input, source, into: &output)
    if objects.isEmpty { return }
    var explanations = try activations(objects, source, input)
    if explained.settings.methods.contains(.dRISE) {
      let maps = try masked(objects, picture)
      for index in objects.indices {
        explanations[index].append(Explanation(title: "D-RISE", name: "d-rise", map: maps[index]))
      }
    }
    for (index, object) in objects.enumerated() {
      try output.add(
        explanations[index], heading: "\(source.name), box \(index + 1): \(label(object))",
        name: "\(source.stem)-box\(index + 1)", drawn: { annotated($0.drawn(on: picture), [object]) },
        scored: { try DeletionAndInsertion($0, of: object, in: picture, detect: detect) })
    }
  }

  private func label(_ object: Detection) -> String {
    "\(detector.classNames[object.classIndex]) \(String(format: "%.2f", object.score))"
  }

  private func found(_ objects: [Detection]) -> String {
    objects.isEmpty ? "nothing found" : objects.enumerated().map { "\($0 + 1): \(label($1))" }.joined(separator: ", ")
  }

  private func annotated(_ picture: RGBImage, _ objects: [Detection]) -> RGBImage {
    picture.annotated(
      with: objects.map { object in
        AnnotatedBox(
          x1: object.box.x1, y1: object.box.y1, x2: object.box.x2, y2: object.box.y2, label: label(object),
          colorIndex: object.classIndex)
      })
  }

  /// For every object the maps of Grad-CAM and LayerCAM, laid over the picture.
  private func activations(
    _ objects: [Detection], _ source: SourceImage, _ input: NetworkInput
  ) throws -> [[Explanation]] {
    guard let gradients = try explained.gradients(input) else {
      return [[Explanation]](repeating: [], count: objects.count)
    }
    return try objects.map { object in
      guard let decision = Self.decision(for: object, in: gradients.decisions, input),
        let explanations = try explained.activations(of: decision, in: gradients)
      else {
        printError("peregrine: \(source.name): the score of \(label(object)) cannot be followed back in this network")
        return []
      }
      return explanations.map { explanation in
        var explanation = explanation
        explanation.map = explanation.map.laidOver(source.image.size, by: input.transform)
        return explanation
      }
    }
  }

  /// The decision that became the object: the one of its class whose box, mapped back, overlaps it most.
  private static func decision(for object: Detection, in decisions: [Decision], _ input: NetworkInput) -> Decision? {
    var best: (decision: Decision, iou: Double)?
    for decision in decisions where decision.classIndex == object.classIndex {
      guard case .object(let detection) = decision, let mapped = input.mapBack([detection]).first else { continue }
      let iou = mapped.box.iou(with: object.box)
      if iou > best?.iou ?? 0.9 { best = (decision, iou) }
    }
    return best?.decision
  }

  private func masked(_ objects: [Detection], _ picture: RGBImage) throws -> [Heatmap] {
    let rise = explained.settings.rise
    let progress = ProgressLine("masks", total: rise.maskCount, unit: "masks")
    return try rise(picture, objects: objects, progress: progress.update, detect: detect)
  }

  private func detect(_ image: RGBImage) throws -> [Detection] {
    try watchfulDetector.predict(SourceImage(image)).value
  }
}
