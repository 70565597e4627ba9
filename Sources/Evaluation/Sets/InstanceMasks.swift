import Datasets
import DetectionUtilities
import ImageCodecs

/// The pixels of a set's objects and detections, as the files have them: each is decoded when its image and class are measured.
public struct InstanceMasks: Sendable, Hashable {
  /// In the order of the set's ground truth.
  public var objects: [COCOSegmentation]
  /// In the order of the set's detections.
  public var detections: [COCOSegmentation]
  /// By image id; an image whose size nobody states is not in it.
  public var sizes: [Int: ImageSize]

  public init(objects: [COCOSegmentation], detections: [COCOSegmentation], sizes: [Int: ImageSize]) {
    self.objects = objects
    self.detections = detections
    self.sizes = sizes
  }

  /// The masks of a dataset and of detections in its images; nil where an object has none.
  public init?(dataset: LabelledDataset, detections: [COCOSegmentation]) {
    let objects = dataset.images.flatMap { $0.objects.compactMap(\.segmentation) }
    guard objects.count == dataset.objectCount else { return nil }
    let sizes = dataset.images.filter(\.isSizeKnown).map { ($0.id, $0.size) }
    self.init(objects: objects, detections: detections, sizes: Dictionary(sizes) { first, _ in first })
  }

  /// What the evaluator lays over one another.
  func regions(of set: EvaluationSet, _ region: EvaluationMasks.Region) -> EvaluationMasks {
    let (objectImages, detectionImages) = (set.groundTruth.map(\.imageID), set.detections.map(\.imageID))
    return EvaluationMasks(
      region: region, object: { mask(ofObject: $0, inImage: objectImages[$0]) },
      detection: { mask(ofDetection: $0, inImage: detectionImages[$0]) })
  }

  /// The pixels of an object, by its place in the set's ground truth.
  package func mask(ofObject place: Int, inImage id: Int) -> RunLengthMask { mask(objects[place], inImage: id) }

  /// The pixels of a detection, by its place in the set's list.
  package func mask(ofDetection place: Int, inImage id: Int) -> RunLengthMask { mask(detections[place], inImage: id) }

  /// Readers have refused what is no mask of its image.
  private func mask(_ segmentation: COCOSegmentation, inImage id: Int) -> RunLengthMask {
    let stated = segmentation.statedSize
    let (width, height) = (sizes[id]?.width ?? stated?.width ?? 0, sizes[id]?.height ?? stated?.height ?? 0)
    return (try? segmentation.mask(width: width, height: height))
      ?? RunLengthMask(width: width, height: height, inside: [])
  }
}
