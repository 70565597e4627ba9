import DetectionUtilities
import Evaluation
import EvaluationTesting
import FolderTesting
import Foundation
import ImageCodecs
import Reports
import Testing

@Suite struct ComparisonPageTests {
  private func text(_ report: ComparisonReport, _ pictures: [ComparedPicture] = []) -> String {
    ComparisonPage(report, pictures: pictures, lineage: HandmadeComparison.lineage).text
  }

  /// Whatever is opened is closed, and every link leads to a place in the page.
  private func expectSound(_ text: String, _ comment: Comment, sourceLocation: SourceLocation = #_sourceLocation) {
    for tag in [
      "table", "tr", "td", "th", "caption", "section", "div", "figure", "svg", "g", "span", "p", "text", "title",
      "desc",
      "dl", "dt", "dd", "ul", "ol", "li", "details", "summary", "main", "nav", "i", "b", "h2", "h3", "a", "code",
    ] {
      let opened = text.components(separatedBy: "<\(tag) ").count + text.components(separatedBy: "<\(tag)>").count - 2
      let closed = text.components(separatedBy: "</\(tag)>").count - 1
      #expect(opened == closed, "\(tag), \(comment)", sourceLocation: sourceLocation)
    }
    for link in text.components(separatedBy: "href=\"#").dropFirst() {
      let target = link.prefix { $0 != "\"" }
      #expect(text.contains(" id=\"\(target)\""), "\(target), \(comment)", sourceLocation: sourceLocation)
    }
    for wrong in ["nan", "inf%", "inf\"", "Optional(", "<script", "<link", "http:", "https:", "url(", "@import"] {
      #expect(!text.contains(wrong), "\(wrong), \(comment)", sourceLocation: sourceLocation)
    }
  }

  @Test func needsNothingFromElsewhereAndRepeatsItsBytes() throws {
    let page = text(try HandmadeComparison.full())
    expectSound(page, "three detectors")
    #expect(page == text(try HandmadeComparison.full()))
    for part in ["prefers-color-scheme: dark", "@media print", "class=\"skip\"", "<html lang=\"en\">", "<main>"] {
      #expect(page.contains(part))
    }
  }

  @Test func namesAreEscaped() throws {
    let page = text(try HandmadeComparison.full())
    for part in [
      "Cats &amp; dogs", "COCO &lt;101 points&gt;", "fast &lt;1&gt;", "&lt;dog&gt; &amp; co", "A note &amp; more.",
    ] {
      #expect(page.contains(part))
    }
    for part in ["<1>", "<dog>", "<101"] { #expect(!page.contains(part)) }
  }

  @Test func everyPartStandsInTheContentsAndInItsPlace() throws {
    let page = text(try HandmadeComparison.full())
    var rest = Substring(page)
    for (index, heading) in [
      "Summary", "Speed and accuracy", "All figures", "Precision over recall", "Average precision by size and class",
      "Errors by cause", "Calibration", "Where the time goes", "Pairs", "Where the detectors disagree",
      "From R-CNN to YOLO",
    ].enumerated() {
      #expect(page.contains("<a href=\"#part-\(index + 1)\">\(heading)</a>"))
      let place = try #require(rest.range(of: "id=\"part-\(index + 1)\">\n<h2>\(heading)</h2>"))
      rest = rest[place.upperBound...]
    }
  }

  @Test func stepsOfTheLineageHaveFiguresOfTheirDetectors() throws {
    let page = text(try HandmadeComparison.full())
    let rows = page.components(separatedBy: "<tr>").filter { $0.contains("class=\"paper\"") }
    #expect(rows.count == 3)
    #expect(rows[0].contains("Sliding windows, 2001") && rows[0].contains("Viola &amp; Jones"))
    #expect(rows[0].contains("<td>–</td>"))
    #expect(rows[1].contains("slow: AP 60.0 %, 40.0 ms") && rows[1].contains("<code>In full</code>"))
    #expect(rows[2].contains("fast &lt;1&gt;: AP 50.0 %, 10.0 ms"))
    let without = ComparisonPage(try HandmadeComparison.full()).text
    #expect(!without.contains("From R-CNN to YOLO"))
  }

  @Test func picturesHaveNamesAndTablesHaveCaptions() throws {
    let page = text(try HandmadeComparison.full())
    let pictures = page.components(separatedBy: "<svg ").dropFirst().map { $0.prefix { $0 != ">" } }
    #expect(pictures.count > 10)
    for picture in pictures where !picture.contains("aria-hidden") {
      #expect(picture.contains("role=\"img\"") && picture.contains("aria-label=\""), "\(picture)")
    }
    for table in page.components(separatedBy: "<table").dropFirst() {
      let inside = table.drop { $0 != ">" }.dropFirst()
      #expect(inside.hasPrefix("<caption>"))
    }
    #expect(!page.contains("<th>"))
  }

  @Test func stagesAndWhatTheyLeaveOut() throws {
    let page = text(try HandmadeComparison.full())
    // 40 ms: a quarter, a half, 15 %, and a tenth that no stage has. Of the longest, the fast one's network is an eighth.
    #expect(page.contains("slow: decode: 10.0 ms, network: 20.0 ms, box head: 6.00 ms, unaccounted: 4.00 ms"))
    #expect(page.contains("the parts make up 90.0 % of it"))
    #expect(page.contains("x=\"6.25%\" y=\"0\" width=\"12.50%\""))
    #expect(page.contains("x=\"25.00%\" y=\"0\" width=\"50.00%\""))
  }

  @Test func pairsHaveSignsAndObjects() throws {
    let page = text(try HandmadeComparison.full())
    #expect(page.contains("fast &lt;1&gt; less slow: −10.0, −10.0 to +18.5"))
    #expect(page.contains("MatchOutcome on fast &lt;1&gt; and slow."))
    #expect(page.contains("by both: 5, by the first alone: 1, by the second alone: 3, by neither: 1"))
    #expect(page.contains("small (up to 32² pixels)"))
  }

  @Test func failuresAndNotesAreSaid() throws {
    let page = text(try HandmadeComparison.full())
    #expect(page.contains("<b>broken</b> (<code>broken.safetensors</code>): It broke. 1 image was done before."))
    #expect(page.contains("<li>A note &amp; more.</li>"))
  }

  @Test func picturesStandSideBySideWithTheirCounts() throws {
    let folder = try TemporaryFolder()
    try RGBImage(size: ImageSize(width: 60, height: 40), color: (90, 90, 90)).write(to: folder.path("1.png"))
    let images = AnalysedSet.images.map {
      EvaluationSet.Image(id: $0.id, name: $0.name, path: folder.path("\($0.id).png"))
    }
    let picture = try #require(
      ReportPicture.worst(AnalysedSet.analysis(), of: AnalysedSet.set(images: images)).first)
    let report = try HandmadeComparison.full()
    let image = report.disagreements[0]
    let page = text(
      report,
      ["", "fast <1>", "slow"].map { ComparedPicture(image: image, detector: $0, picture: picture) })
    expectSound(page, "pictures")
    #expect(page.components(separatedBy: "src=\"data:image/jpeg;base64,/9j/").count == 4)
    #expect(page.contains("<b>Ground truth</b>: 2 objects"))
    #expect(page.contains("slow: 2 found, 0 missed, 5 wrong</figcaption>"))
    #expect(page.contains("alt=\"image 1.jpg with what fast &lt;1&gt; did: 1 found, 1 missed, 4 wrong\""))
    // Without pictures, as a table.
    #expect(text(report).contains("Outcomes on image 1.jpg"))
  }

  @Test func lessIsShownOfLess() {
    let one = text(
      HandmadeComparison.report([HandmadeComparison.entry("one", .yolo, averagePrecision: 0.6, milliseconds: 10)]))
    expectSound(one, "one detector")
    #expect(one.contains("<h2>Speed and accuracy</h2>") && !one.contains("<h2>Pairs</h2>"))
    #expect(!one.contains("<h2>Where the detectors disagree</h2>"))

    let files = text(
      HandmadeComparison.report([HandmadeComparison.entry("file", .results, averagePrecision: 0.6, milliseconds: nil)]))
    expectSound(files, "a file")
    #expect(files.contains("Nothing was timed") && !files.contains("<h2>Where the time goes</h2>"))
    #expect(!files.contains("Time and cost"))

    var blank = HandmadeComparison.entry("blank", .yolo, averagePrecision: nil, milliseconds: nil)
    blank.analysis = EvaluationAnalysis(groundTruth: [], detections: [], classNames: [], images: [])
    let nothing = text(HandmadeComparison.report([blank]))
    expectSound(nothing, "no objects")
    #expect(!nothing.contains("<h2>Speed and accuracy</h2>"))

    let none = text(HandmadeComparison.report([]))
    expectSound(none, "no detector")
    #expect(none.contains("No detector could be measured.") && none.contains("<h2>From R-CNN to YOLO</h2>"))
  }

  @Test func aSweepKeepsItsLabelsApart() throws {
    let entries = (0..<12).map { index -> ComparedDetector in
      let step = Double(index % 6)
      return HandmadeComparison.entry(
        "a model with a rather long name at setting \(index)", index < 6 ? .yolo : .fasterRCNN,
        averagePrecision: 0.5 + 0.002 * step, milliseconds: 20 + 0.5 * step, path: index < 6 ? "y" : "f")
    }
    let page = text(HandmadeComparison.report(entries))
    expectSound(page, "twelve")
    #expect(page.contains("Of the 12 detectors 8 are drawn"))
    let plot = page.components(separatedBy: "<div class=\"narrow\">")[0]
    let labels = plot.components(separatedBy: "<text class=\"label ").dropFirst().compactMap {
      label -> (Double, Double)? in
      func number(_ name: String) -> Double? {
        label.components(separatedBy: " \(name)=\"").dropFirst().first.flatMap { Double($0.prefix { $0 != "\"" }) }
      }
      return number("x").flatMap { x in number("y").map { (x, $0) } }
    }
    #expect(labels.count == 12)
    for (index, a) in labels.enumerated() {
      for b in labels.dropFirst(index + 1) { #expect(abs(a.0 - b.0) > 8 || abs(a.1 - b.1) > 13, "\(a) and \(b)") }
    }
    // The settings of a model are joined.
    #expect(plot.components(separatedBy: "<polyline class=\"thread\"").count == 3)
  }
}
