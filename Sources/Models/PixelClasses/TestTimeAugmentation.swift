import ImageCodecs

/// In how many views a network sees an image, whose probabilities are averaged.
public enum TestTimeAugmentation: String, Codable, Hashable, Sendable, CaseIterable {
  /// As it is.
  case none
  /// Also mirrored left and right, for scenes that have an up.
  case mirrored
  /// All mirrored and turned views that have the shape of the input: eight of a square, four of another rectangle. For pictures
  /// without an up, such as those of microscopes (Ronneberger et al. 2015, section 4, average seven).
  case symmetries

  /// The image as it is comes first.
  package func views(of size: ImageSize) -> [ImageSymmetry] {
    let sides = [false, true]
    switch self {
    case .none: return [ImageSymmetry()]
    case .mirrored: return sides.map { ImageSymmetry(mirrorsX: $0) }
    case .symmetries:
      return (size.width == size.height ? sides : [false]).flatMap { transposes in
        sides.flatMap { mirrorsY in
          sides.map { ImageSymmetry(mirrorsX: $0, mirrorsY: mirrorsY, transposes: transposes) }
        }
      }
    }
  }
}

/// One of the eight ways to lay a rectangle onto its rows and columns.
package struct ImageSymmetry: Hashable, Sendable {
  package var mirrorsX = false
  package var mirrorsY = false
  /// Whether rows become columns.
  package var transposes = false

  package init(mirrorsX: Bool = false, mirrorsY: Bool = false, transposes: Bool = false) {
    (self.mirrorsX, self.mirrorsY, self.transposes) = (mirrorsX, mirrorsY, transposes)
  }

  package var isIdentity: Bool { self == ImageSymmetry() }

  /// For every pixel of the view, row by row, its place in the image, row by row.
  ///
  /// - Parameter size: of the image.
  package func places(in size: ImageSize) -> [Int] {
    let view = transposes ? ImageSize(width: size.height, height: size.width) : size
    var places: [Int] = []
    places.reserveCapacity(view.width * view.height)
    for row in 0..<view.height {
      for column in 0..<view.width {
        let (x, y) = transposes ? (row, column) : (column, row)
        places.append((mirrorsY ? size.height - 1 - y : y) * size.width + (mirrorsX ? size.width - 1 - x : x))
      }
    }
    return places
  }
}

extension RGBImage {
  /// The image in another view.
  package func seen(_ symmetry: ImageSymmetry) -> RGBImage {
    if symmetry.isIdentity { return self }
    var pixels: [UInt8] = []
    pixels.reserveCapacity(self.pixels.count)
    for place in symmetry.places(in: size) { pixels.append(contentsOf: self.pixels[3 * place..<3 * place + 3]) }
    let view = symmetry.transposes ? ImageSize(width: height, height: width) : size
    return RGBImage(size: view, pixels: pixels)
  }
}
