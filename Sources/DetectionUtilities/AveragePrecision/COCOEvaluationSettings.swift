/// What a COCO-style evaluation varies over. The defaults are COCO's.
public struct COCOEvaluationSettings: Hashable, Sendable, Codable {
  /// Objects by their area in square pixels, both ends included.
  public struct AreaRange: Hashable, Sendable, Codable {
    public var name: String
    public var lowest: Double
    public var highest: Double

    public init(name: String, lowest: Double, highest: Double) {
      self.name = name
      self.lowest = lowest
      self.highest = highest
    }

    public static let all = AreaRange(name: "all", lowest: 0, highest: 1e10)
    /// Up to 32² pixels.
    public static let small = AreaRange(name: "small", lowest: 0, highest: 1024)
    /// From 32² to 96² pixels.
    public static let medium = AreaRange(name: "medium", lowest: 1024, highest: 9216)
    /// From 96² pixels.
    public static let large = AreaRange(name: "large", lowest: 9216, highest: 1e10)

    /// Whatever the area is, if only for lack of a number.
    static let unlimited = AreaRange(name: "unlimited", lowest: -.infinity, highest: .infinity)

    func contains(_ area: Double) -> Bool { !(area < lowest || area > highest) }
  }

  /// 0.5, 0.55, …, 0.95.
  public var iouThresholds: [Double]
  /// 0, 0.01, …, 1, rising.
  public var recallThresholds: [Double]
  /// All, small, medium, large.
  public var areaRanges: [AreaRange]
  /// How many of the best scored detections of an image and class count: 1, 10, 100, rising.
  public var maximumDetections: [Int]

  public init(
    iouThresholds: [Double] = EvenlySpaced.values(from: 0.5, through: 0.95, count: 10),
    recallThresholds: [Double] = EvenlySpaced.values(from: 0, through: 1, count: 101),
    areaRanges: [AreaRange] = [.all, .small, .medium, .large],
    maximumDetections: [Int] = [1, 10, 100]
  ) {
    self.iouThresholds = iouThresholds
    self.recallThresholds = recallThresholds
    self.areaRanges = areaRanges
    self.maximumDetections = maximumDetections.sorted()
  }
}

/// Threshold lists.
public enum EvenlySpaced {
  /// `count` numbers from `start` through `end`, computed like numpy's `linspace`, to the last bit: a threshold that is off
  /// by one bit turns a match at exactly that IoU into a miss.
  public static func values(from start: Double, through end: Double, count: Int) -> [Double] {
    precondition(count >= 2, "an interval has two ends")
    let step = (end - start) / Double(count - 1)
    return (0..<count).map { $0 == count - 1 ? end : Double($0) * step + start }
  }
}
