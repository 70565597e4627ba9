/// How a file writes the four numbers of a box. Inside the program boxes are ``BoundingBox`` only.
public enum BoxFormat: String, CaseIterable, Hashable, Sendable, Codable {
  /// x1, y1, x2, y2 in pixels (Pascal VOC without its `+ 1`).
  case corners
  /// x1, y1, x2, y2 as fractions of the image's width and height (Open Images).
  case normalizedCorners
  /// x1, y1, width, height in pixels (COCO).
  case cornerAndSize
  /// x1, y1, width, height as fractions of the image's width and height.
  case normalizedCornerAndSize
  /// Centre x, centre y, width, height in pixels.
  case centerAndSize
  /// Centre x, centre y, width, height as fractions of the image's width and height (YOLO label files).
  case normalizedCenterAndSize

  /// Whether the numbers are fractions of the image's size rather than pixels.
  public var isNormalized: Bool {
    switch self {
    case .corners, .cornerAndSize, .centerAndSize: false
    case .normalizedCorners, .normalizedCornerAndSize, .normalizedCenterAndSize: true
    }
  }

  /// The box that four numbers of this form mean in an image of `imageWidth` × `imageHeight` pixels.
  ///
  /// The image's size matters to the normalised forms only. Nothing is clipped or put in order: check
  /// ``BoundingBox/isValid``.
  public func decode(_ numbers: SIMD4<Double>, imageWidth: Double, imageHeight: Double) -> BoundingBox {
    let scale = isNormalized ? SIMD4(imageWidth, imageHeight, imageWidth, imageHeight) : SIMD4(repeating: 1)
    let pixels = numbers * scale
    switch self {
    case .corners, .normalizedCorners:
      return BoundingBox(x1: pixels.x, y1: pixels.y, x2: pixels.z, y2: pixels.w)
    case .cornerAndSize, .normalizedCornerAndSize:
      return BoundingBox(x1: pixels.x, y1: pixels.y, x2: pixels.x + pixels.z, y2: pixels.y + pixels.w)
    case .centerAndSize, .normalizedCenterAndSize:
      return BoundingBox(centerX: pixels.x, centerY: pixels.y, width: pixels.z, height: pixels.w)
    }
  }

  /// The four numbers that stand for `box` in this form. The image's size must be positive for normalised forms.
  public func encode(_ box: BoundingBox, imageWidth: Double, imageHeight: Double) -> SIMD4<Double> {
    precondition(!isNormalized || (imageWidth > 0 && imageHeight > 0), "a normalised box needs the image's size")
    let pixels: SIMD4<Double>
    switch self {
    case .corners, .normalizedCorners:
      pixels = SIMD4(box.x1, box.y1, box.x2, box.y2)
    case .cornerAndSize, .normalizedCornerAndSize:
      pixels = SIMD4(box.x1, box.y1, box.width, box.height)
    case .centerAndSize, .normalizedCenterAndSize:
      pixels = SIMD4(box.centerX, box.centerY, box.width, box.height)
    }
    return isNormalized ? pixels / SIMD4(imageWidth, imageHeight, imageWidth, imageHeight) : pixels
  }
}
