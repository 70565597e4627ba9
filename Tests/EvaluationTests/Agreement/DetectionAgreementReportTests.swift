import Evaluation
import EvaluationTesting
import Testing

struct DetectionAgreementReportTests {
  @Test func countsAndShares() {
    let report = HandmadeAgreement.report()
    #expect(report.agreeingCount == 4 && report.leftCount == 6 && report.rightCount == 6)
    #expect(report.leftShare == 4.0 / 6 && report.rightShare == 4.0 / 6)
    let empty = DetectionAgreementReport(left: "a", right: "b", classNames: [])
    #expect(empty.leftShare == 1 && empty.rightShare == 1 && empty.differences.isEmpty)
    #expect(empty.largestBoxDifference == nil && empty.largestScoreDifference == nil)
  }
}
