import ArgumentParser
import Datasets
import Files
import Foundation
import ImageCodecs

extension AuditCommand {
  /// How the images lie of a set with one class each; nil of labels with boxes, and of nothing that is known.
  var classFormat: ClassifiedSet.Format? {
    guard format == nil, boxes == nil, imagesFolder == nil, (try? DatasetFormat.guess(at: dataset)) == nil else {
      return nil
    }
    return try? ClassifiedSet.format(at: dataset)
  }

  /// Examines images with one class each.
  func auditClasses(_ format: ClassifiedSet.Format) throws {
    if clean != nil || patch != nil {
      throw ValidationError("--clean and --patch are for labels with boxes; \(dataset) is \(format.rawValue)")
    }
    let outputs = try RunOutputs(texts: [("--json", json)]).check(reading: [dataset, against])
    if let json, !OutputDestination.isStream(json) { try checkOutside(json) }
    let auditor = ClassifiedSetAuditor(threads: threads ?? ProcessInfo.processInfo.activeProcessorCount)
    var bar: ProgressLine?
    let report = try auditor.audit(at: dataset, against: against) { done, total in
      if bar == nil { bar = ProgressLine("audit", total: total) }
      bar?.update(done)
    }
    let files = Set(report.set.images.map(\.file))
    try outputs.checkDistinct(from: Array(files))
    let text = report.text(notesListed: notes ? .max : 5)
    if !text.isEmpty { print(text, terminator: "\n\n") }
    show(report)
    if let json { try report.writeJSON(to: json) }
    print(report.findings.totals)
    if report.findings.count(.error) > 0 { throw ExitStatus.partial }
  }

  private func show(_ report: ClassifiedSetAuditReport) {
    let set = report.set
    print("\(report.path) (\(set.format.rawValue)): \(set.images.count) images, \(set.classes.count) classes")
    var table = TextTable(header: ["class", "id", "images", "share"], numericColumns: [1, 2, 3])
    let total = Double(max(1, set.images.count))
    table.rows = zip(set.classes, set.classCounts).map { label, count in
      [label.name, "\(label.id)", "\(count)", String(format: "%.1f %%", 100 * Double(count) / total)]
    }
    print(table.text)
    guard let sizes = report.sizes else { return }
    print(
      sizes.distinct == 1
        ? "all images are \(sizes.smallest)"
        : "\(sizes.distinct) sizes, from \(sizes.smallest) over \(sizes.median) to \(sizes.largest)")
  }
}
