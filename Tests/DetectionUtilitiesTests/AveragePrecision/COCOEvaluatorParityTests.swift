import DetectionUtilities
import Foundation
import Testing

/// COCO files as far as an evaluation needs them.
private struct COCOFile: Decodable {
  struct Annotation: Decodable {
    var imageId: Int
    var categoryId: Int
    var bbox: [Double]
    var area: Double
    var iscrowd: Int
  }
  struct Category: Decodable { var id: Int }
  var annotations: [Annotation]
  var categories: [Category]
}

private struct COCOResult: Decodable {
  var imageId: Int
  var categoryId: Int
  var bbox: [Double]
  var score: Double
}

private func cornerSizeBox(_ numbers: [Double]) -> CornerSizeBox {
  CornerSizeBox(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3])
}

private func decode<Value: Decodable>(_ type: Value.Type, _ path: String) throws -> Value {
  let decoder = JSONDecoder()
  decoder.keyDecodingStrategy = .convertFromSnakeCase
  return try decoder.decode(type, from: Data(contentsOf: SharedData.folder.appendingPathComponent(path)))
}

/// Expected numbers are what pycocotools 2.0.11 with numpy 2.4.6 computes, printed to the last digit.
@Suite struct COCOEvaluatorParityTests {
  @Test(
    .enabled(if: SharedData.exists("evaluation/fakebbox100"), "needs evaluation/fakebbox100 in PEREGRINE_DATA"))
  func cocoFakeBoxes() throws {
    let truth = try decode(COCOFile.self, "evaluation/fakebbox100/instances_val2014_100.json")
    let results = try decode(
      [COCOResult].self, "evaluation/fakebbox100/instances_val2014_fakebbox100_results.json")
    let classOfCategory = Dictionary(
      uniqueKeysWithValues: truth.categories.map(\.id).sorted().enumerated().map { ($1, $0) })
    let evaluation = COCOEvaluator().evaluate(
      groundTruth: try truth.annotations.map {
        EvaluationGroundTruth(
          imageID: $0.imageId, classIndex: try #require(classOfCategory[$0.categoryId]),
          box: cornerSizeBox($0.bbox), area: $0.area, isCrowd: $0.iscrowd == 1)
      },
      detections: try results.map {
        EvaluationDetection(
          imageID: $0.imageId, classIndex: try #require(classOfCategory[$0.categoryId]),
          box: cornerSizeBox($0.bbox), score: $0.score)
      },
      classCount: classOfCategory.count)
    #expect(
      evaluation.summary.pycocotoolsValues == [
        0.5045806987249628, 0.6969727247299577, 0.5729816669904824, 0.5856257209410443, 0.5193996948036719,
        0.5013978986347466, 0.38681277964578054, 0.5936795762842003, 0.595352982877607, 0.6398109626113442,
        0.5664205978994309, 0.5642905982905982,
      ])
    #expect(evaluation.averagePrecision(classIndex: 0) == 0.5326060142444453)
    #expect(evaluation.averagePrecision(classIndex: 15) == 0.7336633663366336)
  }

  /// 161 objects, some of them crowds, and 458 detections with many equal scores; one image has more detections of a
  /// class than count, one class has no objects.
  @Test func synthetic() {
    let (groundTruth, detections) = Self.syntheticCase()
    #expect(groundTruth.count == 161)
    #expect(detections.count == 458)
    let evaluation = COCOEvaluator().evaluate(groundTruth: groundTruth, detections: detections, classCount: 6)
    #expect(
      evaluation.summary.pycocotoolsValues == [
        0.2618695308924373, 0.4904550655316475, 0.2744894194335956, 0.3142403129511528, 0.259345414120227,
        0.49999999999999994, 0.2729521016617791, 0.469739561513755, 0.47402527579946935, 0.4818087375300998,
        0.4450714285714285, 0.5,
      ])
    #expect(
      (0..<6).map { evaluation.averagePrecision(classIndex: $0) } == [
        0.11622232662291715, 0.2654846980949135, 0.2593658405446417, 0.34671939973175386, 0.3215553894679607, nil,
      ])
    let curve = evaluation.precisionCurve(classIndex: 1, iouThreshold: 0.5)
    let points = [0, 10, 50, 90].compactMap { curve?[$0] }
    #expect(points.map(\.precision) == [1, 0.8571428571428571, 0.6, 0])
    #expect(points.map(\.score) == [0.921875, 0.90625, 0.390625, 0])
  }

  private static func syntheticCase() -> ([EvaluationGroundTruth], [EvaluationDetection]) {
    var random = LinearCongruentialGenerator(state: 2026)
    var groundTruth: [EvaluationGroundTruth] = []
    var detections: [EvaluationDetection] = []
    func stray(_ imageID: Int, _ classIndex: Int, scores: Int) {
      let box = random.box(in: 400, largest: 150)
      detections.append(
        EvaluationDetection(
          imageID: imageID, classIndex: classIndex,
          box: CornerSizeBox(x: box.x, y: box.y, width: box.width, height: box.height),
          score: Double(random.index(scores)) / 64))
    }
    for imageID in 0..<40 {
      for _ in 0..<random.index(9) {
        let classIndex = random.index(5)
        let x = random.fraction() * 400
        let y = random.fraction() * 400
        let width = 2 + random.fraction() * random.fraction() * 200
        let height = 2 + random.fraction() * random.fraction() * 200
        groundTruth.append(
          EvaluationGroundTruth(
            imageID: imageID, classIndex: classIndex, box: CornerSizeBox(x: x, y: y, width: width, height: height),
            area: width * height * 0.7, isCrowd: random.fraction() < 0.06))
        for _ in 0..<random.index(4) {
          let left = x + (random.fraction() - 0.5) * 0.25 * width
          let top = y + (random.fraction() - 0.5) * 0.25 * height
          let detectedWidth = width * (1 + (random.fraction() - 0.5) * 0.25)
          let detectedHeight = height * (1 + (random.fraction() - 0.5) * 0.25)
          detections.append(
            EvaluationDetection(
              imageID: imageID, classIndex: classIndex,
              box: CornerSizeBox(x: left, y: top, width: detectedWidth, height: detectedHeight),
              score: Double(random.index(64)) / 64))
        }
      }
      for _ in 0..<random.index(6) { stray(imageID, random.index(5), scores: 48) }
    }
    for _ in 0..<130 { stray(3, 0, scores: 64) }
    return (groundTruth, detections)
  }
}
