import Evaluation
import EvaluationTesting
import Reports
import Testing

@Suite struct CSVReportTests {
  @Test func aRowPerClassAndOneForAll() {
    let lines = CSVReport(AnalysedSet.analysis(resamples: 0)).text.split(separator: "\n").map(String.init)
    #expect(lines.count == 4)
    #expect(lines[0].hasPrefix("class,objects,AP,AP50,AP75,confidence,iou,"))
    let columns = lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).count }
    #expect(columns == [16, 16, 16, 16])
    // The dog: no detection is right.
    #expect(lines[2].hasPrefix("<dog> & co,2,0.0,0.0,0.0,0.6,0.5,0,1,2,0.0,0.0,0.0,"))
    #expect(lines[3].hasPrefix("all,4,"))
  }

  @Test func namesWithCommasAreQuotedAndMissingFiguresEmpty() {
    let analysis = EvaluationAnalysis(
      groundTruth: [], detections: [], classNames: ["a, \"b\""], images: [], settings: AnalysisSettings(resamples: 0))
    let lines = CSVReport(analysis).text.split(separator: "\n")
    #expect(lines[1] == "\"a, \"\"b\"\"\",0,,,,0.5,0.5,0,0,0,,,,,,")
  }
}
