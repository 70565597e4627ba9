import DetectionUtilities
import Foundation
import ImageCodecs
import Models
import ParallelWork

/// Detection over many images, several at a time: reports in the images' order, failures in their places.
///
/// Of the images and reports it holds a few at a time, however many there are.
public final class DetectionRun {
  public typealias Outcome = ImageOutcome<DetectionReport>

  private let outcomes: OrderedParallelMap<Outcome>

  /// Starts the work; ``next()`` hands out what is done.
  ///
  /// - Parameters:
  ///   - annotatedNames: where annotated copies go; nil for none.
  public init(
    pool: DetectorPool, annotatedNames: AnnotatedNames? = nil,
    inputs: ImageInputs
  ) {
    let images = ImageDetection(pool: pool, annotatedNames: annotatedNames)
    outcomes = pool.map(inputs.next, images.outcome)
  }

  /// What became of the next image, nil behind the last one. Waits until it is done.
  ///
  /// Throws what means that nothing more will work: a network that cannot be compiled, an annotated copy that cannot be
  /// written. After that, nil.
  public func next() throws -> Outcome? { try outcomes.next() }

  /// Begins no more images, and waits for those under way.
  public func cancel() { outcomes.cancel() }
}

/// Reads, detects, annotates and reports single images.
private struct ImageDetection: Sendable {
  let pool: DetectorPool
  let annotatedNames: AnnotatedNames?

  @Sendable func outcome(_ detector: any Detector, _ input: ImageInput) throws -> DetectionRun.Outcome {
    do {
      let decoded = try input.decoded(ImageDecodingOptions(minimumSize: detector.decodingSize))
      let size = decoded.originalSize
      let detections = try detector.predict(SourceImage(decoded, name: input.name)).value
      if let annotatedNames {
        let whole = decoded.image.size == size ? decoded : try input.decoded()
        try annotate(whole, detections).write(to: annotatedNames.path(for: input.path))
      }
      return .report(
        DetectionReport(
          image: input.name, width: size.width, height: size.height, detections: detections,
          classNames: pool.classNames, classIDs: pool.classIDs))
    } catch let error as ImageError where error.isUnwritable {
      // The next copies would fail too.
      throw error
    } catch let error as any ImageFailure {
      return .failure(image: input.name, reason: "\(error)")
    }
  }

  /// On the image at the scale that it is decoded at: full scale, but for images too large for that.
  private func annotate(_ decoded: DecodedImage, _ detections: [Detection]) -> RGBImage {
    let scaleX = Double(decoded.image.width) / Double(decoded.originalSize.width)
    let scaleY = Double(decoded.image.height) / Double(decoded.originalSize.height)
    var picture = decoded.image
    // The most certain on top.
    for detection in detections.reversed() where decoded.image.size == decoded.originalSize {
      if let mask = detection.mask { picture.tint(pixelsDownColumns: mask.inside, colorIndex: detection.classIndex) }
    }
    return picture.annotated(
      with: detections.map { detection in
        let label = "\(pool.classNames[detection.classIndex]) \(String(format: "%.2f", detection.score))"
        return AnnotatedBox(
          x1: detection.box.x1 * scaleX, y1: detection.box.y1 * scaleY, x2: detection.box.x2 * scaleX,
          y2: detection.box.y2 * scaleY,
          label: label, colorIndex: detection.classIndex)
      })
  }
}

extension ImageError {
  var isUnwritable: Bool { if case .unwritable = reason { true } else { false } }
}
