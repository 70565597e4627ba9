import ImageCodecs

/// An image cut into regions (Felzenszwalb and Huttenlocher, "Efficient Graph-Based Image Segmentation", 2004).
public struct GraphSegmentation: Hashable, Sendable {
  public let size: ImageSize
  /// The region of every pixel, row-major [height × width]: 0 ..< ``count`` in the order of their first pixels.
  public let labels: [Int32]
  /// How many regions there are, at least 1.
  public let count: Int

  /// - Parameters:
  ///   - scale: the paper's k: two regions are joined over an edge no heavier than the heaviest inside each plus
  ///     k / its number of pixels; larger means larger regions.
  ///   - minimumSize: regions of fewer pixels are joined to a neighbour afterwards, over the lightest edge first.
  ///   - sigma: the blur before, pixels; 0 for none.
  ///   - colorSpace: in which colours are compared; the blur happens in RGB.
  /// - Complexity: O(pixels), nearly.
  public init(
    of image: RGBImage, scale: Double, minimumSize: Int, sigma: Double = 0.8, colorSpace: ColorSpace = .rgb
  ) {
    let planes = ColorPlanes(image).smoothed(sigma: sigma).converted(to: colorSpace)
    self.init(of: PixelGraph(planes), scale: scale, minimumSize: minimumSize)
  }

  package init(of graph: PixelGraph, scale: Double, minimumSize: Int) {
    let pixels = graph.size.width * graph.size.height
    var sets = DisjointSets(count: pixels)
    let scale = Float(scale)
    // Of a set's representative: its internal difference plus k / size (the paper's equation 4).
    var thresholds = [Float](repeating: scale, count: pixels)
    var separating: [Int] = []
    for index in 0..<graph.edgeCount {
      let edge = graph.edge(at: index)
      let first = sets.root(of: edge.first)
      let second = sets.root(of: edge.second)
      if first == second { continue }
      if edge.weight <= thresholds[first], edge.weight <= thresholds[second] {
        let joined = sets.join(roots: first, second)
        thresholds[joined] = edge.weight + scale / Float(sets.size(ofRoot: joined))
      } else {
        separating.append(index)
      }
    }
    for index in separating {
      let edge = graph.edge(at: index)
      let first = sets.root(of: edge.first)
      let second = sets.root(of: edge.second)
      if first != second, min(sets.size(ofRoot: first), sets.size(ofRoot: second)) < minimumSize {
        _ = sets.join(roots: first, second)
      }
    }
    var names = [Int32](repeating: -1, count: pixels)
    var labels = names
    var count: Int32 = 0
    for pixel in 0..<pixels {
      let root = sets.root(of: pixel)
      if names[root] < 0 {
        names[root] = count
        count += 1
      }
      labels[pixel] = names[root]
    }
    size = graph.size
    self.labels = labels
    self.count = Int(count)
  }

  /// Every pair of regions that touch, also over a corner, the smaller label first, ascending.
  package var neighbors: [(Int, Int)] {
    let width = size.width
    var pairs: [UInt64] = []
    func add(_ a: Int, _ b: Int) {
      let (first, second) = (UInt64(labels[a]), UInt64(labels[b]))
      guard first != second else { return }
      let pair = min(first, second) << 32 | max(first, second)
      // A border is long: most pairs repeat at once.
      if pairs.last != pair { pairs.append(pair) }
    }
    for y in 0..<size.height {
      for x in 0..<width {
        let pixel = y * width + x
        if x + 1 < width { add(pixel, pixel + 1) }
        guard y + 1 < size.height else { continue }
        add(pixel, pixel + width)
        if x > 0 { add(pixel, pixel + width - 1) }
        if x + 1 < width { add(pixel, pixel + width + 1) }
      }
    }
    pairs.sort()
    var result: [(Int, Int)] = []
    var last: UInt64?
    for pair in pairs where pair != last {
      result.append((Int(pair >> 32), Int(pair & 0xFFFF_FFFF)))
      last = pair
    }
    return result
  }
}
