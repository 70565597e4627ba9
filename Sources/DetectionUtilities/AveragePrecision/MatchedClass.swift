/// The detections of one class, with what became of each.
struct MatchedClass: Sendable {
  struct Entry: Sendable {
    var score: Double
    var outcome: ImageMatcher.MatchOutcome
    /// Rank by score among the detections of its image and class, from 0.
    var rankInClass: Int32
    /// Among those of its image.
    var rankInImage: Int32
  }

  /// By falling score, equal ones in the order in which they count.
  var entries: [Entry] = []
  /// Objects to be found.
  var objectCount = 0

  mutating func sort() {
    let order = StableScoreOrder.descending(entries.map(\.score))
    entries = order.map { entries[$0] }
  }
}

/// The rank of every detection by score within its image, and within its image and class; equal scores as given.
struct DetectionRanks {
  private var inClass: [Int32]
  private var inImage: [Int32]

  init(_ detections: [EvaluationDetection], classCount: Int) {
    let images = NumberRanks(detections.lazy.map(\.imageID), EmptyCollection())
    let imageRanks = detections.map { images.rank(of: $0.imageID) }
    inClass = [Int32](repeating: 0, count: detections.count)
    inImage = inClass
    var next = [Int32](repeating: 0, count: images.count)
    // Of the image at hand alone, since detections come image by image.
    var nextInClass = [Int32](repeating: 0, count: classCount)
    let byScore = StableScoreOrder.descending(detections.map(\.score)).map { Int32($0) }
    let order = BoxOrder(
      imageRanks: byScore.map { imageRanks[Int($0)] }, imageCount: images.count,
      classIndices: [Int32](repeating: 0, count: byScore.count), classCount: 1)
    var image: Int32 = -1
    for position in order.of(0) {
      let place = Int(byScore[Int(position)])
      if imageRanks[place] != image {
        image = imageRanks[place]
        for index in nextInClass.indices { nextInClass[index] = 0 }
      }
      let classIndex = detections[place].classIndex
      inImage[place] = next[Int(image)]
      inClass[place] = nextInClass[classIndex]
      next[Int(image)] += 1
      nextInClass[classIndex] += 1
    }
  }

  func entry(
    of detection: EvaluationDetection, at place: Int, _ outcome: ImageMatcher.MatchOutcome
  ) -> MatchedClass.Entry {
    MatchedClass.Entry(
      score: detection.score, outcome: outcome, rankInClass: inClass[place], rankInImage: inImage[place])
  }
}
