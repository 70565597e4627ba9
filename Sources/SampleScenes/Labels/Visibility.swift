/// Which body is seen where, and how much of each.
struct Visibility: Sendable {
  let width: Int
  let height: Int
  /// Row by row the index of the body in front; -1 where there is none.
  private(set) var owners: [Int16]
  /// By body, in cells.
  private(set) var shares: [Share]

  struct Share: Sendable, Hashable {
    /// The silhouette, also beyond the picture's borders.
    var whole = 0
    /// The silhouette within the picture.
    var inPicture = 0
    /// What nothing hides.
    var visible = 0

    /// Of the part within the picture, how much nothing hides: 0 to 1.
    var visibleFraction: Double { inPicture == 0 ? 0 : Double(visible) / Double(inPicture) }
    /// How much of the silhouette lies beyond the picture: 0 to 1.
    var truncation: Double { whole == 0 ? 1 : 1 - Double(inPicture) / Double(whole) }
  }

  /// - Parameters:
  ///   - width: Cells of the picture; the silhouettes must come from cells of the same size.
  init(of silhouettes: [Silhouette], width: Int, height: Int) {
    self.width = width
    self.height = height
    owners = [Int16](repeating: -1, count: width * height)
    shares = silhouettes.map { Share(whole: $0.cellCount) }
    var nearest = [Float](repeating: .infinity, count: width * height)
    for (index, silhouette) in silhouettes.enumerated() {
      let columns = max(0, -silhouette.x)..<max(max(0, -silhouette.x), min(silhouette.width, width - silhouette.x))
      for row in 0..<silhouette.height where (0..<height).contains(silhouette.y + row) {
        for column in columns {
          let distance = silhouette.distances[row * silhouette.width + column]
          guard distance < .infinity else { continue }
          shares[index].inPicture += 1
          let cell = (silhouette.y + row) * width + silhouette.x + column
          guard distance < nearest[cell] else { continue }
          if owners[cell] >= 0 { shares[Int(owners[cell])].visible -= 1 }
          nearest[cell] = distance
          owners[cell] = Int16(index)
          shares[index].visible += 1
        }
      }
    }
  }

  /// The cells in which a body is seen.
  func mask(of body: Int) -> Mask {
    Mask(width: width, height: height, cells: owners.map { Int($0) == body })
  }
}
