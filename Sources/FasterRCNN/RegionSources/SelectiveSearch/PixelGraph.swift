import ImageCodecs

/// The pixels of an image and the edges between all eight neighbours, weighted by the distance of their colours and
/// sorted by weight (Felzenszwalb and Huttenlocher 2004, sections 3 and 5).
///
/// One graph serves segmentations at several scales.
package struct PixelGraph: Sendable {
  package let size: ImageSize
  /// Ascending; the upper half of a word is the weight's bit pattern, the lower half the pixel × 4 + direction.
  private let sortedEdges: [UInt64]

  /// An edge between the pixels `first` and `second` of a row-major image.
  package struct Edge: Hashable, Sendable {
    package var first: Int
    package var second: Int
    package var weight: Float
  }

  package init(_ image: ColorPlanes) {
    size = image.size
    sortedEdges = PixelGraph.sorted(PixelGraph.edges(of: image))
  }

  package var edgeCount: Int { sortedEdges.count }

  /// The edge at a place in the order of weights; equal weights stand in raster order.
  package func edge(at index: Int) -> Edge {
    let word = sortedEdges[index]
    let first = Int((word & 0xFFFF_FFFF) >> 2)
    let second: Int
    switch word & 3 {
    case 0: second = first + 1
    case 1: second = first + size.width - 1
    case 2: second = first + size.width
    default: second = first + size.width + 1
    }
    return Edge(first: first, second: second, weight: Float(bitPattern: UInt32(word >> 32)))
  }

  private static func edges(of image: ColorPlanes) -> [UInt64] {
    let (width, height) = (image.size.width, image.size.height)
    precondition(width * height < 1 << 30, "\(image.size) has too many pixels for a graph")
    let (first, second, third) = (image.planes[0], image.planes[1], image.planes[2])
    var edges: [UInt64] = []
    edges.reserveCapacity(4 * width * height)
    func add(_ a: Int, _ b: Int, direction: Int) {
      let (x, y, z) = (first[a] - first[b], second[a] - second[b], third[a] - third[b])
      let weight = (x * x + y * y + z * z).squareRoot()
      edges.append(UInt64(weight.bitPattern) << 32 | UInt64(a << 2 | direction))
    }
    for y in 0..<height {
      for x in 0..<width {
        let pixel = y * width + x
        if x + 1 < width { add(pixel, pixel + 1, direction: 0) }
        guard y + 1 < height else { continue }
        if x > 0 { add(pixel, pixel + width - 1, direction: 1) }
        add(pixel, pixel + width, direction: 2)
        if x + 1 < width { add(pixel, pixel + width + 1, direction: 3) }
      }
    }
    return edges
  }

  /// A stable radix sort by the upper halves: the bit patterns of numbers that are not negative are in their order.
  private static func sorted(_ edges: [UInt64]) -> [UInt64] {
    var current = edges
    var next = edges
    for shift in [UInt64(32), 43, 54] {
      var places = [Int](repeating: 0, count: 1 << 11)
      for word in current { places[Int(word >> shift & 0x7FF)] += 1 }
      var place = 0
      for digit in places.indices { (places[digit], place) = (place, place + places[digit]) }
      for word in current {
        let digit = Int(word >> shift & 0x7FF)
        next[places[digit]] = word
        places[digit] += 1
      }
      swap(&current, &next)
    }
    return current
  }
}
