import ArgumentParser
import Datasets
import Files
import Foundation
import ImageCodecs

extension AuditCommand {
  /// Whether the set has a class for every pixel: it is said to, or has label files in one of the forms of such sets and neither
  /// labels with boxes.
  var isSegmented: Bool {
    if labelMaps { return true }
    guard format == nil, boxes == nil, imagesFolder == nil, (try? DatasetFormat.guess(at: dataset)) == nil else {
      return false
    }
    return SegmentedSet.hasLabelFiles(at: dataset)
  }

  /// Examines images with a class for every pixel.
  func auditLabelMaps() throws {
    if clean != nil || patch != nil {
      throw ValidationError("--clean and --patch are for labels with boxes; \(dataset) has label maps")
    }
    if format != nil || boxes != nil || imagesFolder != nil {
      throw ValidationError("--format, --boxes and --images-folder are for labels with boxes; leave out --label-maps")
    }
    let outputs = try RunOutputs(texts: [("--json", json)]).check(reading: [dataset, against])
    if let json, !OutputDestination.isStream(json) { try checkOutside(json) }
    let auditor = SegmentedSetAuditor(threads: threads ?? ProcessInfo.processInfo.activeProcessorCount)
    var bar: ProgressLine?
    let report = try auditor.audit(at: dataset, against: against) { done, total in
      if bar == nil { bar = ProgressLine("audit", total: total) }
      bar?.update(done)
    }
    try outputs.checkDistinct(from: report.files)
    let text = report.text(notesListed: notes ? .max : 5)
    if !text.isEmpty { print(text, terminator: "\n\n") }
    show(report)
    if let json { try report.writeJSON(to: json) }
    print(report.findings.totals)
    if report.findings.count(.error) > 0 { throw ExitStatus.partial }
  }

  private func show(_ report: SegmentedSetAuditReport) {
    print("\(report.path) (\(report.format.rawValue)): \(report.imageCount) images, \(report.classes.count) classes")
    var table = TextTable(header: ["class", "value", "pixels", "share", "images"], numericColumns: [1, 2, 3, 4])
    table.rows = report.classes.map { label in
      [
        label.name, "\(label.value)", "\(label.pixels)", String(format: "%.2f %%", 100 * label.share),
        "\(label.images)",
      ]
    }
    print(table.text)
    let all = report.classes.reduce(report.ignoredPixels) { $0 + $1.pixels }
    if report.ignoredPixels > 0 {
      let share = String(format: "%.2f", 100 * Double(report.ignoredPixels) / Double(all))
      print("\(report.ignoredPixels) pixels are ignored, \(share) % of all")
    }
    guard let sizes = report.sizes else { return }
    print(
      sizes.distinct == 1
        ? "all images are \(sizes.smallest)"
        : "\(sizes.distinct) sizes, from \(sizes.smallest) over \(sizes.median) to \(sizes.largest)")
  }
}
