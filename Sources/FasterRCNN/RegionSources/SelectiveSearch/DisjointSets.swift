/// A forest of sets of pixels that can be joined, with the size of each (union by size, path halving).
struct DisjointSets {
  private var parents: [Int32]
  private var sizes: [Int32]

  init(count: Int) {
    parents = (0..<Int32(count)).map { $0 }
    sizes = [Int32](repeating: 1, count: count)
  }

  /// The representative of an element's set.
  mutating func root(of element: Int) -> Int {
    var current = element
    while true {
      let parent = Int(parents[current])
      if parent == current { return current }
      parents[current] = parents[parent]
      current = Int(parents[current])
    }
  }

  /// How many elements the set of a representative holds.
  func size(ofRoot root: Int) -> Int { Int(sizes[root]) }

  /// Joins the sets of two different representatives and returns the new one.
  mutating func join(roots first: Int, _ second: Int) -> Int {
    let (large, small) = sizes[first] >= sizes[second] ? (first, second) : (second, first)
    parents[small] = Int32(large)
    sizes[large] += sizes[small]
    return large
  }
}
