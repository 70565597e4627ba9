import Datasets
import DetectionUtilities
import ImageCodecs

/// Makes training samples from the images of a dataset: one affine warp an image, straight from the decoded image.
public struct Augmenter: Sendable {
  public let dataset: LabelledDataset
  /// Of every sample.
  public let inputSize: ImageSize
  public let configuration: AugmentationConfiguration
  private let cache: TrainingImageCache

  /// - Parameter cacheBudget: Bytes of decoded images kept in memory at most; the rest is decoded each time.
  /// - Throws: ``AugmentationConfigurationError`` where a setting is out of its range.
  public init(
    dataset: LabelledDataset, inputSize: ImageSize, configuration: AugmentationConfiguration,
    cacheBudget: Int = 1 << 30
  ) throws {
    precondition(inputSize.width > 0 && inputSize.height > 0, "an input size is above 0, not \(inputSize)")
    try configuration.validate()
    self.dataset = dataset
    self.inputSize = inputSize
    self.configuration = configuration
    cache = TrainingImageCache(
      images: dataset.images, inputSize: inputSize, configuration: configuration, budget: cacheBudget)
  }

  /// A varied sample of the image at `index`, alone or in a mosaic with three others, perhaps with objects of another image on it.
  ///
  /// - Parameters:
  ///   - mosaic: Whether mosaics and pasted objects are allowed at all, at the configuration's probabilities.
  ///   - strength: From 0, no variation but flips and turns, to 1, the configuration.
  /// - Throws: `DatasetError` naming an image file that cannot be decoded.
  public func sample(
    at index: Int, mosaic: Bool = true, strength: Double = 1, using generator: inout SeededGenerator
  ) throws -> TrainingSample {
    let configuration = configuration.scaled(by: strength)
    var draft = SampleDraft(size: inputSize, configuration: configuration)
    // Drawn in any case, so that switching mosaics off leaves the other draws as they were.
    let joins = generator.chance(configuration.mosaic) && mosaic
    if joins {
      let center = (
        x: Int((Double(inputSize.width) * generator.uniform(0.25, 0.75)).rounded()),
        y: Int((Double(inputSize.height) * generator.uniform(0.25, 0.75)).rounded())
      )
      let columns = [0..<center.x, center.x..<inputSize.width]
      let rows = [0..<center.y, center.y..<inputSize.height]
      for quadrant in 0..<4 {
        let member = quadrant == 0 ? index : generator.uniform(below: dataset.images.count)
        let region = ImageCanvas.Region(columns: columns[quadrant % 2], rows: rows[quadrant / 2])
        let placement = mosaicPlacement(
          of: dataset.images[member].size, quadrant: quadrant, region: region, configuration, &generator)
        let look = look(of: placement, in: region, configuration, &generator)
        draft.add(try cache.pyramid(at: member), of: dataset.images[member], look)
      }
    } else {
      let placement = singlePlacement(of: dataset.images[index].size, configuration, &generator)
      let look = look(of: placement, in: draft.canvas.wholeRegion, configuration, &generator)
      draft.add(try cache.pyramid(at: index), of: dataset.images[index], look)
    }
    // Where it is off nothing is drawn for it, so that samples are those of before.
    if configuration.copyPaste > 0, generator.chance(configuration.copyPaste), mosaic {
      let other = generator.uniform(below: dataset.images.count)
      var donor = SampleDraft(size: inputSize, configuration: configuration)
      let placement = singlePlacement(of: dataset.images[other].size, configuration, &generator)
      let look = look(of: placement, in: donor.canvas.wholeRegion, configuration, &generator)
      donor.add(try cache.pyramid(at: other), of: dataset.images[other], look)
      draft.paste(donor, using: &generator)
    }
    return draft.sample(sourcePath: dataset.images[index].path)
  }

  private func look(
    of placement: ImagePlacement, in region: ImageCanvas.Region, _ configuration: AugmentationConfiguration,
    _ generator: inout SeededGenerator
  ) -> SampleDraft.Look {
    let jitter = colorJitter(configuration, &generator)
    return SampleDraft.Look(
      placement: placement, turn: turn(about: region, configuration, &generator), region: region, jitter: jitter)
  }

  /// The image at `index` as detection would see it: fitted into the input as a whole, grey round it, with all its boxes.
  ///
  /// - Throws: `DatasetError` naming the image file where it cannot be decoded.
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

  /// How much an image is scaled to fit into another size as a whole.
  static func fittingScale(of size: ImageSize, into target: ImageSize) -> Double {
    min(Double(target.width) / Double(size.width), Double(target.height) / Double(size.height))
  }
}

/// One image for training, with its objects.
public struct TrainingSample: Sendable {
  /// Of exactly the input size of the network.
  public var image: RGBImage
  /// Corner form, pixels of ``image``, within it. Crowds are not among them.
  public var objects: [LabelledBox]
  /// Where crowds are, in the same pixels: a detection there is neither right nor wrong.
  public var ignoredRegions: [BoundingBox]
  /// The image file; the first of four in a mosaic.
  public var sourcePath: String

  public init(
    image: RGBImage, objects: [LabelledBox], ignoredRegions: [BoundingBox] = [], sourcePath: String
  ) {
    self.image = image
    self.objects = objects
    self.ignoredRegions = ignoredRegions
    self.sourcePath = sourcePath
  }
}
