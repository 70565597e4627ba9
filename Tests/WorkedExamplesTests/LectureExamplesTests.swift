import Foundation
import Tensors
import Testing
import WorkedExamples

/// `Samples/Lectures`: every example, with the figures written here by hand.
struct LectureExamplesTests {
  private static let folder = (0..<3).reduce(URL(fileURLWithPath: #filePath)) { url, _ in
    url.deletingLastPathComponent()
  }
  .appending(path: "Samples/Lectures").path

  private static func solve(_ name: String) throws -> Solution {
    try WorkedExample(contentsOf: "\(folder)/\(name).yaml").solve()
  }

  /// A file, and the results in it that are known.
  struct Example: Sendable, CustomTestStringConvertible {
    var file: String
    var results: [(name: String, shape: [Int], numbers: [Float])]

    var testDescription: String { file }

    init(_ file: String, _ results: [(String, [[Float]])]) {
      self.file = file
      self.results = results.map { ($0, [$1.count, $1[0].count], $1.flatMap(\.self)) }
    }
  }

  private static let examples: [Example] = [
    Example("cross-correlation", [("Z", [[5, 0, 3], [-2, -7, -1], [2, 4, 2]])]),
    Example(
      "first-network",
      [
        ("Z", [[4.5, 5.5, 4.5], [7.5, 8.5, 7.5], [0.5, 1.5, 10.5]]), ("P", [[8.5, 7.5], [1.5, 10.5]]),
        ("L", [[8.696e-5]]),
      ]),
    Example("binary-image", [("Z", [[4, 3, 4], [2, 4, 3], [2, 3, 4]])]),
    Example(
      "feature-maps",
      [
        ("diagonal", [[3, -1, -3, -1], [-3, 1, 0, -3], [-3, -3, 0, 1], [3, -2, -2, -1]]),
        ("pooled diagonal", [[3, 0], [3, 1]]), ("diagonal, stride 2", [[3, -3], [-3, 0]]),
        ("vertical", [[-1, -1, -1, -1], [-1, -1, -2, 1], [-1, -1, -2, 1], [-1, 0, -4, 3]]),
        ("pooled vertical", [[-1, 1], [0, 3]]),
      ]),
    Example("signal", [("convolved", [[0, 1, 2, -1, -2]]), ("correlated", [[0, -1, -2, 1, 2]])]),
    Example(
      "true-convolution",
      [
        ("convolved", [[-13, -20, -17], [-18, -24, -18], [13, 20, 17]]),
        ("correlated", [[13, 20, 17], [18, 24, 18], [-13, -20, -17]]),
      ]),
    Example(
      "pooling",
      [
        ("maximum", [[4, 2], [12, 0]]), ("average", [[1.75, 1.5], [8.5, 0]]), ("length", [[5, 2.236068], [13, 0]]),
        ("rounded down", [[4]]),
      ]),
    Example("colour-image", [("Z", [[1, 1], [2, 2]])]),
    Example("detection", [("overlap", [[0.2]]), ("AP", [[0.5666667]])]),
  ]

  @Test(arguments: examples) func theFiguresAreThoseKnown(example: Example) throws {
    let solution = try Self.solve(example.file)
    for (name, shape, numbers) in example.results {
      let found = try #require(solution[name], "there is no \(name)")
      #expect(Array(found.shape.dimensions.dropFirst(2)) == shape, "\(name)")
      expectNumbers(found.values, numbers, name)
    }
  }

  private func expectNumbers(_ found: [Float], _ expected: [Float], _ name: String) {
    #expect(found.count == expected.count, "\(name)")
    let scale = expected.map(abs).max() ?? 0
    for (index, (number, wanted)) in zip(found, expected).enumerated() {
      #expect(abs(number - wanted) <= 1e-4 * abs(wanted) + 1e-6 * scale, "\(name), number \(index + 1)")
    }
  }

  @Test func twoKernelsGiveTwoMaps() throws {
    let maps = try #require(Self.solve("two-kernels")["Z"])
    #expect(maps.shape == [1, 2, 3, 3])
    expectNumbers(
      maps.values, [-0.7, 0.3, 1.5, -0.7, 0.9, 1.5, -0.7, 0.3, 1.5, 1.1, 0.5, 0.5, 0.9, 1.9, 0.7, 1.1, 0.5, 0.5], "Z")
  }

  @Test func theFirstNetworkLearns() throws {
    let solution = try Self.solve("first-network")
    func expect(_ name: String, _ numbers: [Float]) throws {
      expectNumbers(try #require(solution[name], "there is no \(name)").values, numbers, name)
    }
    try expect("z", [10.65, 1.30])
    try expect("p", [0.999913, 8.69579e-5])
    // As torch 1.13 has them in double precision.
    try expect("∂L/∂z", [-8.695786e-5, 8.695786e-5])
    try expect(
      "∂L/∂weights(z)",
      [
        -7.391418e-4, -6.521839e-4, -1.304368e-4, -9.130575e-4, 7.391418e-4, 6.521839e-4, 1.304368e-4, 9.130575e-4,
      ])
    try expect("∂L/∂kernel(Z)", [1.739157e-5, 2.347862e-4, -6.695755e-4, -5.565303e-4])
    try expect("∂L/∂bias(Z)", [-2.608736e-5])
    try expect("new kernel(Z)", [0.9999983, -1.0000235, 6.695755e-5, 1.0000557])
    try expect("new bias(z)", [0.1000087, -0.2000087])
  }

  @Test func anXAnswersToItsOwnFeatures() throws {
    let answers = try #require(Self.solve("letter-x")["answers"])
    #expect(answers.shape == [1, 3, 7, 7])
    #expect(answers.values.max() == 9)
    // The diagonals where the strokes are, the crossing in the middle alone.
    func places(_ channel: Int) -> [[Int]] {
      (0..<49).filter { answers[49 * channel + $0] == 9 }.map { [$0 / 7 + 1, $0 % 7 + 1] }
    }
    #expect(places(0) == [[2, 2], [3, 3], [5, 5], [6, 6]])
    #expect(places(1) == [[4, 4]])
    #expect(places(2) == [[2, 6], [3, 5], [5, 3], [6, 2]])
  }

  @Test func boxesAreMatchedAndSuppressed() throws {
    let solution = try Self.solve("detection")
    #expect(solution.step("anchors")?.words == ["object 1", "ignored", "object 2", "background"])
    #expect(solution.step("kept")?.words == ["1", "3", "4"])
  }

  /// A piece of a photograph: whole grey levels, the edges of the Sobel kernel.
  @Test func aPieceOfAPhotograph() throws {
    let solution = try Self.solve("photograph")
    let levels = try #require(solution["X"]).values
    #expect(levels.count == 36 && levels.allSatisfy { (0...255).contains($0) && $0 == $0.rounded() })
    var expected: Float = 0
    for (row, weight) in [Float(1), 2, 1].enumerated() {
      expected += weight * (levels[6 * row + 2] - levels[6 * row])
    }
    #expect(solution["Z"]?[0] == expected)
  }

  /// What is tested above is all there is; and all of it can be printed.
  @Test func everyFileIsKnownAndPrints() throws {
    let known = Set(Self.examples.map(\.file)).union(["two-kernels", "letter-x", "photograph"])
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder).filter { $0.hasSuffix(".yaml") }
    #expect(Set(files.map { String($0.dropLast(5)) }) == known)
    for file in known {
      let text = SolutionText()(try Self.solve(file))
      #expect(text.hasSuffix("Every number above agrees with what the kernels computed."))
    }
  }
}
