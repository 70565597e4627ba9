/// Pairs of regions, the most similar first: a binary heap. Equal ones leave in the order of their regions.
struct SimilarPairQueue {
  struct Pair {
    var similarity: Float
    var first: Int32
    var second: Int32

    func precedes(_ other: Pair) -> Bool {
      if similarity != other.similarity { return similarity > other.similarity }
      return (first, second) < (other.first, other.second)
    }
  }

  private var heap: [Pair] = []

  mutating func push(_ pair: Pair) {
    heap.append(pair)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].precedes(heap[parent]) else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  mutating func pop() -> Pair? {
    guard let top = heap.first else { return nil }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return top }
    heap[0] = last
    var parent = 0
    while true {
      var foremost = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].precedes(heap[foremost]) {
        foremost = child
      }
      if foremost == parent { return top }
      heap.swapAt(parent, foremost)
      parent = foremost
    }
  }
}
