import DetectionUtilities
import Evaluation

extension ComparisonPage {
  private static let mostCards = 6

  static func summary(_ report: ComparisonReport) -> String {
    let findings = ComparisonFindings(report).findings.map { finding -> String in
      let sentences = finding.sentences.map { HTMLText.escaped($0) }
      let text =
        finding.isChoice && sentences.count > 1
        ? "<ul>\(sentences.map { "<li>\($0)</li>" }.joined())</ul>" : sentences.joined(separator: " ")
      return "<dt>\(HTMLText.escaped(finding.heading))</dt><dd>\(text)</dd>"
    }
    let iouType = report.entries.first?.analysis.iouType ?? .bbox
    return failures(report) + HTMLPage.masks(iouType) + "<dl class=\"findings\">\(findings.joined())</dl>"
      + cards(report) + conditions(report)
  }

  private static func failures(_ report: ComparisonReport) -> String {
    if report.failures.isEmpty { return "" }
    let items = report.failures.map { failure -> String in
      let done = HTMLText.counted(failure.finishedImages, "image was", "images were")
      let path = failure.path == failure.name ? "" : " (<code>\(HTMLText.escaped(failure.path))</code>)"
      return "<li><b>\(HTMLText.escaped(failure.name))</b>\(path): \(HTMLText.escaped(failure.reason)) "
        + "\(done) done before.</li>"
    }
    return "<div class=\"failures\"><p>Not measured, or not to the end, and not in the figures below:</p>"
      + "<ul>\(items.joined())</ul></div>"
  }

  /// Every detector with its two most important figures; of many the table has them.
  private static func cards(_ report: ComparisonReport) -> String {
    if report.entries.count > mostCards { return "" }
    let cards = ComparisonSeries.all(report).map { series -> String in
      let time = series.entry.timing.map { "\(HTMLText.milliseconds($0.whole.median)) ms" } ?? "not timed"
      return "<div><p>\(series.label)</p><b>\(HTMLText.percent(series.entry.averagePrecision))</b>"
        + "<span>AP in %, \(time)</span></div>"
    }
    return "<div class=\"cards entries\">\(cards.joined())</div>"
  }

  /// Under which conditions the figures hold.
  private static func conditions(_ report: ComparisonReport) -> String {
    let (data, machine) = (report.data, report.machine)
    var words = [
      HTMLText.counted(data.images, "image", "images"),
      "\(HTMLText.counted(data.objects, "object", "objects")) to be found",
      HTMLText.counted(data.classes.count, "class", "classes"),
    ].joined(separator: ", ")
    if !data.emptyClasses.isEmpty {
      words += "; nothing is said of \(data.emptyClasses.joined(separator: ", ")), of which it has no object"
    }
    let cores = HTMLText.counted(machine.cores, "core", "cores")
    let rows = [
      ("Time", HTMLText.sentence(report.timingLine ?? "Nothing was timed")),
      ("Images", "\(data.path): \(words)."),
      ("Machine", "\(machine.processor), \(cores), \(machine.instructions); version \(machine.version)."),
    ].map { "<dt>\($0.0)</dt><dd>\(HTMLText.escaped($0.1))</dd>" }
    let notes = report.notes.map { "<li>\(HTMLText.escaped($0))</li>" }.joined()
    return "<h3>How it was measured</h3><dl class=\"findings about\">\(rows.joined())</dl>"
      + (notes.isEmpty ? "" : "<h3>To be known besides</h3><ul class=\"about\">\(notes)</ul>")
  }
}
