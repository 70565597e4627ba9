import DetectionUtilities
import Files
import ImageCodecs
import Models
import ParallelWork

/// Detectors with segmenters, opened side by side.
public typealias PanopticPool = ModelPool<PanopticSegmenter>

/// Panoptic segmentation of many images, several at a time: reports in the images' order, failures in their places.
public final class PanopticRun {
  /// What becomes of an image's segments.
  public struct Outputs: Sendable {
    /// Where pictures of segments go, PNG.
    public var pictures: AnnotatedNames
    /// Where copies of the images go, mixed with the colours of their segments.
    public var overlays: AnnotatedNames?

    public init(pictures: AnnotatedNames, overlays: AnnotatedNames? = nil) {
      self.pictures = pictures
      self.overlays = overlays
    }
  }

  public typealias Outcome = ImageOutcome<PanopticReport>

  private let outcomes: OrderedParallelMap<Outcome>

  /// Starts the work; ``next()`` hands out what is done.
  ///
  /// - Parameter classes: of the pool's models.
  public init(pool: PanopticPool, classes: PanopticClasses, inputs: ImageInputs, outputs: Outputs) {
    outcomes = pool.map(inputs.next) { model, input in try Self.outcome(model, classes, input, outputs) }
  }

  /// What became of the next image, nil behind the last one. Waits until it is done.
  ///
  /// Throws what means that nothing more will work: a network that cannot be compiled, a file that cannot be written. After
  /// that, nil.
  public func next() throws -> Outcome? { try outcomes.next() }

  /// Begins no more images, and waits for those under way.
  public func cancel() { outcomes.cancel() }

  private static func outcome(
    _ model: PanopticSegmenter, _ classes: PanopticClasses, _ input: ImageInput, _ outputs: Outputs
  ) throws -> Outcome {
    do {
      let image = try input.source(for: model)
      let picture = PanopticPicture(
        try model.predict(image).value, size: image.originalSize, categoryIDs: classes.entries.map(\.id))
      let path = outputs.pictures.path(for: input.path)
      // Many files are written at a time, and a lost one is made again.
      try OutputFile.write(picture.image.encodedPNG(), to: path, isSynchronised: false)
      if let overlays = outputs.overlays {
        let colors = picture.image.resized(to: image.image.size)
        try image.image.mixed(with: colors).write(to: overlays.path(for: input.path))
      }
      return .report(
        PanopticReport(
          image: input.name, size: image.originalSize, picture: path, segments: picture.segments, classes: classes))
    } catch let error as ImageError where error.isUnwritable {
      // The next files would fail too.
      throw error
    } catch let error as any ImageFailure {
      return .failure(image: input.name, reason: "\(error)")
    }
  }
}

extension RGBImage {
  /// Half of each pixel, half of another image's, where that is not black.
  fileprivate func mixed(with other: RGBImage) -> RGBImage {
    var mixed = pixels
    for place in stride(from: 0, to: pixels.count, by: 3) {
      let color = other.pixels[place..<place + 3]
      guard color.contains(where: { $0 > 0 }) else { continue }
      for channel in color.indices { mixed[channel] = UInt8((Int(mixed[channel]) + Int(color[channel]) + 1) / 2) }
    }
    return RGBImage(size: size, pixels: mixed)
  }
}

extension ModelPool where Model == PanopticSegmenter {
  /// - Parameters:
  ///   - imageCount: how many images there are; nil for a stream. For few a second model is not worth making.
  ///   - make: a model; called here for the first one, and for each of the others on the thread that uses it.
  public init(
    imageCount: Int? = nil, maximumCount: Int = 8, make: @escaping @Sendable () throws -> PanopticSegmenter
  ) throws {
    try self.init(
      imageCount: imageCount, maximumCount: maximumCount, make: { _ in try make() },
      classes: { ($0.classNames, $0.classIDs) })
  }
}
