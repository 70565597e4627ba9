import DetectionUtilities
import Foundation
import ImageCodecs
import Segmentation
import Testing

struct BorderWeightsTests {
  private func configuration(weight: Double = 10, sigma: Double = 5) -> BorderWeightConfiguration {
    var configuration = BorderWeightConfiguration()
    (configuration.cells, configuration.weight, configuration.sigma) = ("cell", weight, sigma)
    return configuration
  }

  private func map(_ rows: [String]) -> LabelMap {
    LabelMap(
      size: ImageSize(width: rows[0].utf8.count, height: rows.count),
      indices: rows.flatMap { $0.utf8.map { $0 == UInt8(ascii: "#") ? 1 : $0 == UInt8(ascii: "?") ? 255 : 0 } })
  }

  /// Two cells with one pixel between them, which is 1 from both; the pixels of the cells are 0 from their own, and 2 and 3 from
  /// the other.
  @Test func twoCellsByHand() {
    let weights = BorderWeights(configuration(), cellClass: 1).weights(of: map(["##.##"]))
    let expected = [3.0, 2, 2, 2, 3].map { 10 * exp(-$0 * $0 / 50) }
    #expect(zip(weights, expected).allSatisfy { abs(Double($0) - $1) < 1e-5 }, "\(weights)")
  }

  @Test func cornersDoNotJoinCells() {
    // Two cells that touch at a corner: from each pixel the other cell is 1 or √2 away.
    let weights = BorderWeights(configuration(sigma: 1), cellClass: 1).weights(of: map(["#.", ".#"]))
    let expected = [exp(-1.0), exp(-2), exp(-2), exp(-1)].map { 10 * $0 }
    #expect(zip(weights, expected).allSatisfy { abs(Double($0) - $1) < 1e-5 }, "\(weights)")
  }

  @Test(arguments: [["...", "..."], ["###", "#.#"], ["#?#", "###"], ["#"]])
  func oneCellHasNoBorder(rows: [String]) {
    #expect(BorderWeights(configuration(), cellClass: 1).weights(of: map(rows)).allSatisfy { $0 == 0 })
  }

  /// Every pixel against every pixel of every cell.
  @Test(arguments: 0..<6) func weightsAgreeWithTheDefinition(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let size = ImageSize(width: 29, height: 23)
    let share = [0.02, 0.1, 0.3, 0.5, 0.6, 0.8][Int(seed)]
    let labels = LabelMap(
      size: size, indices: (0..<size.width * size.height).map { _ in generator.chance(share) ? 1 : 0 })
    let sigma = seed % 2 == 0 ? 5.0 : 1.5
    let weights = BorderWeights(configuration(sigma: sigma), cellClass: 1).weights(of: labels)
    let cells = regions(labels)
    for y in 0..<size.height {
      for x in 0..<size.width {
        let distances: [Double] = cells.map { distance(x, y, to: $0) }.sorted()
        let sum: Double = distances.count > 1 ? distances[0] + distances[1] : .infinity
        let exponent: Double = -sum * sum / (2 * sigma * sigma)
        let expected: Double = sum > 6 * sigma ? 0 : 10 * exp(exponent)
        let found = Double(weights[y * size.width + x])
        #expect(abs(found - expected) < 1e-5, "column \(x), row \(y): \(found), expected \(expected)")
      }
    }
  }

  private func distance(_ x: Int, _ y: Int, to cell: [(x: Int, y: Int)]) -> Double {
    var nearest = Int.max
    for pixel in cell {
      let (across, down) = (pixel.x - x, pixel.y - y)
      nearest = min(nearest, across * across + down * down)
    }
    return Double(nearest).squareRoot()
  }

  /// Regions by joining any two of which pixels are neighbours.
  private func regions(_ labels: LabelMap) -> [[(x: Int, y: Int)]] {
    var regions: [[(x: Int, y: Int)]] = []
    for y in 0..<labels.height {
      for x in 0..<labels.width where labels[x, y] == 1 {
        let touching = regions.indices.filter { index in
          regions[index].contains { abs($0.x - x) + abs($0.y - y) == 1 }
        }
        let joined = touching.flatMap { regions[$0] } + [(x, y)]
        for index in touching.reversed() { regions.remove(at: index) }
        regions.append(joined)
      }
    }
    return regions
  }
}
