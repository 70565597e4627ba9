import Datasets
import DetectionUtilities
import Evaluation
import EvaluationTesting
import Testing

@Suite struct MaskComparisonTests {
  private let set: ScriptedComparison
  private let dataset: LabelledDataset

  /// The objects of the scripted set with masks that fill their boxes.
  init() throws {
    set = try ScriptedComparison()
    var images = set.dataset.images
    for image in images.indices {
      for object in images[image].objects.indices {
        images[image].objects[object].segmentation = Self.segmentation(
          images[image].objects[object].box, in: images[image])
      }
    }
    dataset = LabelledDataset(classes: set.dataset.classes, images: images)
  }

  /// The pixels of a box, or of its upper rows.
  private static func segmentation(_ box: BoundingBox, in image: LabelledImage, share: Double = 1) -> COCOSegmentation {
    COCOSegmentation(
      RunLengthMask(
        width: image.size.width, height: image.size.height,
        inside: (Int(box.x1)..<Int(box.x2)).map { column in
          let top = column * image.size.height + Int(box.y1)
          return top..<top + Int(share * box.height)
        }))
  }

  private func results(_ name: String, _ answers: [Int: [Detection]], share: Double = 1) -> ComparisonCandidate {
    var candidate = set.results(name, answers)
    let segmentations = dataset.images.flatMap { image in
      (answers[image.size.width] ?? []).map { Self.segmentation($0.box, in: image, share: share) }
    }
    if case .detections(let detections, _) = candidate.source {
      candidate.source = .detections(detections, segmentations: segmentations)
    }
    return candidate
  }

  private func report(_ candidates: [ComparisonCandidate], _ iouType: IoUType) throws -> ComparisonReport {
    ComparisonReport(
      try ComparisonMeasurement(of: candidates, on: dataset, rounds: 1, iouType: iouType), path: "set",
      settings: .init(resamples: 200, seed: 1))
  }

  @Test func masksThatFillTheirBoxesAreComparedAsBoxesAre() throws {
    let candidates = [results("good", ScriptedComparison.good), results("poor", ScriptedComparison.poor)]
    let (masks, boxes) = (try report(candidates, .segm), try report(candidates, .bbox))
    #expect(masks.pairs == boxes.pairs && masks.disagreements == boxes.disagreements)
    #expect(masks.entries.map(\.averagePrecision) == boxes.entries.map(\.averagePrecision))
    #expect(masks.entries.map(\.analysis.maskIoUType) == [.segm, .segm])
    #expect(masks.title == "Comparison of 2 detectors by masks on set")
    #expect(masks.protocolLine.contains("of masks") && !boxes.protocolLine.contains("of masks"))
  }

  /// Boxes of both are perfect. Of 3 rows of 10 the IoU is 0.3: by masks nothing is found.
  @Test func masksTellDetectorsApartWhoseBoxesAreTheSame() throws {
    let candidates = [
      results("whole", ScriptedComparison.good), results("slices", ScriptedComparison.good, share: 0.3),
    ]
    let boxes = try report(candidates, .bbox)
    #expect(boxes.pairs[0].bootstrap.averagePrecision.difference.value == 0)
    let masks = try report(candidates, .segm)
    #expect(abs((masks.entries[0].averagePrecision ?? 0) - 1) < 1e-9 && masks.entries[1].averagePrecision == 0)
    #expect(masks.pairs[0].bootstrap.averagePrecision.difference.lower > 0.9)
    #expect(masks.pairs[0].groups[0].onlyFirst == 4 && masks.pairs[0].groups[0].missedByBoth == 0)
    #expect(masks.disagreements.map(\.name).sorted() == ["40.png", "50.png", "60.png"])
  }

  /// A detector that says no pixels finds nothing by masks.
  @Test func detectionsWithoutMasksFindNothing() throws {
    let detector = ScriptedTimedDetector(classNames: ["cat", "dog"], answers: ScriptedComparison.good)
    let report = try report([set.candidate("boxes alone", detector)], .segm)
    #expect(report.entries[0].averagePrecision == 0)
    #expect(report.timingLine?.hasPrefix("from the file to the masks") == true)
  }
}
