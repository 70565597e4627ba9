/// All errors of a set, and the average precision with some of them put right.
struct DetectionErrorTally {
  private struct Entry {
    var type: DetectionErrorType
    /// The point of the curve as it is; nil for an object that was missed or a detection to be ignored.
    var actual: Point?
    /// The point if the error is put right, nil to take it away.
    var fixed: Point?
    /// The class of an object that was missed.
    var missedClass: Int?
  }

  private struct Point {
    var classIndex: Int
    var score: Double
    var isTruePositive: Bool
  }

  private var objectCounts: [Int]
  /// Objects that no detection found, whatever the reason.
  private var unfoundCounts: [Int]
  private var right: [Point] = []
  private var errors: [Entry] = []
  /// Every detection that counts, in the order entered.
  private var actual: [Point] = []

  init(classCount: Int) {
    objectCounts = [Int](repeating: 0, count: classCount)
    unfoundCounts = objectCounts
  }

  /// Images are entered one after the other; the order decides between equal scores.
  mutating func enter(_ image: DetectionErrorImage) {
    for (object, isFound) in zip(image.objects, image.isFound) {
      objectCounts[object.classIndex] += 1
      if !isFound { unfoundCounts[object.classIndex] += 1 }
    }
    // Per object not found, the first of the highest score among the errors that would find it.
    var rescuer = [Int?](repeating: nil, count: image.objects.count)
    for (index, detection) in image.detections.enumerated() {
      guard let object = detection.object, !image.isFound[object] else { continue }
      if let other = rescuer[object], image.detections[other].score >= detection.score { continue }
      rescuer[object] = index
    }
    for (index, detection) in image.detections.enumerated() {
      let point = Point(
        classIndex: detection.classIndex, score: detection.score, isTruePositive: detection.error == nil)
      if !detection.isIgnored { actual.append(point) }
      guard let error = detection.error else {
        right.append(point)
        continue
      }
      var entry = Entry(type: error, actual: detection.isIgnored ? nil : point)
      if let object = detection.object, rescuer[object] == index {
        entry.fixed = Point(
          classIndex: image.objects[object].classIndex, score: detection.score, isTruePositive: true)
      }
      errors.append(entry)
    }
    for (object, truth) in image.objects.enumerated() where !image.isFound[object] && rescuer[object] == nil {
      errors.append(Entry(type: .missed, missedClass: truth.classIndex))
    }
  }

  func count(of type: DetectionErrorType) -> Int { errors.reduce(0) { $0 + ($1.type == type ? 1 : 0) } }

  /// As it is.
  func averagePrecision() -> Double? { Self.averagePrecision(actual, objectCounts) }

  /// With the errors of one type put right. At equal scores errors stand before right detections, as in `tidecv`.
  func averagePrecision(fixing type: DetectionErrorType) -> Double? {
    var counts = objectCounts
    var points: [Point] = []
    points.reserveCapacity(errors.count + right.count)
    for error in errors {
      if error.type != type {
        if let actual = error.actual { points.append(actual) }
      } else if let missedClass = error.missedClass {
        counts[missedClass] -= 1
      } else if let fixed = error.fixed {
        points.append(fixed)
      }
    }
    return Self.averagePrecision(points + right, counts)
  }

  /// With every wrong detection after every right one.
  func averagePrecisionWithWrongOnesLast() -> Double? {
    let points = actual.map { point in
      var point = point
      point.score = point.isTruePositive ? 1 : 0
      return point
    }
    return Self.averagePrecision(points, objectCounts)
  }

  /// With the objects that were not found left out.
  func averagePrecisionWithoutMissedObjects() -> Double? {
    Self.averagePrecision(errors.compactMap(\.actual) + right, zip(objectCounts, unfoundCounts).map { $0 - $1 })
  }

  private static func averagePrecision(_ points: [Point], _ objectCounts: [Int]) -> Double? {
    var classes = objectCounts.map { _ in (scores: [Double](), isTruePositive: [Bool]()) }
    for point in points {
      classes[point.classIndex].scores.append(point.score)
      classes[point.classIndex].isTruePositive.append(point.isTruePositive)
    }
    var values: [Double] = []
    for (detections, objectCount) in zip(classes, objectCounts) where !detections.scores.isEmpty || objectCount > 0 {
      let curve = PrecisionRecallCurve(
        scores: detections.scores, isTruePositive: detections.isTruePositive, groundTruthCount: objectCount)
      values.append(objectCount > 0 ? sampledMean(curve) : 0)
    }
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  /// ``AveragePrecision/coco101`` with recalls of n / 100, which are not always those of ``EvenlySpaced``.
  private static func sampledMean(_ curve: PrecisionRecallCurve) -> Double {
    let envelope = curve.precisionEnvelope
    var sum = 0.0
    var point = 0
    for step in 0...100 {
      while point < envelope.count && curve.recall[point] < Double(step) / 100 { point += 1 }
      if point < envelope.count { sum += envelope[point] }
    }
    return sum / 101
  }
}
