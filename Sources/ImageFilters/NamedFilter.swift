/// The filters that lectures on convolution begin with.
public enum NamedFilter: String, CaseIterable, Hashable, Sendable {
  /// The length of the gradient: the root of the squares of both Sobel kernels' responses.
  case sobel
  /// Changes from left to right, at vertical edges (Sobel and Feldman 1968).
  case sobelX = "sobel-x"
  /// Changes from top to bottom, at horizontal edges.
  case sobelY = "sobel-y"
  case sharpen
  /// The Laplacian over the four neighbours.
  case edge
  /// Over all eight neighbours.
  case strongEdge = "strong-edge"
  /// A blur: 1, 2, 1 by 1, 2, 1, over 16.
  case gaussian
  case emboss

  /// One kernel, or two whose responses are joined as the root of the sum of their squares.
  public var kernels: [FilterKernel] {
    switch self {
    case .sobel: NamedFilter.sobelX.kernels + NamedFilter.sobelY.kernels
    default: (try? FilterKernel(rows: rows)).map { [$0] } ?? []
    }
  }

  private var rows: [[Float]] {
    switch self {
    case .sobel, .sobelX: [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
    case .sobelY: [[-1, -2, -1], [0, 0, 0], [1, 2, 1]]
    case .sharpen: [[0, -1, 0], [-1, 5, -1], [0, -1, 0]]
    case .edge: [[0, 1, 0], [1, -4, 1], [0, 1, 0]]
    case .strongEdge: [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]
    case .gaussian: [[1, 2, 1], [2, 4, 2], [1, 2, 1]].map { $0.map { $0 / 16 } }
    case .emboss: [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]
    }
  }
}
