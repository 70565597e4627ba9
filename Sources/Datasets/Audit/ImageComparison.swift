/// Finds images that are the same, or look it, within a set and between two.
struct ImageComparison {
  /// An image, and the first one before it that it repeats.
  struct Pair {
    let image: ImageInspection
    let earlier: ImageInspection
    let likeness: Likeness
  }

  enum Likeness {
    case sameFile, samePixels, similar
  }

  /// Every image that repeats one before it, once, under the strongest likeness. Of several that look the same, which
  /// one is named depends on brightness, not on order.
  static func repeats(in images: [ImageInspection]) -> [Pair] {
    var first: [Int: ImageInspection] = [:]
    var pairs: [Pair] = []
    var distinct: [ImageInspection] = []
    for image in images {
      if let earlier = first[image.pixelDigest] {
        pairs.append(Pair(image: image, earlier: earlier, likeness: likeness(image, earlier)))
      } else {
        first[image.pixelDigest] = image
        distinct.append(image)
      }
    }
    let similar = similarPairs(distinct) { $0 < $1 ? ($1, $0) : ($0, $1) }
    return pairs + similar.map { Pair(image: distinct[$0], earlier: distinct[$1], likeness: .similar) }
  }

  /// Every image of a set that is in another set too, once.
  static func common(_ images: [ImageInspection], with others: [ImageInspection]) -> [Pair] {
    let known = Dictionary(others.map { ($0.pixelDigest, $0) }) { first, _ in first }
    var pairs: [Pair] = []
    var rest: [ImageInspection] = []
    for image in images {
      if let other = known[image.pixelDigest] {
        pairs.append(Pair(image: image, earlier: other, likeness: likeness(image, other)))
      } else {
        rest.append(image)
      }
    }
    let all = rest + others
    let similar = similarPairs(all) { first, second in
      let (low, high) = (min(first, second), max(first, second))
      return low < rest.count && high >= rest.count ? (low, high) : nil
    }
    return pairs + similar.map { Pair(image: all[$0], earlier: all[$1], likeness: .similar) }
  }

  private static func likeness(_ image: ImageInspection, _ other: ImageInspection) -> Likeness {
    image.fileDigest == other.fileDigest ? .sameFile : .samePixels
  }

  /// Pairs of indices that look the same, each first index once, in order of it.
  ///
  /// - Parameter order: Which of two images repeats which; nil where the two are not to be compared.
  /// - Complexity: O(n log n), plus the pairs of about the same brightness.
  private static func similarPairs(
    _ images: [ImageInspection], order: (Int, Int) -> (Int, Int)?
  ) -> [(Int, Int)] {
    let thumbnails = images.map(\.thumbnail)
    let brightness = thumbnails.map { thumbnail in
      thumbnail.map { $0.cells.reduce(0) { $0 + Double($1) } / Double($0.cells.count) } ?? 0
    }
    let sorted = images.indices.filter { thumbnails[$0] != nil }.sorted { (brightness[$0], $0) < (brightness[$1], $1) }
    var found: [Int: Int] = [:]
    for (place, index) in sorted.enumerated() {
      for other in sorted[(place + 1)...] {
        guard brightness[other] - brightness[index] <= ImageThumbnail.meanDifference else { break }
        // One likeness is enough: in a film every image looks like its neighbours.
        guard let (image, earlier) = order(index, other), found[image] == nil, let own = thumbnails[index],
          let theirs = thumbnails[other], own.looksLike(theirs)
        else { continue }
        found[image] = earlier
      }
    }
    return found.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}
