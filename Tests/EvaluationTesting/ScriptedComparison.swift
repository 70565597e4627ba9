import Datasets
import DetectionUtilities
import Evaluation
import FolderTesting
import ImageCodecs

/// Three images, 40, 50 and 60 pixels wide, of cats and dogs, as files in a folder.
package struct ScriptedComparison {
  package let folder: TemporaryFolder
  package let dataset: LabelledDataset

  package init() throws {
    folder = try TemporaryFolder()
    let objects = [
      40: [(1, 0, 5.0), (2, 1, 25.0)],
      50: [(3, 0, 5.0)],
      60: [(4, 1, 5.0)],
    ]
    let folder = folder
    let images = try objects.sorted { $0.key < $1.key }.enumerated().map { place, entry in
      let size = ImageSize(width: entry.key, height: 30)
      let path = folder.path("\(entry.key).png")
      try RGBImage(size: size, color: (60, 60, 60)).write(to: path)
      return LabelledImage(
        id: place + 1, path: path, size: size,
        objects: entry.value.map { id, classIndex, x in
          LabelledObject(annotationID: id, box: Self.box(x), classIndex: classIndex)
        })
    }
    dataset = LabelledDataset(
      classes: [ObjectClass(id: 1, name: "cat"), ObjectClass(id: 2, name: "dog")], images: images)
  }

  /// Ten pixels square.
  package static func box(_ x: Double) -> BoundingBox { BoundingBox(x1: x, y1: 10, x2: x + 10, y2: 20) }

  package static func found(_ x: Double, _ classIndex: Int, _ score: Double) -> Detection {
    Detection(box: box(x), classIndex: classIndex, score: score)
  }

  /// Finds everything.
  package static let good = [
    40: [found(5, 0, 0.9), found(25, 1, 0.8)], 50: [found(5, 0, 0.7)], 60: [found(5, 1, 0.9)],
  ]
  /// Finds the cats alone, and a dog that is none.
  package static let poor = [40: [found(5, 0, 0.9)], 50: [found(5, 0, 0.7), found(30, 1, 0.8)]]

  package func candidate(
    _ name: String, _ detector: ScriptedTimedDetector, threads: Int? = nil
  ) -> ComparisonCandidate {
    ComparisonCandidate(
      name: name, path: "\(name).safetensors", family: .yolo, setting: .init(threads: threads),
      source: .detector(
        detector,
        cost: .init(parameters: 1000, operations: 2e6, proposals: nil, fileBytes: 4000, peakMemory: nil),
        sizesVary: false))
  }

  package func results(_ name: String, _ answers: [Int: [Detection]]) -> ComparisonCandidate {
    let detections = dataset.images.flatMap { image in
      (answers[image.size.width] ?? []).map { EvaluationDetection(imageID: image.id, detection: $0) }
    }
    return ComparisonCandidate(
      name: name, path: "\(name).json", family: .results, setting: .init(), source: .detections(detections))
  }
}
