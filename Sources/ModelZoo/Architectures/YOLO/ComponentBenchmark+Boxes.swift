import DetectionUtilities
import Foundation
import Tensors
import YOLO

extension ComponentBenchmark {
  /// The grid head's outputs become candidates: mostly background, an object here and there.
  mutating func timeDecoding() {
    let head = YOLOHeadConfiguration()
    for side in [416, 640] {
      var generator = SeededGenerator(seed: 5)
      let outputs = head.strides.enumerated().map { level, stride in
        let cells = side / stride * (side / stride)
        var values: [Float] = []
        for _ in head.anchors[level] {
          for channel in 0..<5 + head.classCount {
            let mean = channel < 4 ? 0.0 : channel == 4 ? -7.0 : -4.0
            let deviation = channel < 4 ? 0.7 : 2.0
            for _ in 0..<cells { values.append(Float(generator.normal(mean: mean, deviation: deviation))) }
          }
        }
        return Tensor(shape: [1, head.outputChannels(level: level), side / stride, side / stride], values: values)
      }
      for threshold in [0.25, 0.001] {
        let decoder = GridDecoder(head: head, scoreThreshold: threshold)
        time(
          "YOLO decoding at \(side), 80 classes, scores from \(threshold)",
          outcome: "\(decoder(outputs)[0].count) candidates"
        ) { _ = decoder(outputs) }
      }
    }
  }

  /// Boxes in clusters of about twelve around objects.
  mutating func timeSuppression() {
    for count in [1000, 10_000] {
      let detections = Self.clustered(count)
      let (boxes, scores) = (detections.map(\.box), detections.map(\.score))
      let suppression = NonMaximumSuppression(iouThreshold: 0.5)
      time(
        "NMS of \(count) boxes, one class",
        outcome: "\(suppression.keptIndices(boxes: boxes, scores: scores).count) kept"
      ) { _ = suppression.keptIndices(boxes: boxes, scores: scores) }
      time("NMS of \(count) boxes, 80 classes", outcome: "\(suppression(detections).count) kept") {
        _ = suppression(detections)
      }
    }
  }

  private static func clustered(_ count: Int) -> [Detection] {
    var generator = SeededGenerator(seed: 7)
    let objects = (0..<max(1, count / 12)).map { _ in
      (
        x: generator.uniform(0, 640), y: generator.uniform(0, 640),
        width: exp(generator.normal(mean: 3.8, deviation: 0.8)),
        height: exp(generator.normal(mean: 3.8, deviation: 0.8)), classIndex: generator.uniform(below: 80)
      )
    }
    var ranks = Array(0..<count)
    generator.shuffle(&ranks)
    return ranks.map { rank in
      let object = objects[generator.uniform(below: objects.count)]
      let box = BoundingBox(
        centerX: object.x + object.width * generator.normal(deviation: 0.12),
        centerY: object.y + object.height * generator.normal(deviation: 0.12),
        width: object.width * exp(generator.normal(deviation: 0.15)),
        height: object.height * exp(generator.normal(deviation: 0.15)))
      return Detection(box: box, classIndex: object.classIndex, score: Double(rank) / Double(count))
    }
  }
}
