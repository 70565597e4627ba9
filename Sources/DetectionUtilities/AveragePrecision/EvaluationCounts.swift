/// How the boxes of a set are spread: how many go beyond what counts in one image and class, and how many repeat another.
public struct EvaluationCounts: Hashable, Sendable {
  /// Detections of which there are too many in their image and class, so that the weakest do not count.
  public private(set) var detectionsBeyondMaximum = 0
  /// Detections that repeat another one in image, class, box and score.
  public private(set) var repeatedDetections = 0
  /// Images with more objects of one class than detections of it count.
  public let imagesBeyondMaximum: Int
  public let imagesWithDetections: Int
  public let imagesWithObjects: Int

  /// - Parameters:
  ///   - groundTruth: the objects to be found.
  ///   - classCount: class indices lie in `0..<classCount`.
  ///   - maximum: how many detections of an image and class count; nil for all.
  /// - Complexity: O(boxes + images + classes).
  public init(
    groundTruth: [EvaluationGroundTruth], detections: [EvaluationDetection], classCount: Int, maximum: Int? = nil
  ) {
    let maximum = maximum ?? .max
    let found = Runs(
      imageIDs: detections.map(\.imageID), classIndices: detections.map { Int32($0.classIndex) },
      classCount: classCount)
    imagesWithDetections = found.imageCount
    var beyond = 0
    var repeated = 0
    found.visit { _, run in
      beyond += max(0, run.count - maximum)
      repeated += Self.repetitions(among: run, of: detections)
    }
    detectionsBeyondMaximum = beyond
    repeatedDetections = repeated
    let sought = Runs(
      imageIDs: groundTruth.map(\.imageID), classIndices: groundTruth.map { Int32($0.classIndex) },
      classCount: classCount)
    imagesWithObjects = sought.imageCount
    var crowded: Set<Int32> = []
    sought.visit { image, run in
      if run.count > maximum { crowded.insert(image) }
    }
    imagesBeyondMaximum = crowded.count
  }

  /// Few are compared one by one, many by their hashes.
  private static func repetitions(among run: ArraySlice<Int32>, of detections: [EvaluationDetection]) -> Int {
    guard run.count > 8 else {
      return run.indices.count { index in
        run[..<index].contains { detections[Int($0)] == detections[Int(run[index])] }
      }
    }
    return run.count - Set(run.lazy.map { detections[Int($0)] }).count
  }

  /// Boxes of one image and class after the other.
  private struct Runs {
    let imageCount: Int
    private let ranks: [Int32]
    private let order: BoxOrder
    private let classCount: Int

    init(imageIDs: [Int], classIndices: [Int32], classCount: Int) {
      let images = NumberRanks(imageIDs, [])
      imageCount = images.count
      ranks = imageIDs.map(images.rank)
      order = BoxOrder(
        imageRanks: ranks, imageCount: images.count, classIndices: classIndices, classCount: classCount)
      self.classCount = classCount
    }

    /// Calls `body` with the rank of the image, and with the places of the boxes.
    func visit(_ body: (_ image: Int32, _ run: ArraySlice<Int32>) -> Void) {
      for classIndex in 0..<classCount {
        var rest = order.of(classIndex)
        while let first = rest.first {
          let image = ranks[Int(first)]
          let end = rest.firstIndex { ranks[Int($0)] != image } ?? rest.endIndex
          body(image, rest[rest.startIndex..<end])
          rest = rest[end...]
        }
      }
    }
  }
}
