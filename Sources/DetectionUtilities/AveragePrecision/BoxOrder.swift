/// Boxes by class, then by image, then as given: one pass of counting for each, whatever their number.
struct BoxOrder {
  /// Places in the list given.
  let places: [Int32]
  /// The boxes of class `c` are `places[starts[c]..<starts[c + 1]]`.
  let starts: [Int]

  /// - Parameters:
  ///   - imageRanks: per box, from 0.
  ///   - classIndices: per box.
  init(imageRanks: [Int32], imageCount: Int, classIndices: [Int32], classCount: Int) {
    let byImage = Self.counted(imageRanks.indices.map { Int32($0) }, keys: imageRanks, keyCount: imageCount).places
    (places, starts) = Self.counted(byImage, keys: classIndices, keyCount: classCount)
  }

  func of(_ classIndex: Int) -> ArraySlice<Int32> { places[starts[classIndex]..<starts[classIndex + 1]] }

  /// A stable counting sort.
  private static func counted(
    _ places: [Int32], keys: [Int32], keyCount: Int
  ) -> (places: [Int32], starts: [Int]) {
    var starts = [Int](repeating: 0, count: keyCount + 1)
    for key in keys { starts[Int(key) + 1] += 1 }
    for key in 0..<keyCount { starts[key + 1] += starts[key] }
    var next = starts
    let sorted = [Int32](unsafeUninitializedCapacity: places.count) { buffer, count in
      for place in places {
        let key = Int(keys[Int(place)])
        buffer[next[key]] = place
        next[key] += 1
      }
      count = places.count
    }
    return (sorted, starts)
  }
}

/// Numbers of images or classes put in order: each gets its rank among those that occur.
struct NumberRanks {
  let count: Int
  private let lowest: Int
  /// Where the numbers lie close together, their ranks by number; otherwise in the dictionary.
  private let table: [Int32]
  private let dictionary: [Int: Int32]

  init(_ ids: some Collection<Int>, _ others: some Collection<Int>) {
    let total = ids.count + others.count
    var (lowest, highest) = (Int.max, Int.min)
    func widen(_ id: Int) {
      lowest = min(lowest, id)
      highest = max(highest, id)
    }
    ids.forEach(widen)
    others.forEach(widen)
    self.lowest = lowest
    let (span, overflow) = highest.subtractingReportingOverflow(lowest)
    guard total > 0, !overflow, span < 4 * total + 1_000_000 else {
      let sorted = Set(ids).union(others).sorted()
      count = sorted.count
      table = []
      dictionary = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1, Int32($0)) })
      return
    }
    var table = [Int32](repeating: -1, count: span + 1)
    for id in ids { table[id - lowest] = 0 }
    for id in others { table[id - lowest] = 0 }
    var rank: Int32 = 0
    for index in table.indices where table[index] == 0 {
      table[index] = rank
      rank += 1
    }
    count = Int(rank)
    self.table = table
    dictionary = [:]
  }

  /// - Precondition: the number occurs in one of the lists.
  func rank(of id: Int) -> Int32 {
    guard table.isEmpty else { return table[id - lowest] }
    guard let rank = dictionary[id] else { preconditionFailure("a number that was not entered") }
    return rank
  }
}
