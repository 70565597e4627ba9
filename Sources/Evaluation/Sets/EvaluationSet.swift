import Datasets
import DetectionUtilities
import ParallelWork

/// Ground truth and detections side by side, as every protocol takes them.
public struct EvaluationSet: Sendable, Hashable {
  public struct Image: Sendable, Hashable, Codable {
    public var id: Int
    /// File name, or what stands for it.
    public var name: String
    /// Where the file is, if it is known.
    public var path: String?

    public init(id: Int, name: String, path: String? = nil) {
      self.id = id
      self.name = name
      self.path = path
    }
  }

  /// Class indices are places in this list.
  public var classes: [ObjectClass]
  public var images: [Image]
  /// Image ids are those of ``images``.
  public var groundTruth: [EvaluationGroundTruth]
  /// The properties of each object, in the order of ``groundTruth``; empty where no object has any.
  public var attributes: [[String: Double]]
  /// At equal scores the earlier one counts first.
  public var detections: [EvaluationDetection]
  /// Detections of classes that are not in ``classes``: no protocol counts them.
  public var unknownClasses: [UnknownClassDetections]
  /// Of all objects and detections, where masks are compared.
  public var masks: InstanceMasks?

  public init(
    classes: [ObjectClass], images: [Image], groundTruth: [EvaluationGroundTruth], attributes: [[String: Double]] = [],
    detections: [EvaluationDetection], unknownClasses: [UnknownClassDetections] = [],
    masks: InstanceMasks? = nil
  ) {
    precondition(
      attributes.isEmpty || attributes.count == groundTruth.count, "properties for every object, or for none")
    precondition(
      masks.map { $0.objects.count == groundTruth.count && $0.detections.count == detections.count } ?? true,
      "a mask for every object and detection, or for none")
    self.masks = masks
    self.classes = classes
    self.images = images
    self.groundTruth = groundTruth
    self.attributes = attributes
    self.detections = detections
    self.unknownClasses = UnknownClassDetections.sorted(unknownClasses)
  }

  /// The objects as COCO's protocol has them, which does not know difficult ones: they are to be found like any other.
  package var cocoGroundTruth: [EvaluationGroundTruth] { groundTruthCountingDifficult }

  /// The objects as a protocol has them.
  func groundTruth(by rules: EvaluationProtocol) -> [EvaluationGroundTruth] {
    rules.countsDifficult ? groundTruthCountingDifficult : groundTruth
  }

  /// What a protocol lays over one another in place of boxes.
  ///
  /// - Precondition: the set has masks, where the protocol needs them.
  func regions(by rules: EvaluationProtocol) -> EvaluationMasks? {
    rules.iouType.region.map { regions($0) }
  }

  private func regions(_ region: EvaluationMasks.Region) -> EvaluationMasks {
    guard let masks else { preconditionFailure("masks to be compared") }
    return masks.regions(of: self, region)
  }

  /// The overlaps that an analysis takes in place of the boxes'; nil for boxes.
  ///
  /// - Precondition: the set has masks, where they are asked for.
  package func maskOverlaps(_ iouType: IoUType) -> MaskOverlaps? {
    iouType.region.map { region in
      MaskOverlaps(regions(region), groundTruth: groundTruth, detections: detections) { ParallelLoop.run($0, $1) }
    }
  }

  private var groundTruthCountingDifficult: [EvaluationGroundTruth] {
    groundTruth.map { object in
      var object = object
      object.isIgnored = false
      return object
    }
  }

  /// The images of a dataset with detections, such as a `DetectionSet` has read.
  ///
  /// - Parameter segmentations: of the detections, where masks are compared; the objects have theirs then.
  public init(
    dataset: LabelledDataset, detections: [EvaluationDetection], unknownClasses: [UnknownClassDetections] = [],
    segmentations: [COCOSegmentation]? = nil
  ) {
    let attributes = dataset.images.flatMap { $0.objects.map(\.attributes) }
    self.init(
      classes: dataset.classes,
      images: dataset.images.map { Image(id: $0.id, name: $0.fileName, path: $0.path) },
      groundTruth: dataset.evaluationGroundTruth(ignoresDifficult: true),
      attributes: attributes.allSatisfy(\.isEmpty) ? [] : attributes, detections: detections,
      unknownClasses: unknownClasses,
      masks: segmentations.flatMap { InstanceMasks(dataset: dataset, detections: $0) })
  }

  /// The images of a dataset with what was found in each; a box is corner and size, as it would stand in a COCO file.
  ///
  /// - Parameters:
  ///   - detections: by image id; class indices are places in the dataset's list.
  ///   - comparesMasks: whether their pixels count in place of their boxes; one without any has none right.
  public init(
    dataset: LabelledDataset, detections: [Int: [Detection]], unknownClasses: [UnknownClassDetections] = [],
    comparesMasks: Bool = false
  ) {
    let found = dataset.images.flatMap { image in (detections[image.id] ?? []).map { (image: image, detection: $0) } }
    func mask(_ image: LabelledImage, _ detection: Detection) -> RunLengthMask {
      detection.mask ?? RunLengthMask(width: image.size.width, height: image.size.height, inside: [])
    }
    self.init(
      dataset: dataset,
      detections: found.map { image, detection in
        var evaluated = EvaluationDetection(imageID: image.id, detection: detection)
        // As pycocotools has it for results with both.
        if comparesMasks { evaluated.area = evaluated.box.area }
        return evaluated
      }, unknownClasses: unknownClasses,
      segmentations: comparesMasks ? found.map { COCOSegmentation(mask($0.image, $0.detection)) } : nil)
  }
}
