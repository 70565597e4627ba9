import Datasets
import Evaluation
import Foundation
import NetworkPlans

extension QuantizeCommand {
  /// Layers that are listed; the rest costs less.
  private static let listedLayers = 15

  /// Where the loss comes from: the costliest layers, and which of them are in f32.
  func show(_ errors: [Quantizer.LayerError], kept: Set<String>) {
    var table = TextTable(header: ["costliest convolutions", "alone in int8", "computed in"], numericColumns: [1])
    for layer in errors.sorted(by: { $0.error > $1.error }).prefix(Self.listedLayers) {
      table.rows.append([layer.layer, decibels(layer.error), kept.contains(layer.layer) ? "f32" : "int8"])
    }
    print(table.text)
    print(
      "errors of the raw outputs against f32, relative to their power; "
        + "\(errors.count - kept.count) of \(errors.count) convolutions behind the first compute in int8")
  }

  /// The tries, where more than one was needed.
  func show(_ steps: [QuantizationSearch.Step], before: Double) {
    for step in steps where steps.count > 1 {
      print(
        String(
          format: "%d convolutions in f32: AP %.2f %%, %+.2f", step.keptCount, 100 * step.metric,
          100 * (step.metric - before)))
    }
  }

  /// Every figure before and after, and AP by class.
  func show(_ before: EvaluationResult, _ after: EvaluationResult) {
    func percent(_ value: Double?) -> String { value.map { String(format: "%.2f", 100 * $0) } ?? "–" }
    func difference(_ before: Double?, _ after: Double?) -> String {
      guard let before, let after else { return "" }
      return String(format: "%+.2f", 100 * (after - before))
    }
    var table = TextTable(header: ["%", "f32", "int8", "change"], numericColumns: [1, 2, 3])
    for (old, new) in zip(before.metrics, after.metrics) {
      table.rows.append([old.name, percent(old.value), percent(new.value), difference(old.value, new.value)])
    }
    for (old, new) in zip(before.classes, after.classes) {
      table.rows.append([
        "AP of \(old.name)", percent(old.averagePrecision), percent(new.averagePrecision),
        difference(old.averagePrecision, new.averagePrecision),
      ])
    }
    print(table.text)
    print("measured on the \(before.imageCount) images that did not calibrate")
  }

  /// A ratio of powers in decibels.
  func decibels(_ error: Double) -> String { String(format: "%.1f dB", 10 * log10(max(error, 1e-30))) }
}

extension EvaluationResult {
  /// The protocol's first figure; 0 where there is nothing to measure.
  var firstMetric: Double { metrics.first?.value ?? 0 }
}

extension LabelledDataset {
  /// Images to calibrate on, spread evenly, and the others to measure on.
  func split(
    calibrating count: Int, path: String
  ) throws -> (calibration: [LabelledImage], measured: LabelledDataset) {
    guard images.count >= 2 else {
      throw DatasetError(
        path: path, problem: "\(images.count) images; expected at least 2, one to calibrate and one to measure on")
    }
    let count = min(count, images.count / 2)
    let chosen = Set((0..<count).map { $0 * images.count / count })
    let rest = subset(images.indices.filter { !chosen.contains($0) })
    guard rest.objectCount > 0 else {
      throw DatasetError(path: path, problem: "no object is left to measure AP on; expected labelled images")
    }
    return (chosen.sorted().map { images[$0] }, rest)
  }
}

extension [String] {
  /// The first and the last few.
  var abridged: String {
    count <= 4 ? joined(separator: ", ") : "\(self[0]), \(self[1]), … \(self[count - 1])"
  }
}
