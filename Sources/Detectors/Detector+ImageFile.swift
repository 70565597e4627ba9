import DetectionUtilities
import ImageCodecs

extension Detector {
  /// Detections on an image file, boxes in pixels of the upright image at full scale, and that scale.
  ///
  /// A JPEG much larger than the network's input, and any image too large to be held, is decoded at a reduced scale, as
  /// training does.
  /// Throws an `ImageError` for a file that cannot be decoded, and what ``detect(_:options:)`` throws.
  public func detect(
    contentsOf path: String, options: DetectionOptions
  ) throws -> (size: ImageSize, detections: [Detection]) {
    let decoded = try DecodedImage(contentsOf: path, options: ImageDecodingOptions(minimumSize: decodingSize))
    return (decoded.originalSize, try detect(decoded, named: path, options: options))
  }

  /// Detections on an image that may have been decoded at a reduced scale, boxes in pixels of the upright image at full
  /// scale.
  ///
  /// Throws what ``detect(_:options:)`` throws.
  ///
  /// - Parameter name: the file's path, or another name.
  public func detect(
    _ decoded: DecodedImage, named name: String, options: DetectionOptions
  ) throws -> [Detection] {
    let size = decoded.originalSize
    let origin = ImageOrigin(name: name.split(separator: "/").last.map(String.init) ?? name, size: size)
    let detections = try detect(decoded.image, from: origin, options: options)
    if decoded.image.size == size { return detections }
    let scaleX = Double(size.width) / Double(decoded.image.width)
    let scaleY = Double(size.height) / Double(decoded.image.height)
    return detections.map { detection in
      var scaled = detection
      let box = detection.box
      scaled.box = BoundingBox(
        x1: box.x1 * scaleX, y1: box.y1 * scaleY, x2: min(box.x2 * scaleX, Double(size.width)),
        y2: min(box.y2 * scaleY, Double(size.height)))
      return scaled
    }
  }
}
