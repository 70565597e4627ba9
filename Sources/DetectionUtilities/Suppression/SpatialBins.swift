/// Each class's boxes sorted into upright bins by their centres, so that a box meets those alone that can overlap it by
/// more than a threshold.
///
/// Where the IoU of boxes with widths w and v is above t, the intersection is wider than t times either, so that v < w/t
/// and the centres are less than (w + v)/2 − t·max(w, v) apart: at most w·max(1 − t, (1 − t)/2t).
struct SpatialBins {
  /// The bins of one class.
  private struct Group {
    var boxCount = 0
    var left = Double.infinity
    var right = -Double.infinity
    var firstStrip = 0
    var stripCount = 1
    /// Strips per pixel.
    var density = 0.0

    /// Falls nowhere as the centre rises.
    @inline(__always)
    func bin(at center: Double) -> Int {
      firstStrip + Int(min(max((center - left) * density, 0), Double(stripCount - 1)))
    }
  }

  private var groups: [Group]
  /// By box; empty where all are of one group.
  private let groupOfBox: [Int32]
  /// The largest distance of two centres over the width of one box.
  private let reach: Double
  /// Over all classes.
  private(set) var count = 0

  /// - Parameter classIndices: nil where all boxes are of one class.
  init(_ boxes: [BoundingBox], classIndices: [Int]?, iouThreshold: Double) {
    // Not 0, which times infinity is not a number.
    reach = max((1 - iouThreshold) * max(1, 0.5 / iouThreshold), 1e-9)
    if let classIndices {
      let ranks = NumberRanks(classIndices, EmptyCollection())
      groupOfBox = classIndices.map { ranks.rank(of: $0) }
      groups = [Group](repeating: Group(), count: ranks.count)
    } else {
      groupOfBox = []
      groups = [Group()]
    }
    for (index, box) in boxes.enumerated() {
      let group = groupOfBox.isEmpty ? 0 : Int(groupOfBox[index])
      groups[group].boxCount += 1
      groups[group].left = min(groups[group].left, box.centerX)
      groups[group].right = max(groups[group].right, box.centerX)
    }
    for index in groups.indices {
      let bins = min(groups[index].boxCount / Self.boxesPerBin + 1, 256)
      let density = Double(bins) / (groups[index].right - groups[index].left)
      // Neither where all centres are one, nor where they are immeasurably far apart.
      if density > 0, density.isFinite {
        groups[index].stripCount = bins
        groups[index].density = density
      }
      groups[index].firstStrip = count
      count += groups[index].stripCount
    }
  }

  /// Candidates, most of which suppression takes away.
  private static let boxesPerBin = 64

  /// The bin that a box with an area belongs to, and those of the boxes that it can overlap by more than the threshold.
  func bins(of box: BoundingBox, candidate: Int) -> (own: Int, reached: ClosedRange<Int>) {
    let group = groups[groupOfBox.isEmpty ? 0 : Int(groupOfBox[candidate])]
    if group.stripCount == 1 { return (group.firstStrip, group.firstStrip...group.firstStrip) }
    let center = box.centerX
    // Wider than rounding: of the widths, and of centres far from the origin.
    let distance = max(box.width, 0) * reach * (1 + 1e-9) + 1e-14 * (abs(box.x1) + abs(box.x2))
    return (group.bin(at: center), group.bin(at: center - distance)...group.bin(at: center + distance))
  }
}
