import Datasets
import DetectionUtilities
import Evaluation
import EvaluationTesting
import FolderTesting
import Foundation
import ImageCodecs
import Testing

struct DetectorEvaluatorTests {
  private let folder: TemporaryFolder
  private let dataset: LabelledDataset

  /// Images 40, 41 and 42 pixels wide, with ids 7, 5 and 9: two cats and a dog, a dog, nothing.
  init() throws {
    let folder = try TemporaryFolder()
    func image(_ id: Int, width: Int, _ objects: [LabelledObject]) throws -> LabelledImage {
      let size = ImageSize(width: width, height: 30)
      let path = folder.path("\(width).png")
      try RGBImage(size: size, color: (90, 90, 90)).write(to: path)
      return LabelledImage(id: id, path: path, size: size, objects: objects)
    }
    func object(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ classIndex: Int) -> LabelledObject {
      LabelledObject(
        annotationID: 0, box: BoundingBox(x1: x1, y1: y1, x2: x2, y2: y2), classIndex: classIndex)
    }
    dataset = LabelledDataset(
      classes: [ObjectClass(id: 17, name: "cat"), ObjectClass(id: 18, name: "dog")],
      images: [
        try image(7, width: 40, [object(0, 0, 10, 10, 0), object(20, 5, 30, 25, 0), object(12, 2, 18, 28, 1)]),
        try image(5, width: 41, [object(1, 1, 11, 21, 1)]),
        try image(9, width: 42, []),
      ])
    self.folder = folder
  }

  /// Every object of the dataset, with the detector's own class indices.
  private func perfectAnswers(classIndices: [Int]) -> [Int: [Detection]] {
    Dictionary(
      uniqueKeysWithValues: dataset.images.map { image in
        (
          image.size.width,
          image.objects.map { Detection(box: $0.box, classIndex: classIndices[$0.classIndex], score: 0.9) }
        )
      })
  }

  @Test func perfectDetectionsHavePrecisionOne() throws {
    let detector = ScriptedDetector(classNames: ["cat", "dog"], answers: perfectAnswers(classIndices: [0, 1]))
    var progress: [[Int]] = []
    let result = try DetectorEvaluator().evaluate(detector, on: dataset) { progress.append([$0, $1]) }
    #expect(result.result["AP"] == 1)
    #expect(result.result["AP50"] == 1)
    #expect(result.result["AR100"] == 1)
    #expect(result.result["APlarge"] == nil)
    #expect(result.result.classes.map(\.name) == ["cat", "dog"])
    #expect(result.result.classes.map(\.boxCount) == [2, 2])
    #expect(result.result.classes.map(\.averagePrecision) == [1, 1])
    #expect(result.failures.isEmpty)
    #expect(progress == [[1, 3], [2, 3], [3, 3]])
    #expect(result.resultsFile().entries.map(\.imageID) == [7, 7, 7, 5])
    #expect(result.resultsFile().entries.map(\.categoryID) == [17, 17, 18, 18])
    #expect(result.resultsFile().entries[1].bbox == CornerSizeBox(x: 20, y: 5, width: 10, height: 20))
    #expect(result.groundTruthFile().images.map(\.id) == [7, 5, 9])
  }

  @Test func noDetectionsHavePrecisionZero() throws {
    let result = try DetectorEvaluator().evaluate(ScriptedDetector(classNames: ["cat", "dog"]), on: dataset)
    #expect(result.result["AP"] == 0)
    #expect(result.result["AP50"] == 0)
    #expect(result.resultsFile().entries.isEmpty)
  }

  @Test func classesAreMatchedByName() throws {
    var answers = perfectAnswers(classIndices: [2, 0])
    // A class that the data lacks counts for nothing.
    answers[42] = [found(0, 0, 5, 5, 1, 0.99)]
    let detector = ScriptedDetector(classNames: ["dog", "horse", "cat"], answers: answers)
    let result = try DetectorEvaluator().evaluate(detector, on: dataset)
    #expect(result.result["AP"] == 1)
    #expect(result.resultsFile().entries.count == 4)
    #expect(result.set.unknownClasses == [UnknownClassDetections(imageID: 9, className: "horse", count: 1)])
    #expect(result.result.protocolLine.contains("was not counted: 'horse' (1)"))
  }

  @Test func aFalseDetectionAboveTheTrueOnesLowersPrecision() throws {
    var answers = perfectAnswers(classIndices: [0, 1])
    answers[42] = [found(0, 0, 5, 5, 1, 0.99)]
    let detector = ScriptedDetector(classNames: ["cat", "dog"], answers: answers)
    let result = try DetectorEvaluator().evaluate(detector, on: dataset)
    // Dogs: wrong, right, right; the precision envelope is 2/3 at every recall.
    #expect(result.result.classes[0].averagePrecision == 1)
    #expect(abs((result.result.classes[1].averagePrecision ?? 0) - 2.0 / 3) < 1e-12)
  }

  @Test func refusesAClassThatTheDetectorLacks() throws {
    let detector = ScriptedDetector(classNames: ["cat", "Dog"])
    let error = #expect(throws: EvaluationError.self) { try DetectorEvaluator().evaluate(detector, on: dataset) }
    #expect(error == .classes(missing: ["dog"], detector: ["cat", "Dog"], dataset: ["cat", "dog"]))
    let text = error?.description ?? ""
    #expect(text.contains("'dog'") && text.contains("cat, Dog") && text.contains("cat, dog"))
  }

  @Test func aBrokenImageIsListedAndLeftOut() throws {
    try Data("no image".utf8).write(to: URL(fileURLWithPath: folder.path("41.png")))
    let detector = ScriptedDetector(classNames: ["cat", "dog"], answers: perfectAnswers(classIndices: [0, 1]))
    let result = try DetectorEvaluator().evaluate(detector, on: dataset)
    #expect(result.failures.map(\.path) == [folder.path("41.png")])
    #expect(result.failures.first?.reason.contains("41.png") == true)
    #expect(result.groundTruthFile().images.map(\.id) == [7, 9])
    #expect(result.result.classes.map(\.boxCount) == [2, 1])
    #expect(result.result["AP"] == 1)
  }

  @Test func anEmptyDatasetHasNothingToMeasure() throws {
    let empty = LabelledDataset(classes: dataset.classes, images: [])
    let result = try DetectorEvaluator().evaluate(ScriptedDetector(classNames: ["cat", "dog"]), on: empty)
    #expect(result.result["AP"] == nil)
    #expect(result.result.classes.allSatisfy { $0.averagePrecision == nil && $0.boxCount == 0 })
  }
}
