import Evaluation

/// Two programs that find nearly the same.
package enum HandmadeAgreement {
  /// Four boxes of the left side agree, one lies elsewhere, one is missing on the right; the right has one more.
  package static func report() -> DetectionAgreementReport {
    var report = DetectionAgreementReport(
      left: "a", right: "reference", classNames: ["cat", "dog"],
      tolerances: DetectionAgreement.Tolerances(confidence: 0.05, box: 0.25, score: 0.125))
    let same = [found(0, 0, 8, 8, 0, 0.5), found(20, 0, 28, 8, 0, 0.5)]
    report.add("one.jpg", left: same, right: same)
    report.add(
      "two.jpg", left: same + [found(40, 0, 48, 8, 1, 0.75), found(60, 0, 68, 8, 1, 0.625)],
      right: [found(0, 0, 8, 8, 0, 0.375), found(20, 0, 28.125, 8, 0, 0.5), found(42, 0, 50, 8, 1, 0.75)])
    report.add("three.jpg", left: [], right: [found(1, 2, 3.5, 4, 0, 0.25)])
    return report
  }
}
