/// The IoU of every detection of a set with every object of its image, of masks and not of boxes.
///
/// Computed once, for the analyses that match one set again and again: matching needs the overlaps alone, which take far less
/// memory than the masks. Of most pairs the IoU is 0; only the others are kept.
public struct MaskOverlaps: Sendable {
  /// What the IoU is of.
  public let region: EvaluationMasks.Region
  /// In pixels, by the place of the detection.
  private let areas: [Int]
  /// The pairs of detection `d` are `pairs[starts[d]..<starts[d + 1]]`.
  private let starts: [Int]
  /// By rising place of the object.
  private let pairs: [Pair]

  private struct Pair {
    /// Place in the list of ground truth.
    var object: Int32
    var iou: Double
  }

  /// Masks are asked for image by image, those of all classes together.
  ///
  /// - Parameters:
  ///   - masks: of all objects and detections.
  ///   - iteration: how the images are gone through; the outcome is the same.
  /// - Complexity: ground truth × detections per image, those of all classes together, times the runs of their masks.
  public init(
    _ masks: EvaluationMasks, groundTruth: [EvaluationGroundTruth], detections: [EvaluationDetection],
    iteration: COCOEvaluator.Iteration = { count, body in (0..<count).forEach(body) }
  ) {
    let objectsByImage = Dictionary(grouping: groundTruth.indices) { groundTruth[$0].imageID }
    let images = Array(Dictionary(grouping: detections.indices) { detections[$0].imageID })
    var found = [[(area: Int, pairs: [Pair])]](repeating: [], count: images.count)
    found.withUnsafeMutableBufferPointer { buffer in
      // Every image writes its own place.
      nonisolated(unsafe) let results = buffer
      iteration(images.count) { image in
        let (imageID, places) = images[image]
        let objects = objectsByImage[imageID] ?? []
        let group = EvaluationMasks.Group(masks, objects: objects, detections: places)
        results[image] = places.indices.map { detection in
          let pairs = objects.enumerated().compactMap { index, object -> Pair? in
            let iou = group.iou(detection, index, isCrowd: groundTruth[object].isCrowd)
            return iou > 0 ? Pair(object: Int32(object), iou: iou) : nil
          }
          return (group.area(ofDetection: detection), pairs)
        }
      }
    }
    var rows = [(area: Int, pairs: [Pair])](repeating: (0, []), count: detections.count)
    for (image, results) in zip(images, found) {
      for (place, row) in zip(image.value, results) { rows[place] = row }
    }
    region = masks.region
    areas = rows.map(\.area)
    pairs = rows.flatMap(\.pairs)
    starts = rows.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.pairs.count) }
  }

  /// The IoU of a detection with an object of its image, by their places in the lists.
  ///
  /// - Complexity: O(objects that the detection overlaps).
  func iou(detection: Int, object: Int) -> Double {
    for pair in pairs[starts[detection]..<starts[detection + 1]] where pair.object == object { return pair.iou }
    return 0
  }

  func area(ofDetection place: Int) -> Int { areas[place] }
}
