import DetectionUtilities
import Evaluation
import EvaluationTesting
import FolderTesting
import Foundation
import ImageCodecs
import Reports
import Testing

@Suite struct EvaluationPageTests {
  private func report(_ analysis: EvaluationAnalysis, pictures: [ReportPicture] = []) -> String {
    EvaluationPage(analysis, title: "Cats & dogs", protocolLine: "COCO <101 points>", pictures: pictures).text
  }

  @Test func needsNothingFromElsewhere() {
    let text = report(AnalysedSet.analysis())
    for outside in ["<script", "<link", "http:", "https:", "url(", "@import"] { #expect(!text.contains(outside)) }
    #expect(text.contains("prefers-color-scheme: dark"))
    #expect(text.contains("@media print"))
  }

  @Test func namesAreEscaped() {
    let text = report(AnalysedSet.analysis())
    #expect(text.contains("<title>Cats &amp; dogs</title>"))
    #expect(text.contains("COCO &lt;101 points&gt;"))
    #expect(text.contains("&lt;dog&gt; &amp; co"))
    #expect(!text.contains("<dog>"))
  }

  @Test func tagsAreClosedAndBytesRepeat() {
    let analysis = AnalysedSet.analysis()
    let text = report(analysis)
    for tag in ["table", "tr", "td", "section", "div", "figure", "svg", "span", "p", "text"] {
      let opened = text.components(separatedBy: "<\(tag) ").count + text.components(separatedBy: "<\(tag)>").count - 2
      #expect(opened == text.components(separatedBy: "</\(tag)>").count - 1, "\(tag)")
    }
    #expect(text == report(AnalysedSet.analysis()))
    #expect(!text.contains("nan") && !text.contains("inf\""))
  }

  @Test func aSectionForEverythingMeasured() {
    let text = report(AnalysedSet.analysis())
    for heading in [
      "Summary", "Curves", "Classes", "Precision over recall by class", "Confusion matrix", "Errors", "Calibration",
      "Worst images",
    ] {
      #expect(text.contains("<h2>\(heading)</h2>"))
    }
    #expect(text.contains("best F1 0.500 at 0.600"))
    #expect(text.contains("95 % confidence intervals"))
  }

  @Test func anEmptySetHasAReport() {
    let empty = EvaluationAnalysis(groundTruth: [], detections: [], classNames: [], images: [])
    #expect(report(empty).contains("<h2>Summary</h2>"))
  }

  @Test func manyClassesShowTheirConfusions() {
    let names = (0..<30).map { "class \($0)" }
    let analysis = EvaluationAnalysis(
      groundTruth: AnalysedSet.groundTruth, detections: AnalysedSet.detections, classNames: names,
      images: AnalysedSet.images, settings: AnalysisSettings(resamples: 0))
    let text = report(analysis)
    #expect(text.contains("<h2>Confusions</h2>"))
    #expect(text.contains("<tr><th>class 1</th><th>class 0</th>"))
  }

  @Test func picturesOfImagesThatCanBeRead() throws {
    let folder = try TemporaryFolder()
    try RGBImage(size: ImageSize(width: 960, height: 600), color: (90, 90, 90)).write(to: folder.path("1.png"))
    let images = AnalysedSet.images.map {
      EvaluationSet.Image(id: $0.id, name: $0.name, path: folder.path("\($0.id).png"))
    }
    let analysis = AnalysedSet.analysis(resamples: 0)
    let pictures = ReportPicture.worst(analysis, of: AnalysedSet.set(images: images))
    #expect(pictures.map(\.name) == ["image 1.jpg"])
    #expect(pictures[0].size == ImageSize(width: 480, height: 300))
    let decoded = try RGBImage(encoded: pictures[0].jpeg, name: "picture")
    // Boxes are drawn: something is no longer grey.
    #expect(decoded.pixels.contains { $0 > 150 })
    let text = report(analysis, pictures: pictures)
    #expect(text.contains("src=\"data:image/jpeg;base64,/9j/"))
    #expect(text.contains("<figcaption>image 1.jpg: 1 wrong, 1 missed</figcaption>"))
  }
}
