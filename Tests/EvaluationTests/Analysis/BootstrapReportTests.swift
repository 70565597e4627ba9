import DetectionUtilities
import Evaluation
import EvaluationTesting
import Testing

@Suite struct BootstrapReportTests {
  private func resampled(_ detections: [EvaluationDetection]) -> ResampledEvaluation {
    ResampledEvaluation(
      groundTruth: AnalysedSet.groundTruth, detections: detections, classCount: 2,
      imageIDs: AnalysedSet.images.map(\.id))
  }

  @Test func resamplesDoNotDependOnThreads() {
    let evaluation = resampled(AnalysedSet.detections)
    let values = evaluation.values(resamples: 40, seed: 9)
    let oneByOne = (0..<40).map {
      evaluation.value(multiplicities: evaluation.multiplicities(seed: 9, resample: $0))
    }
    #expect(values == oneByOne)
    #expect(Set(values.map(\.averagePrecision)).count > 3)
  }

  @Test func theSameDetectorsAreEqual() {
    let evaluation = resampled(AnalysedSet.detections)
    let report = PairedBootstrapReport(first: evaluation, second: evaluation, resamples: 20)
    #expect(report.averagePrecision.difference.value == 0)
    #expect(report.averagePrecision.difference.upper == 0)
    #expect(report.averagePrecision.shareFirstBetter == 0.5)
  }

  @Test func aDetectorThatFindsMoreIsBetterInMostResamples() {
    let all = resampled(AnalysedSet.detections)
    let fewer = resampled(AnalysedSet.detections.filter { $0.imageID != 1 })
    let report = PairedBootstrapReport(first: all, second: fewer, resamples: 100)
    #expect(report.averagePrecision50.difference.value > 0)
    #expect(report.averagePrecision50.shareFirstBetter > 0.7)
  }
}
