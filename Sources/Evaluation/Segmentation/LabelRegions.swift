import ImageCodecs

/// The connected regions of a label map: pixels of one class that touch by their sides (4-connectivity).
struct LabelRegions {
  /// By pixel: the number of its region, from 1; 0 where it belongs to none.
  let numbers: [Int32]
  let count: Int

  /// - Parameter border: the class that separates regions; its pixels and ignored ones belong to none.
  /// - Complexity: O(pixels), nearly.
  init(_ map: LabelMap, separatedBy border: UInt8) {
    let width = map.width
    var numbers = [Int32](repeating: 0, count: map.indices.count)
    // By provisional number a smaller one of the same region, or itself; 0 stands for none.
    var parents: [Int32] = [0]
    func root(_ number: Int32) -> Int32 {
      var number = number
      while parents[Int(number)] != number {
        parents[Int(number)] = parents[Int(parents[Int(number)])]
        number = parents[Int(number)]
      }
      return number
    }
    for y in 0..<map.height {
      for x in 0..<width {
        let place = y * width + x
        let label = map.indices[place]
        if label == border || label == LabelMap.ignored { continue }
        let left = x > 0 && map.indices[place - 1] == label ? root(numbers[place - 1]) : 0
        let above = y > 0 && map.indices[place - width] == label ? root(numbers[place - width]) : 0
        switch (left, above) {
        case (0, 0):
          numbers[place] = Int32(parents.count)
          parents.append(Int32(parents.count))
        case (0, _): numbers[place] = above
        case (_, 0): numbers[place] = left
        default:
          numbers[place] = min(left, above)
          parents[Int(max(left, above))] = min(left, above)
        }
      }
    }
    // A root is met before what leads to it: it has the smaller number.
    var last: Int32 = 0
    for number in parents.indices.dropFirst() {
      if parents[number] == Int32(number) {
        last += 1
        parents[number] = last
      } else {
        parents[number] = parents[Int(parents[number])]
      }
    }
    for place in numbers.indices { numbers[place] = parents[Int(numbers[place])] }
    self.numbers = numbers
    count = Int(last)
  }
}
