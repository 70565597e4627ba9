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
  func show(_ steps: [QuantizationSearch.Step], figure: String, before: Double) {
    for step in steps where steps.count > 1 {
      let change = String(format: "%.2f %%, %+.2f", 100 * step.metric, 100 * (step.metric - before))
      print("\(step.keptCount) convolutions in f32: \(figure) \(change)")
    }
  }

  /// Every figure before and after.
  func show(_ before: [QuantizationTrial.Figure], _ after: [QuantizationTrial.Figure], imageCount: Int) {
    func percent(_ value: Double?) -> String { value.map { String(format: "%.2f", 100 * $0) } ?? "–" }
    func difference(_ before: Double?, _ after: Double?) -> String {
      guard let before, let after else { return "" }
      return String(format: "%+.2f", 100 * (after - before))
    }
    var table = TextTable(header: ["%", "f32", "int8", "change"], numericColumns: [1, 2, 3])
    for (old, new) in zip(before, after) {
      table.rows.append([old.name, percent(old.value), percent(new.value), difference(old.value, new.value)])
    }
    print(table.text)
    print("measured on the \(imageCount) images that did not calibrate")
  }

  /// A ratio of powers in decibels.
  func decibels(_ error: Double) -> String { String(format: "%.1f dB", 10 * log10(max(error, 1e-30))) }
}

extension [String] {
  /// The first and the last few.
  var abridged: String {
    count <= 4 ? joined(separator: ", ") : "\(self[0]), \(self[1]), … \(self[count - 1])"
  }
}
