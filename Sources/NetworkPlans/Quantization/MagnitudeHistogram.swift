/// How often magnitudes of a value occurred, in bins that widen as larger ones come.
public struct MagnitudeHistogram: Sendable {
  /// How many magnitudes lie in each bin; zeros are in none.
  public private(set) var bins: [Int]
  /// Of every bin; 0 until a number other than zero is seen.
  public private(set) var binWidth: Float = 0
  public private(set) var zeros = 0
  public private(set) var largest: Float = 0
  public private(set) var hasNegatives = false

  /// - Precondition: an even number of bins.
  public init(binCount: Int = 2048) {
    precondition(binCount > 0 && binCount % 2 == 0, "an even number of bins, not \(binCount)")
    bins = [Int](repeating: 0, count: binCount)
  }

  /// Counts numbers; those that are not finite are left out.
  public mutating func add(_ values: UnsafeBufferPointer<Float>) {
    var lowest: Float = 0
    var highest: Float = 0
    for value in values where value.isFinite {
      lowest = min(lowest, value)
      highest = max(highest, value)
    }
    hasNegatives = hasNegatives || lowest < 0
    let magnitude = max(highest, -lowest)
    largest = max(largest, magnitude)
    if binWidth == 0 { binWidth = magnitude / Float(bins.count) }
    while magnitude > binWidth * Float(bins.count) { widen() }
    let perBin = binWidth > 0 ? 1 / binWidth : 0
    let last = bins.count - 1
    var zeros = 0
    bins.withUnsafeMutableBufferPointer { bins in
      for value in values where value.isFinite {
        if value == 0 { zeros += 1 } else { bins[min(last, Int(abs(value) * perBin))] += 1 }
      }
    }
    self.zeros += zeros
  }

  private mutating func widen() {
    let half = bins.count / 2
    for index in 0..<half { bins[index] = bins[2 * index] + bins[2 * index + 1] }
    for index in half..<bins.count { bins[index] = 0 }
    binWidth *= 2
  }

  /// The range that a method chooses; nil where nothing but zeros was seen.
  public func range(_ method: QuantizationMethod) -> QuantizationRecipe.Range? {
    guard largest > 0 else { return nil }
    let levels = hasNegatives ? 127 : 255
    let limit: Float =
      switch method {
      case .maximum: largest
      case .percentile999: percentile(0.999)
      case .percentile9999: percentile(0.9999)
      case .meanSquare: leastSquares(levels: levels)
      }
    return QuantizationRecipe.Range(largest: limit, isSigned: hasNegatives)
  }

  /// The upper edge of the first bin up to which at least a fraction of all numbers lies.
  public func percentile(_ fraction: Double) -> Float {
    let total = zeros + bins.reduce(0, +)
    var below = zeros
    for (index, count) in bins.enumerated() {
      below += count
      if count > 0 && Double(below) >= fraction * Double(total) { return min(largest, Float(index + 1) * binWidth) }
    }
    return largest
  }

  /// The clipping point with the least square error: step²/12 for every number below it (rounding of evenly spread
  /// numbers), the squared distance to it for every number above, none for zeros.
  public func leastSquares(levels: Int) -> Float {
    let width = Double(binWidth)
    // Sums over the bins above, of 1, centre and centre².
    var (count, sum, squares) = (0.0, 0.0, 0.0)
    var remaining = Double(bins.reduce(0, +))
    var best = (error: Double.infinity, limit: largest)
    for index in bins.indices.reversed() {
      let limit = min(Double(largest), Double(index + 1) * width)
      let step = limit / Double(levels)
      let error = remaining * step * step / 12 + squares - 2 * limit * sum + limit * limit * count
      if error < best.error { best = (error, Float(limit)) }
      let (inBin, centre) = (Double(bins[index]), (Double(index) + 0.5) * width)
      remaining -= inBin
      count += inBin
      sum += inBin * centre
      squares += inBin * centre * centre
    }
    return best.limit
  }
}
