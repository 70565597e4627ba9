import Datasets
import DetectionUtilities

/// What the rules did not count of a set, and what in it makes a figure lower than the boxes deserve: to be said beside
/// every figure.
///
/// All of it follows from the set and the rules, so that the parts of an evaluation say the same when they are merged.
public struct EvaluationRemarks: Sendable, Hashable, Codable {
  public var detections: Int
  /// Detections that are not among the best of their image and class that count. None by Pascal VOC's rules.
  public var beyondMaximum: Int
  /// Images with more objects of a class to be found than detections of it count: recall cannot reach 1 there.
  public var imagesBeyondMaximum: Int
  /// Detections of classes that the ground truth does not have, by what they are called.
  public var unknownClasses: [String: Int]
  /// Detections whose score is not from 0 to 1.
  public var scoresOutOfRange: Int
  /// Detections that repeat another one: the same image, class, box and score.
  public var repeatedDetections: Int
  /// Objects to be found whose box has no area, which overlap nothing. By Pascal VOC's rules a box has its last pixel.
  public var objectsWithoutArea: Int
  /// Objects flagged as difficult that the rules ignore.
  public var ignoredDifficult: Int
  /// Images whose objects are all crowds or ignored.
  public var imagesWithIgnoredAlone: Int
  /// Images in which nothing was found, of classes that count.
  public var imagesWithoutDetections: Int
  /// Whether there is nothing to be found, so that no figure exists.
  public var hasNoObjects: Bool
  /// How many detections of an image and class count; nil for all.
  public var maximum: Int?
  /// Of the scores where one is not from 0 to 1; nil where all are.
  public var lowestScore: Double?
  public var highestScore: Double?
  private var unknownClassesSentence: String?

  enum CodingKeys: CodingKey {
    case detections, beyondMaximum, imagesBeyondMaximum, unknownClasses, scoresOutOfRange, repeatedDetections
    case objectsWithoutArea, ignoredDifficult, imagesWithIgnoredAlone, imagesWithoutDetections, hasNoObjects
    case maximum, lowestScore, highestScore
  }

  public init(_ set: EvaluationSet, protocol rules: EvaluationProtocol) {
    let isCOCO = rules.rules == .coco
    func isIgnored(_ object: EvaluationGroundTruth) -> Bool {
      object.isCrowd || object.isIgnored && !rules.countsDifficult
    }
    let ignored = set.groundTruth.filter(isIgnored)
    let objects = set.groundTruth.filter { !isIgnored($0) }
    detections = set.detections.count
    maximum = isCOCO ? rules.maximumDetections.max() : nil
    let counts = EvaluationCounts(
      groundTruth: objects, detections: set.detections, classCount: set.classes.count, maximum: maximum)
    beyondMaximum = counts.detectionsBeyondMaximum
    imagesBeyondMaximum = counts.imagesBeyondMaximum
    repeatedDetections = counts.repeatedDetections
    unknownClasses = Dictionary(set.unknownClasses.map { ($0.className, $0.count) }, uniquingKeysWith: +)
    unknownClassesSentence = UnknownClassDetections.summary(
      set.unknownClasses, knownClasses: set.classes.map(\.name))
    scoresOutOfRange = set.detections.count { !(0...1 ~= $0.score) }
    if scoresOutOfRange > 0 {
      lowestScore = set.detections.lazy.map(\.score).min()
      highestScore = set.detections.lazy.map(\.score).max()
    }
    objectsWithoutArea = isCOCO ? objects.count { $0.box.area <= 0 } : 0
    ignoredDifficult = ignored.count { !$0.isCrowd }
    imagesWithIgnoredAlone =
      ignored.isEmpty ? 0 : Set(set.groundTruth.lazy.map(\.imageID)).count - counts.imagesWithObjects
    imagesWithoutDetections = max(0, set.images.count - counts.imagesWithDetections)
    hasNoObjects = objects.isEmpty
  }
}

extension EvaluationRemarks {
  /// For people, without what stands in every protocol line; empty where there is nothing to say.
  ///
  /// - Parameter namesOptions: whether to name the options of `evaluate` that settle it otherwise.
  public func sentences(namesOptions: Bool = true) -> [String] {
    let difficult = sentence(
      ignoredDifficult, "object flagged as difficult was ignored", "objects flagged as difficult were ignored")
    return sentencesAboutDetections(namesOptions: namesOptions) + sentencesAboutObjects
      + difficult.map { namesOptions ? "\($0); --difficult counted counts them" : $0 }
  }

  /// What was not counted, and what counts in a way that a reader may not expect.
  func sentencesAboutDetections(namesOptions: Bool) -> [String] {
    var sentences: [String] = []
    if beyondMaximum > 0, let maximum {
      sentences.append(
        "\(beyondMaximum) of \(detections) detections beyond the \(maximum) best an image and class were not counted"
          + (namesOptions ? "; --max-detections raises the limit" : ""))
    }
    if let unknownClassesSentence { sentences.append(unknownClassesSentence) }
    if let lowestScore, let highestScore {
      sentences += sentence(scoresOutOfRange, "score is", "scores are").map {
        "\($0) outside of 0 to 1 (all are from \(lowestScore) to \(highestScore)) and counted by their order"
      }
    }
    sentences += sentence(
      repeatedDetections, "detection repeats another one", "detections repeat other ones"
    ).map { "\($0) in image, class, box and score, as where results are put together twice" }
    return sentences
  }

  /// What lowers every detector's figures.
  var sentencesAboutObjects: [String] {
    var sentences: [String] = []
    if hasNoObjects { sentences.append("there is no object to be found, so that no AP exists (−1 in files)") }
    if let maximum {
      sentences += sentence(imagesBeyondMaximum, "image holds", "images hold").map {
        "\($0) more than \(maximum) objects of a class, so that recall cannot reach 1 there"
      }
    }
    sentences += sentence(objectsWithoutArea, "object has a box", "objects have boxes").map {
      "\($0) without area, which nothing can find"
    }
    sentences += sentence(imagesWithIgnoredAlone, "image holds", "images hold").map {
      "\($0) nothing but objects that are ignored"
    }
    return sentences
  }

  /// A count with what it counts; nothing where that is 0.
  private func sentence(_ count: Int, _ one: String, _ many: String) -> [String] {
    count > 0 ? ["\(count) \(count == 1 ? one : many)"] : []
  }
}
