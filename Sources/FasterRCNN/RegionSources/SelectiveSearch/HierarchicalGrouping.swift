/// Regions joined two by two, the most similar neighbours first, until one is left
/// (Uijlings et al. 2013, section 3.1, algorithm 1).
package struct HierarchicalGrouping: Sendable {
  /// The first regions, then each merged one in the order of merging; the last one is the whole image.
  package private(set) var table: RegionTable
  /// Which two regions each merged one was made of.
  package private(set) var merges: [Merge] = []

  package struct Merge: Hashable, Sendable {
    package var first: Int
    package var second: Int
  }

  /// - Parameter neighbors: pairs of regions that touch; through them every region can be reached from every other.
  package init(_ regions: RegionTable, neighbors: [(Int, Int)], similarity: RegionSimilarity) {
    table = regions
    let total = 2 * regions.count - 1
    var touching = [[Int]](repeating: [], count: total)
    var isMerged = [Bool](repeating: false, count: total)
    var queue = SimilarPairQueue()
    for (first, second) in neighbors {
      touching[first].append(second)
      touching[second].append(first)
      let value = table.similarity(first, second, by: similarity)
      queue.push(.init(similarity: value, first: Int32(first), second: Int32(second)))
    }
    // The last merged region that a region was noted as a neighbour of.
    var noted = [Int](repeating: -1, count: total)
    while let pair = queue.pop() {
      let (first, second) = (Int(pair.first), Int(pair.second))
      if isMerged[first] || isMerged[second] { continue }
      let merged = table.merge(first, second)
      merges.append(Merge(first: first, second: second))
      isMerged[first] = true
      isMerged[second] = true
      for neighbor in touching[first] + touching[second] where !isMerged[neighbor] && noted[neighbor] != merged {
        noted[neighbor] = merged
        touching[merged].append(neighbor)
        touching[neighbor].append(merged)
        let value = table.similarity(neighbor, merged, by: similarity)
        queue.push(.init(similarity: value, first: Int32(neighbor), second: Int32(merged)))
      }
      touching[first] = []
      touching[second] = []
    }
  }
}
