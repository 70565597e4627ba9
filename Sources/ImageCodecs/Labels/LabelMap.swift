/// A class for every pixel of an image: one byte a pixel, row-major.
///
/// Pixel (x, y) is byte `y * width + x` of ``indices``: the index of a class, or ``ignored``.
public struct LabelMap: Hashable, Sendable {
  /// What stands for pixels that count for nothing, as in VOC's label maps.
  public static let ignored: UInt8 = 255
  /// Most classes: every other byte.
  public static let mostClasses = 255

  public let size: ImageSize
  public var indices: [UInt8]

  /// - Precondition: a byte for every pixel.
  public init(size: ImageSize, indices: [UInt8]) {
    precondition(indices.count == size.width * size.height, "\(indices.count) labels for \(size) pixels")
    self.size = size
    self.indices = indices
  }

  /// One class everywhere.
  public init(size: ImageSize, repeating index: UInt8 = LabelMap.ignored) {
    self.init(size: size, indices: [UInt8](repeating: index, count: size.width * size.height))
  }

  public var width: Int { size.width }
  public var height: Int { size.height }

  public subscript(x: Int, y: Int) -> UInt8 {
    get { indices[y * size.width + x] }
    set { indices[y * size.width + x] = newValue }
  }

  /// How often each of the 256 bytes occurs.
  public var counts: [Int] {
    var counts = [Int](repeating: 0, count: 256)
    for index in indices { counts[Int(index)] += 1 }
    return counts
  }

  /// The runs of a byte down the columns, from the left one: pixel (x, y) is number `x * height + y`, as COCO counts them. No run
  /// goes on in the next column.
  public func runsDownColumns(of index: UInt8) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    for x in 0..<width {
      var y = 0
      while y < height {
        let start = y
        while y < height, self[x, y] == index { y += 1 }
        if y > start { runs.append(x * height + start..<x * height + y) }
        while y < height, self[x, y] != index { y += 1 }
      }
    }
    return runs
  }

  /// The map without so many rows and columns at every side.
  ///
  /// - Precondition: something is left.
  public func cropped(margin: Int) -> LabelMap {
    let target = ImageSize(width: width - 2 * margin, height: height - 2 * margin)
    precondition(margin >= 0 && target.width > 0 && target.height > 0, "a margin of \(margin) of labels of \(size)")
    if margin == 0 { return self }
    var kept: [UInt8] = []
    kept.reserveCapacity(target.width * target.height)
    for row in margin..<height - margin {
      kept.append(contentsOf: indices[row * width + margin..<(row + 1) * width - margin])
    }
    return LabelMap(size: target, indices: kept)
  }

  /// The map at another size: every pixel is the one that its middle falls on.
  public func resized(to target: ImageSize) -> LabelMap {
    if target == size { return self }
    func places(_ count: Int, _ extent: Int) -> [Int] {
      (0..<count).map { min(extent - 1, Int((Double($0) + 0.5) * Double(extent) / Double(count))) }
    }
    let (rows, columns) = (places(target.height, height), places(target.width, width))
    var result: [UInt8] = []
    result.reserveCapacity(target.width * target.height)
    for row in rows {
      let start = row * width
      for column in columns { result.append(indices[start + column]) }
    }
    return LabelMap(size: target, indices: result)
  }
}

extension ImageTransform {
  /// The row of the target that the middle of each row of an image of `size` falls on; columns likewise.
  package func nearestPlaces(of size: ImageSize) -> (rows: [Int], columns: [Int]) {
    func places(_ count: Int, _ start: Int, _ extent: Int) -> [Int] {
      (0..<count).map { start + min(extent - 1, Int((Double($0) + 0.5) * Double(extent) / Double(count))) }
    }
    return (places(size.height, top, resizedSize.height), places(size.width, left, resizedSize.width))
  }

  /// A label map of the target as one of an image of `size`: every pixel is the one that its middle falls on.
  public func mapBack(_ labels: LabelMap, to size: ImageSize) -> LabelMap {
    precondition(labels.size == target, "labels of \(labels.size) for an input of \(target)")
    if size == target && resizedSize == target { return labels }
    let (rows, columns) = nearestPlaces(of: size)
    var result: [UInt8] = []
    result.reserveCapacity(size.width * size.height)
    for row in rows {
      for column in columns { result.append(labels.indices[row * labels.width + column]) }
    }
    return LabelMap(size: size, indices: result)
  }
}
