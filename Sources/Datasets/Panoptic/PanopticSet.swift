import DetectionUtilities
import ImageCodecs

/// Panoptic segmentations of a set of images and what some program predicted of them, both as COCO has them: a file that lists
/// segments, and a folder of pictures whose colours are their ids.
public struct PanopticSet: Sendable {
  public struct Class: Sendable, Hashable {
    public var id: Int
    public var name: String
    /// Whether objects of it are told apart.
    public var isThing: Bool
  }

  /// An image with both.
  private struct Pair {
    var truth: PanopticFile.Annotation
    var prediction: PanopticFile.Annotation
  }

  public let classes: [Class]
  /// Predictions of images that the ground truth does not have, which count for nothing.
  public let unknownImageCount: Int
  private let pairs: [Pair]
  private let truthFolder: String
  private let predictionFolder: String
  private let truthPath: String
  private let predictionPath: String
  private let places: [Int: Int]

  /// Whether a file is panoptic.
  ///
  /// - Throws: ``DatasetError`` where it is no JSON.
  public static func isOne(_ path: String) throws -> Bool { try PanopticFile.isOne(path) }

  /// - Parameters:
  ///   - groundTruth: a panoptic COCO file; its pictures are in the folder of its name, or beside it.
  ///   - predictions: the same, with or without images and categories.
  /// - Throws: ``DatasetError`` for a file that cannot be read, an image without prediction, and a class that the ground truth
  ///   does not have.
  public init(groundTruth: String, predictions: String) throws {
    let truth = try PanopticFile(groundTruth)
    let predicted = try PanopticFile(predictions, needsCategories: false)
    classes = truth.categories.map { Class(id: $0.id, name: $0.name, isThing: $0.isThing ?? true) }
    places = Dictionary(classes.enumerated().map { ($0.element.id, $0.offset) }) { first, _ in first }
    (truthPath, predictionPath) = (groundTruth, predictions)
    (truthFolder, predictionFolder) = (try truth.picturesFolder(), try predicted.picturesFolder())
    let byImage = Dictionary(predicted.annotations.map { ($0.imageID, $0) }) { first, _ in first }
    pairs = try truth.annotations.map { annotation in
      guard let prediction = byImage[annotation.imageID] else {
        throw DatasetError(
          path: predictions,
          problem:
            "has nothing of image \(annotation.imageID); expected an annotation for every image of \(groundTruth)")
      }
      return Pair(truth: annotation, prediction: prediction)
    }
    let known = Set(truth.annotations.map(\.imageID))
    unknownImageCount = byImage.keys.count { !known.contains($0) }
  }

  public var imageCount: Int { pairs.count }

  /// Adds an image to what quality is computed from.
  ///
  /// - Throws: ``DatasetError`` naming a picture that cannot be read or does not agree with its list of segments.
  public func add(imageAt index: Int, to tally: inout PanopticTally) throws(DatasetError) {
    let pair = pairs[index]
    let (truthFile, predictionFile) = (
      FilePath.joined(truthFolder, pair.truth.fileName), FilePath.joined(predictionFolder, pair.prediction.fileName)
    )
    let truth = try segmentation(pair.truth, at: truthFile, list: truthPath)
    let prediction = try segmentation(pair.prediction, at: predictionFile, list: predictionPath)
    guard truth.size == prediction.size else {
      throw DatasetError(
        path: predictionFile, problem: "is \(prediction.size); expected \(truth.size), as \(truthFile)")
    }
    do throws(PanopticMismatch) {
      try tally.add(truth: truth.segmentation, prediction: prediction.segmentation)
    } catch {
      switch error {
      case .truth(let mismatch): throw DatasetError(path: truthFile, problem: mismatch.description)
      case .prediction(let mismatch): throw DatasetError(path: predictionFile, problem: mismatch.description)
      }
    }
  }

  private func segmentation(
    _ annotation: PanopticFile.Annotation, at path: String, list: String
  ) throws(DatasetError) -> (size: ImageSize, segmentation: PanopticSegmentation) {
    let picture = try LabelSource.segmentPicture(at: path)
    var segments: [PanopticSegmentation.Segment] = []
    for segment in annotation.segments {
      guard let place = places[segment.categoryID] else {
        throw DatasetError(
          path: list,
          problem:
            "image \(annotation.imageID), segment \(segment.id): the category \(segment.categoryID) is none of the "
            + "\(classes.count) of \(truthPath)")
      }
      segments.append(
        PanopticSegmentation.Segment(
          id: segment.id, classIndex: place, isCrowd: segment.isCrowd, area: segment.area))
    }
    return (picture.size, PanopticSegmentation(ids: picture.ids, segments: segments))
  }
}
