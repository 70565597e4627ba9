/// The pixels of the objects and detections of a set, where an evaluation lays masks over one another and not boxes.
///
/// Masks are asked for image by image, by the average precision class by class, and kept no longer than their image and class
/// are at hand; so they may be decoded when they are asked for. Those of one image are of one size.
public struct EvaluationMasks: Sendable {
  /// What the IoU is of.
  public enum Region: Hashable, Sendable {
    /// All pixels: COCO's `segm`.
    case mask
    /// The smaller of the IoU of all pixels and of those near the outline, up to a share of the image's diagonal; of all pixels
    /// for crowds (Cheng et al., "Boundary IoU", 2021).
    case boundary(ratio: Double)
  }

  public var region: Region
  /// By the place in the list of ground truth. May be called by several threads at a time.
  public var object: @Sendable (_ place: Int) -> RunLengthMask
  /// By the place in the list of detections.
  public var detection: @Sendable (_ place: Int) -> RunLengthMask

  public init(
    region: Region = .mask, object: @escaping @Sendable (_ place: Int) -> RunLengthMask,
    detection: @escaping @Sendable (_ place: Int) -> RunLengthMask
  ) {
    self.region = region
    self.object = object
    self.detection = detection
  }

  /// - Parameters:
  ///   - objects: the mask of each, in the order of the ground truth.
  ///   - detections: likewise.
  public init(region: Region = .mask, objects: [RunLengthMask], detections: [RunLengthMask]) {
    self.init(region: region, object: { objects[$0] }, detection: { detections[$0] })
  }

  /// The masks of one image, of one class or of all, with what overlaps are computed from.
  struct Group {
    private let objects: [RunLengthMask]
    private let detections: [RunLengthMask]
    /// Empty where boundaries are not asked for.
    private let objectBoundaries: [RunLengthMask]
    private let detectionBoundaries: [RunLengthMask]

    /// - Parameters:
    ///   - objects: places in the list of ground truth.
    ///   - detections: likewise.
    init(
      _ masks: EvaluationMasks, objects: some Sequence<some BinaryInteger>,
      detections: some Sequence<some BinaryInteger>
    ) {
      self.objects = objects.map { masks.object(Int($0)) }
      self.detections = detections.map { masks.detection(Int($0)) }
      guard case .boundary(let ratio) = masks.region else {
        (objectBoundaries, detectionBoundaries) = ([], [])
        return
      }
      objectBoundaries = self.objects.map { $0.boundary(ratio: ratio) }
      detectionBoundaries = self.detections.map { $0.boundary(ratio: ratio) }
    }

    func iou(_ detection: Int, _ object: Int, isCrowd: Bool) -> Double {
      let iou = detections[detection].iou(withGroundTruth: objects[object], isCrowd: isCrowd)
      if isCrowd || iou == 0 || objectBoundaries.isEmpty { return iou }
      return min(iou, detectionBoundaries[detection].iou(withGroundTruth: objectBoundaries[object]))
    }

    /// In pixels.
    func area(ofDetection detection: Int) -> Int { detections[detection].area }
  }
}
