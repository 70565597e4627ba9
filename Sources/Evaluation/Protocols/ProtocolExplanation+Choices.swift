import DetectionUtilities

extension ProtocolExplanation {
  /// What a choice is about; of one group one choice can be made at a time.
  public enum Group: String, Sendable, Hashable, Codable {
    case baseline
    case protocols = "usual protocols"
    case estimator = "area under the curve"
    case lowestScore = "lowest score"
    case limit = "detections that count"
    case assignment = "matching"
    case lastPixel = "box size"
    case crowds
    case difficult = "difficult objects"
    case classes
    case emptyClasses = "classes without objects"
    case ties = "equal scores"
  }

  /// One change of the rules.
  struct Choice: Sendable {
    var group: Group
    var name: String
    var words: String
    private var change: @Sendable (inout AveragePrecisionRules) -> Void

    init(
      _ group: Group, _ name: String, _ words: String,
      _ change: @escaping @Sendable (inout AveragePrecisionRules) -> Void
    ) {
      (self.group, self.name, self.words, self.change) = (group, name, words, change)
    }

    func applied(to rules: AveragePrecisionRules) -> AveragePrecisionRules {
      var changed = rules
      change(&changed)
      return changed
    }

    static let all = protocols + estimators + scores + limits + matchings + ties

    private static let protocols = [
      Choice(
        .protocols, "VOC 2007",
        "11-point AP, VOC's matching, boxes with their last pixel, all detections, difficult objects ignored: the "
          + "development kit of 2007 and most papers on that set; its figure is AP50"
      ) { $0 = .voc2007 },
      Choice(
        .protocols, "VOC 2007, levels rounded",
        "as VOC 2007, with recall levels a rounding error above 0.3, 0.6 and 0.7, so that 3 objects of 10 do not reach the "
          + "third: Python programs that take them from numpy, among them py-faster-rcnn, Detectron2, MMDetection and "
          + "object-detection-metrics"
      ) {
        $0 = .voc2007
        $0.counting.estimator = .voc11PointRounded
      },
      Choice(
        .protocols, "VOC 2010",
        "the exact area, otherwise as VOC 2007: the development kits of 2010 to 2012; its figure is AP50"
      ) { $0 = .voc2010 },
      Choice(
        .protocols, "YOLO trainers",
        "trapezoids over 101 points, VOC's matching, scores from 0.001, at most 300 an image, labels without crowds: "
          + "what several popular trainers print after an epoch"
      ) {
        $0 = AveragePrecisionRules(
          matching: MatchingRules(assignment: .bestOnly, crowds: .leftOut),
          counting: CountingRules(
            estimator: .trapezoid101, lowestScore: 0.001, maximumPerClass: nil, maximumPerImage: 300))
      },
      Choice(
        .protocols, "Darknet",
        "the exact area, VOC's matching, scores from 0.005, labels without crowds and difficult objects, mean over all "
          + "classes: 'darknet detector map'; its figure is AP50"
      ) {
        $0 = AveragePrecisionRules(
          matching: MatchingRules(assignment: .bestOnly, crowds: .leftOut, difficult: .leftOut),
          counting: CountingRules(
            estimator: .allPoint, lowestScore: 0.005, maximumPerClass: nil, emptyClasses: .zero))
      },
    ]

    private static let estimators = [
      Choice(.estimator, "11 points", "the envelope at recall 0, 0.1, …, 1: Pascal VOC 2007") {
        $0.counting.estimator = .voc11Point
      },
      Choice(
        .estimator, "11 points, levels rounded",
        "the same with the levels that numpy gives, a rounding error above 0.3, 0.6 and 0.7"
      ) { $0.counting.estimator = .voc11PointRounded },
      Choice(.estimator, "exact area", "the whole area under the envelope: Pascal VOC 2010 and later, Darknet") {
        $0.counting.estimator = .allPoint
      },
      Choice(
        .estimator, "trapezoids, 101 points",
        "lines between the envelope's points, down to 0 at recall 1: YOLO trainers; perfect detections get 99.5 %"
      ) { $0.counting.estimator = .trapezoid101 },
    ]

    private static let scores: [Choice] = [
      (0.001, "the usual floor for measuring, also that of 'evaluate --model'"),
      (0.01, "a floor for saving results in fewer bytes"),
      (0.05, "what Detectron2 and torchvision keep by default"),
      (0.25, "what detection programs show by default, Darknet and 'detect' among them"),
      (0.5, "what demonstrations show"),
    ].map { (lowest: Double, words: String) in
      Choice(.lowestScore, "score from \(lowest)", words) { $0.counting.lowestScore = lowest }
    }

    private static let limits: [Choice] = [
      ("1 an image and class", 1, nil, "the best alone, as for COCO's AR1"),
      ("10 an image and class", 10, nil, "as for COCO's AR10"),
      ("100 an image and class", 100, nil, "COCO's own limit"),
      ("300 an image and class", 300, nil, "COCO's rule with a larger number"),
      ("all detections", nil, nil, "Pascal VOC, Darknet"),
      ("100 an image", nil, 100, "of all classes together: what Detectron2 and torchvision keep by default"),
      ("300 an image", nil, 300, "of all classes together: LVIS, YOLO trainers"),
    ].map { (name: String, perClass: Int?, perImage: Int?, words: String) in
      Choice(.limit, name, words) {
        ($0.counting.maximumPerClass, $0.counting.maximumPerImage) = (perClass, perImage)
      }
    }

    private static let matchings = [
      Choice(
        .assignment, "VOC's matching",
        "a detection whose best object is taken is wrong, and looks for no other: Pascal VOC, Darknet"
      ) { $0.matching.assignment = .bestOnly },
      Choice(.lastPixel, "boxes with their last pixel", "widths and heights one pixel larger in the IoU: Pascal VOC") {
        $0.matching.countsLastPixel = true
      },
      Choice(
        .crowds, "crowds counted", "a crowd region is one object like any other: programs that do not know crowds"
      ) { $0.matching.crowds = .counted },
      Choice(
        .crowds, "crowds left out",
        "crowd regions are not in the ground truth, and what finds their members is wrong: labels converted to YOLO's"
      ) { $0.matching.crowds = .leftOut },
      Choice(.difficult, "difficult ignored", "need not be found, and what finds them does not count: Pascal VOC") {
        $0.matching.difficult = .ignored
      },
      Choice(
        .difficult, "difficult left out",
        "not in the ground truth, and what finds them is wrong: labels converted for Darknet"
      ) { $0.matching.difficult = .leftOut },
      Choice(.classes, "classes do not matter", "all boxes and objects are of one class: AP of proposals") {
        $0.matching.isClassAgnostic = true
      },
      Choice(.emptyClasses, "empty classes count 0", "the mean is over all classes of the list: Darknet") {
        $0.counting.emptyClasses = .zero
      },
    ]

    private static let ties = [
      Choice(
        .ties, "equal scores, right first",
        "the highest figure that an order of equal scores can give; the order is the sort's, and says nothing about the "
          + "detector"
      ) { $0.counting.ties = .rightFirst },
      Choice(.ties, "equal scores, wrong first", "the lowest") { $0.counting.ties = .wrongFirst },
    ]
  }

  /// A property of a set without which some choices change nothing.
  struct Occasion {
    private var missing: [Group: String] = [:]

    init(_ set: EvaluationSet) {
      if !set.groundTruth.contains(where: \.isCrowd) { missing[.crowds] = "the ground truth has none" }
      if !set.groundTruth.contains(where: { $0.isIgnored && !$0.isCrowd }) {
        missing[.difficult] = "the ground truth has none"
      }
      if set.classes.count < 2 { missing[.classes] = "there is one alone" }
      let found = Set(set.groundTruth.lazy.filter { !$0.isCrowd && !$0.isIgnored }.map(\.classIndex))
      if found.count == set.classes.count { missing[.emptyClasses] = "there are none" }
      if set.detections.contains(where: { !(0...1 ~= $0.score) }) {
        missing[.lowestScore] = "the scores are not from 0 to 1"
      }
    }

    func allows(_ group: Group) -> Bool { missing[group] == nil }

    /// For people, in a fixed order.
    var reasons: [String] {
      [Group.lowestScore, .crowds, .difficult, .classes, .emptyClasses].compactMap { group in
        missing[group].map { "\(group.rawValue): \($0)" }
      }
    }
  }
}
