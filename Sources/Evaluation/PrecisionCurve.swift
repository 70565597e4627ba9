/// Precision at recall 0, 0.01, …, 1 on its way into a picture.
enum PrecisionCurve {
  /// As points, without those on a straight line between their neighbours.
  static func points(_ precision: [Double]) -> [(x: Double, y: Double)] {
    precision.indices.filter { index in
      let isInside = index > 0 && index + 1 < precision.count
      return !isInside || precision[index - 1] != precision[index] || precision[index + 1] != precision[index]
    }.map { (Double($0) / Double(max(1, precision.count - 1)), precision[$0]) }
  }

  /// Of the same recalls; empty without any.
  static func mean(_ curves: [[Double]]) -> [Double] {
    guard let first = curves.first else { return [] }
    return first.indices.map { index in curves.reduce(0) { $0 + $1[index] } / Double(curves.count) }
  }
}
