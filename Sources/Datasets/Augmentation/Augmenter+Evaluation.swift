import DetectionUtilities
import ImageCodecs

extension Augmenter {
  /// The image at `index` as detection would see it: fitted into the input as a whole, grey round it, with all its boxes.
  ///
  /// - Throws: ``DatasetError`` naming the image file where it cannot be decoded.
  public func evaluationSample(at index: Int) throws -> TrainingSample {
    let labelled = dataset.images[index]
    let letterbox = Letterbox(source: labelled.size, target: inputSize)
    let image = try TrainingImageCache.decoded(labelled, atLeast: letterbox.resizedSize)
    let placement = ImagePlacement(
      sourceSize: labelled.size, x: Double(letterbox.left), y: Double(letterbox.top),
      width: Double(letterbox.resizedSize.width), height: Double(letterbox.resizedSize.height))
    let placed = labelled.objects.map { (object: $0, box: placement.placed($0.box)) }
    return TrainingSample(
      image: letterbox.apply(to: image),
      objects: placed.filter { !$0.object.isCrowd }.map {
        LabelledBox(box: $0.box, classIndex: $0.object.classIndex)
      },
      ignoredRegions: placed.filter(\.object.isCrowd).map(\.box), sourcePath: labelled.path)
  }
}
