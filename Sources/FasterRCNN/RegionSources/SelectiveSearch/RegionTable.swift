import DetectionUtilities

/// Regions of an image with what their similarity is measured by: size, bounding box, and histograms of colour and
/// texture, which are kept as counts of pixels so that a merged region has exactly those of its pixels.
package struct RegionTable: Sendable {
  private static let colorWords = (3 * PixelBins.colorBins + 7) / 8
  private static let textureWords = 3 * PixelBins.orientations * PixelBins.textureBins / 8
  private static let words = colorWords + textureWords

  /// Of the image.
  package let pixelCount: Int
  /// Pixels of each region.
  package private(set) var sizes: [Int] = []
  /// Around each region, pixels of the image.
  package private(set) var boxes: [BoundingBox] = []
  /// [region][words of eight bins], colour first.
  private var histograms: [SIMD8<Float>] = []

  /// The regions of a segmentation.
  package init(_ segmentation: GraphSegmentation, bins: PixelBins) {
    precondition(segmentation.size == bins.size, "a segmentation of \(segmentation.size) and bins of \(bins.size)")
    pixelCount = segmentation.labels.count
    sizes = [Int](repeating: 0, count: segmentation.count)
    let nothing = BoundingBox(x1: .infinity, y1: .infinity, x2: -.infinity, y2: -.infinity)
    boxes = [BoundingBox](repeating: nothing, count: segmentation.count)
    var counts = [Int32](repeating: 0, count: segmentation.count * PixelBins.total)
    let width = segmentation.size.width
    for y in 0..<segmentation.size.height {
      for x in 0..<width {
        let pixel = y * width + x
        let region = Int(segmentation.labels[pixel])
        sizes[region] += 1
        boxes[region].x1 = min(boxes[region].x1, Double(x))
        boxes[region].x2 = max(boxes[region].x2, Double(x + 1))
        boxes[region].y1 = min(boxes[region].y1, Double(y))
        boxes[region].y2 = max(boxes[region].y2, Double(y + 1))
        let start = pixel * PixelBins.perPixel
        let row = region * PixelBins.total
        for index in start..<start + PixelBins.perPixel { counts[row + Int(bins.bins[index])] += 1 }
      }
    }
    histograms = [SIMD8<Float>](repeating: .zero, count: segmentation.count * RegionTable.words)
    for region in 0..<segmentation.count {
      for bin in 0..<PixelBins.total {
        let place = bin < 3 * PixelBins.colorBins ? bin : bin - 3 * PixelBins.colorBins + 8 * RegionTable.colorWords
        histograms[region * RegionTable.words + place / 8][place % 8] = Float(counts[region * PixelBins.total + bin])
      }
    }
  }

  package var count: Int { sizes.count }

  /// Adds the union of two regions and returns its index.
  package mutating func merge(_ first: Int, _ second: Int) -> Int {
    sizes.append(sizes[first] + sizes[second])
    boxes.append(boxes[first].union(boxes[second]))
    let (a, b) = (first * RegionTable.words, second * RegionTable.words)
    for word in 0..<RegionTable.words { histograms.append(histograms[a + word] + histograms[b + word]) }
    return sizes.count - 1
  }

  /// The sum of the chosen measures, each in [0, 1].
  package func similarity(_ first: Int, _ second: Int, by measures: RegionSimilarity) -> Float {
    var sum: Float = 0
    if measures.contains(.color) { sum += colorSimilarity(first, second) }
    if measures.contains(.texture) { sum += textureSimilarity(first, second) }
    if measures.contains(.size) { sum += sizeSimilarity(first, second) }
    if measures.contains(.fill) { sum += fillSimilarity(first, second) }
    return sum
  }

  /// Intersection of the colour histograms, normalised to sum 1.
  package func colorSimilarity(_ first: Int, _ second: Int) -> Float {
    intersection(first, second, words: 0..<RegionTable.colorWords) / 3
  }

  /// Intersection of the texture histograms, normalised to sum 1.
  package func textureSimilarity(_ first: Int, _ second: Int) -> Float {
    intersection(first, second, words: RegionTable.colorWords..<RegionTable.words)
      / Float(3 * PixelBins.orientations)
  }

  /// 1 less the share of the image that both take together.
  package func sizeSimilarity(_ first: Int, _ second: Int) -> Float {
    1 - Float(sizes[first] + sizes[second]) / Float(pixelCount)
  }

  /// 1 less the share of the image that lies in the box around both, but in neither.
  package func fillSimilarity(_ first: Int, _ second: Int) -> Float {
    let around = Float(boxes[first].union(boxes[second]).area)
    return 1 - (around - Float(sizes[first] + sizes[second])) / Float(pixelCount)
  }

  /// Counts of pixels in each bin of the colour histogram (75) and the texture histogram (240), end to end.
  package func histogram(of region: Int) -> [Float] {
    let words = histograms[region * RegionTable.words..<(region + 1) * RegionTable.words]
    let bins = words.flatMap { word in (0..<8).map { word[$0] } }
    return Array(bins[..<(3 * PixelBins.colorBins)] + bins[(8 * RegionTable.colorWords)...])
  }

  /// What two histograms have in common when each is divided by its region's size.
  private func intersection(_ first: Int, _ second: Int, words: Range<Int>) -> Float {
    let (a, b) = (first * RegionTable.words, second * RegionTable.words)
    let (shareA, shareB) = (1 / Float(sizes[first]), 1 / Float(sizes[second]))
    var sum = SIMD8<Float>.zero
    for word in words {
      let left = histograms[a + word] * shareA
      let right = histograms[b + word] * shareB
      sum += left.replacing(with: right, where: right .< left)
    }
    return sum.sum()
  }
}

/// Which measures say how alike two regions are; their sum counts (Uijlings et al. 2013, section 3.2, equation 6).
public struct RegionSimilarity: OptionSet, Hashable, Sendable {
  public let rawValue: Int

  public init(rawValue: Int) { self.rawValue = rawValue }

  /// What the colour histograms have in common (equation 1).
  public static let color = RegionSimilarity(rawValue: 1)
  /// What the texture histograms have in common (equation 3).
  public static let texture = RegionSimilarity(rawValue: 2)
  /// Small regions first (equation 4).
  public static let size = RegionSimilarity(rawValue: 4)
  /// Regions that fit into each other first (equation 5).
  public static let fill = RegionSimilarity(rawValue: 8)
}
