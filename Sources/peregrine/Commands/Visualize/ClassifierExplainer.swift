import DetectionUtilities
import Foundation
import ImageCodecs
import ModelZoo
import Models
import Reports
import Visualization

/// Shows what a classifier sees: its maps, and the pixels that decided on classes.
struct ClassifierExplainer: ImageExplainer {
  private let explained: ExplainedModel
  private let classifier: any Classifier
  /// Indices of the classes that were asked for; none for the surest of each image.
  private let classes: [Int]

  /// A smaller image is shown with pixels several times as large.
  private static let shortestPicture = 256

  /// Throws a `ModelFileError` for a model that is no classifier, an ``UnknownClass`` for a class that it does not know.
  init(_ explained: ExplainedModel) throws {
    self.explained = explained
    classifier = try ModelCatalog.classifier(of: explained.model, options: ModelOptions())
    let names = classifier.classNames
    classes = try explained.settings.classes.map { name in
      guard let index = names.firstIndex(of: name) else {
        throw UnknownClass(
          path: explained.model.path, name: name, nearest: EditDistance.nearest(to: name, in: names) ?? "")
      }
      return index
    }
  }

  /// A class that a classifier does not know.
  struct UnknownClass: Error, CustomStringConvertible {
    var path: String
    var name: String
    var nearest: String
    var description: String { "\(path): has no class '\(name)'; the nearest is '\(nearest)'" }
  }

  func explain(_ path: String, into output: inout VisualizationOutput) throws {
    let source = try ExplainedModel.source(path)
    let scores = try classifier.predict(source).value
    let shown = classes.isEmpty ? scores.best(explained.settings.decisionCount) : classes
    let picture = Self.enlarged(source.image)
    let part = explained.view.part(of: picture.size, input: classifier.inputSize)
    try output.add(
      heading: source.name, text: Self.isWhole(part, of: picture) ? "" : "The network looks at what is framed.",
      [PicturePage.Figure(caption: said(scores, shown), image: framed(picture, part))],
      names: ["\(source.stem)-classes"])
    let input = explained.input(source)
    try explained.showMaps(of: input, source, into: &output)
    if shown.isEmpty { return }
    var explanations = try activations(shown, scores, source, input)
    if explained.settings.methods.contains(.dRISE) {
      let maps = try masked(shown, source.image)
      for index in shown.indices {
        explanations[index].append(Explanation(title: "RISE", name: "rise", map: maps[index]))
      }
    }
    for (index, classIndex) in shown.enumerated() {
      try output.add(
        explanations[index],
        heading: "\(source.name), class \(index + 1): \(label(classIndex, scores.probabilities[classIndex]))",
        name: "\(source.stem)-class\(index + 1)",
        drawn: { framed($0.laidOver(picture.size).drawn(on: picture), part) },
        scored: { try DeletionAndInsertion($0, in: source.image) { try probability(classIndex, of: $0) } })
    }
  }

  /// For every class the maps of Grad-CAM and LayerCAM, laid over what the network looks at.
  private func activations(
    _ classes: [Int], _ scores: ClassScores, _ source: SourceImage, _ input: NetworkInput
  ) throws -> [[Explanation]] {
    guard let gradients = try explained.gradients(input) else {
      return [[Explanation]](repeating: [], count: classes.count)
    }
    let part = explained.view.part(of: source.image.size, input: classifier.inputSize)
    return try classes.map { classIndex in
      let decision = Decision.label(classIndex: classIndex, score: scores.probabilities[classIndex])
      return try (explained.activations(of: decision, in: gradients) ?? []).map { explanation in
        var explanation = explanation
        explanation.map = explanation.map.laidOver(part, of: source.image.size)
        return explanation
      }
    }
  }

  private func masked(_ classes: [Int], _ image: RGBImage) throws -> [Heatmap] {
    let rise = explained.settings.rise
    let progress = ProgressLine("masks", total: rise.maskCount, unit: "masks")
    return try rise.maps(image, count: classes.count, progress: progress.update) { masked in
      let probabilities = try classifier.predict(SourceImage(masked)).value.probabilities
      return classes.map { probabilities[$0] }
    }
  }

  private func probability(_ classIndex: Int, of image: RGBImage) throws -> Double {
    try classifier.predict(SourceImage(image)).value.probabilities[classIndex]
  }

  private func label(_ classIndex: Int, _ probability: Double) -> String {
    "\(classifier.classNames[classIndex]) \(probability.threeDigits)"
  }

  /// The surest classes, and those that are explained.
  private func said(_ scores: ClassScores, _ shown: [Int]) -> String {
    let best = scores.best(5)
    return (best + shown.filter { !best.contains($0) }).map { label($0, scores.probabilities[$0]) }
      .joined(separator: ", ")
  }

  /// With larger pixels where it would be tiny.
  private static func enlarged(_ image: RGBImage) -> RGBImage {
    image.enlarged(max(1, shortestPicture / max(image.width, image.height)))
  }

  private static func isWhole(_ part: BoundingBox, of picture: RGBImage) -> Bool {
    part.width >= Double(picture.width) && part.height >= Double(picture.height)
  }

  private func framed(_ picture: RGBImage, _ part: BoundingBox) -> RGBImage {
    if Self.isWhole(part, of: picture) { return picture }
    return picture.annotated(
      with: [AnnotatedBox(x1: part.x1, y1: part.y1, x2: part.x2, y2: part.y2, label: "", colorIndex: 0)])
  }
}

extension Double {
  /// `0.123`
  var threeDigits: String { String(format: "%.3f", self) }
}
