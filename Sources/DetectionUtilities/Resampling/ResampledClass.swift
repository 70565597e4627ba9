/// One class, matched once, so that its precision can be had again and again for images that count several times or not
/// at all.
struct ResampledClass {
  /// One detection, in the order in which it counts.
  private struct Entry {
    var image: Int32
    /// Bit t: right at IoU threshold t.
    var right: UInt16
    /// Bit t: neither right nor wrong.
    var ignored: UInt16
    /// How many detections of its image follow at the same score; they must be gone through once per copy of the image.
    var tied: Int32
  }

  private let entries: [Entry]
  /// The image of each object to be found.
  private let objectImages: [Int32]
  private let thresholdCount: Int

  /// [classes].
  static func all(_ groups: EvaluationGroups, iouThresholds: [Double]) -> [ResampledClass] {
    precondition(iouThresholds.count <= 16, "an outcome has 16 bits")
    let outcomes = groups.outcomes(iouThresholds: iouThresholds)
    var entries = [[(entry: Entry, score: Double)]](repeating: [], count: groups.classCount)
    var objectImages = [[Int32]](repeating: [], count: groups.classCount)
    for group in groups.groups {
      for index in group.detections {
        let outcome = outcomes[index]
        let entry = Entry(
          image: Int32(group.image), right: UInt16(outcome.isRight), ignored: UInt16(outcome.isIgnored), tied: 0)
        entries[group.classIndex].append((entry, groups.detections[index].score))
      }
      for object in group.objects where !groups.isIgnored[object] {
        objectImages[group.classIndex].append(Int32(group.image))
      }
    }
    return zip(entries, objectImages).map {
      ResampledClass(judged: $0, objectImages: $1, thresholdCount: iouThresholds.count)
    }
  }

  /// - Parameter judged: by image.
  private init(judged: [(entry: Entry, score: Double)], objectImages: [Int32], thresholdCount: Int) {
    let order = StableScoreOrder.descending(judged.map(\.score))
    var entries = order.map { judged[$0].entry }
    for index in entries.indices.dropLast().reversed()
    where entries[index].image == entries[index + 1].image
      && StableScoreOrder.key(judged[order[index]].score) == StableScoreOrder.key(judged[order[index + 1]].score)
    {
      entries[index].tied = entries[index + 1].tied + 1
    }
    self.entries = entries
    self.objectImages = objectImages
    self.thresholdCount = thresholdCount
  }
}

extension ResampledClass {
  /// The true and false positives at which recall rises, per IoU threshold.
  struct Curves {
    var hits: [[(truePositives: Int, falsePositives: Int)]]
    var objectCount: Int
  }

  /// - Parameter multiplicities: per image, how many times it counts.
  func curves(_ multiplicities: [Int32]) -> Curves {
    var curves = Curves(
      hits: [[(truePositives: Int, falsePositives: Int)]](repeating: [], count: thresholdCount),
      objectCount: objectImages.reduce(0) { $0 + Int(multiplicities[Int($1)]) })
    if curves.objectCount == 0 { return curves }
    var right = [Int](repeating: 0, count: thresholdCount)
    var wrong = right
    // Most detections are wrong at every threshold: those are counted once for all.
    var wrongEverywhere = 0
    func count(_ entry: Entry, times: Int) {
      if entry.right | entry.ignored == 0 {
        wrongEverywhere += times
        return
      }
      for threshold in 0..<thresholdCount {
        let bit: UInt16 = 1 << threshold
        if entry.right & bit != 0 {
          right[threshold] += times
          curves.hits[threshold].append((right[threshold], wrong[threshold] + wrongEverywhere))
        } else if entry.ignored & bit == 0 {
          wrong[threshold] += times
        }
      }
    }
    var index = 0
    while index < entries.count {
      let entry = entries[index]
      let times = Int(multiplicities[Int(entry.image)])
      if times <= 1 || entry.tied == 0 {
        if times > 0 { count(entry, times: times) }
        index += 1
      } else {
        let run = index...index + Int(entry.tied)
        for _ in 0..<times {
          for position in run { count(entries[position], times: 1) }
        }
        index = run.upperBound + 1
      }
    }
    return curves
  }
}
