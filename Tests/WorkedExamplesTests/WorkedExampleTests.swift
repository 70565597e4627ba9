import FolderTesting
import Foundation
import ImageCodecs
import Tensors
import Testing
import WorkedExamples

/// What steps compute, and how bad examples are refused.
struct WorkedExampleTests {
  private func solve(_ yaml: String) throws -> Solution { try WorkedExample(yaml: yaml, path: "example.yaml").solve() }

  /// Bad files, and what the error says behind the file's name.
  @Test(arguments: [
    ("input: [[1, 2], [3]]\nsteps: [relu]", "1: input, 2: row 2 has 1 numbers; expected 2, as in the first"),
    (
      "input: [[1, 2], [3, 4]]\nsteps:\n  - convolution:\n      kernel:\n        - [1, 2]\n        - [3]",
      "6: steps, 1, convolution, kernel, 2: row 2 has 1 numbers; expected 2, as in the first"
    ),
    ("input: [[1, x]]\nsteps: [relu]", "1: input, 1, 2: expected a number, found \"x\""),
    ("input: [[1, [2]]]\nsteps: [relu]", "expected a number, as the first is"),
    ("input: [[]]\nsteps: [relu]", "expected at least one number"),
    (
      "input: [[1]]\nsteps:\n  - pooling: { sise: 2 }",
      "3: steps, 1, pooling: unknown key \"sise\"; did you mean \"size\"?"
    ),
    ("input: [[1]]\nsteps:\n  - convolve: 1", "unknown key \"convolve\"; expected one of convolution, pooling"),
    ("input: [[1]]\nsteps:\n  - name: Z", "found none"),
    ("input: [[1]]", "expected steps"), ("", "the file is empty"),
    ("input: [1\nsteps: 2", "not valid YAML"), ("input: 1\ninput: 2\nsteps: [relu]", "input occurs twice"),
    (
      "input: [[1, 2], [3, 4]]\nsteps:\n  - convolution: { kernel: [[1, 2, 3]] }",
      "3: step 1 (convolution): 2 columns, padding included, have no room for a kernel of 3"
    ),
    (
      "input: [[1, 2], [3, 4]]\nsteps:\n  - convolution: { kernel: [[[1]], [[2]]] }",
      "the kernel has 2 channels; expected 1, as many as what it slides over"
    ),
    (
      "input: [[1, 2], [3, 4]]\nsteps:\n  - fullyConnected: { weights: [[1, 2]] }",
      "a row of weights has 2 numbers; expected 4, one for every input"
    ),
    (
      "input: [[1, 2]]\nsteps:\n  - fullyConnected: { weights: [[1, 2]], bias: [1, 2] }",
      "bias: 2 numbers; expected 1, one for every row of weights"
    ),
    ("input: [[1, 2]]\nsteps: [softmax]", "softmax is of a vector"),
    ("input: [[1, 2]]\nsteps:\n  - crossEntropy: { target: [1, 0] }", "expected the result of softmax"),
    ("input: [[1, 2]]\nsteps:\n  - crossEntropy: { target: [1, 1] }", "target: expected one 1 and zeros"),
    ("input: [[1, 2]]\nsteps:\n  - backward: { learningRate: 1 }", "expected crossEntropy in the step before"),
    ("input: [[1]]\nsteps:\n  - relu:\n    of: Y", "there is no result called Y; known are X"),
    ("steps: [relu]", "there is nothing to work on; the file has no input"),
    ("input: [[1]]\nsteps:\n  - relu:\n    result: 2", "4: step 1 (relu): the result is 1, but the file expects 2"),
    ("steps:\n  - iou: { boxes: [[0, 0, 1]] }", "expected four numbers: x1, y1, x2, y2"),
    ("steps:\n  - iou: { boxes: [[5, 0, 1, 2], [0, 0, 1, 1]] }", "expected x1 ≤ x2 and y1 ≤ y2"),
    ("steps:\n  - averagePrecision: { objects: [], detections: [] }", "expected at least one object"),
    (
      "input: [[1]]\nsteps:\n  - pooling: { kind: middle }",
      "kind: expected one of maximum, average, L2, found \"middle\""
    ),
    ("input: { image: no-such.png, crop: [0, 0, 2, 2] }\nsteps: [relu]", "no-such.png"),
  ])
  func badExamplesAreNamed(yaml: String, problem: String) {
    #expect {
      try solve(yaml)
    } throws: {
      "\($0)".contains(problem)
    }
  }

  @Test func aMissingFileIsNamed() {
    #expect {
      try WorkedExample(contentsOf: "/no/such.yaml")
    } throws: {
      "\($0)" == "/no/such.yaml: expected a file of text in UTF-8"
    }
  }

  @Test func moreNumbersThanFitOnABoardAreRefused() {
    let row = "[" + [String](repeating: "1", count: 129).joined(separator: ",") + "]"
    let rows = [String](repeating: row, count: 128).joined(separator: ",")
    #expect {
      try solve("input: [\(rows)]\nsteps: [relu]")
    } throws: {
      "\($0)".contains("more than 16384 numbers")
    }
  }

  @Test func aStepOfMillionsOfTermsIsRefused() {
    let numbers = "[" + [String](repeating: "1", count: 4000).joined(separator: ",") + "]"
    let kernels = "[" + [String](repeating: "[[1]]", count: 4000).joined(separator: ",") + "]"
    #expect {
      try solve("input: [\(numbers)]\nsteps:\n  - convolution: { kernels: \(kernels) }")
    } throws: {
      "\($0)".contains("16000000 numbers of 2 terms each; an example has at most 2000000 terms a step")
    }
  }

  /// X = [[1, 2], [3, 4]] through a kernel of one weight 2 and an average: dK is a quarter of the sum of X.
  @Test func gradientsOfAGivenSlope() throws {
    let solution = try solve(
      """
      input: [[1, 2], [3, 4]]
      steps:
        - convolution: { kernel: [[2]], bias: 0 }
        - pooling: { kind: average }
          result: 5
        - backward: { learningRate: 0.5, gradient: [[4]] }
      """)
    #expect(solution["∂L/∂Z"]?.values == [1, 1, 1, 1])
    #expect(solution["∂L/∂kernel(Z)"]?.values == [10])
    #expect(solution["new kernel(Z)"]?.values == [-3])
    #expect(solution["∂L/∂bias(Z)"]?.values == [4])
    #expect(solution["new bias(Z)"]?.values == [-2])
    #expect(solution["∂L/∂X"] == nil)
  }

  /// A turned kernel's gradient stands as the kernel does: K[1,1] meets X's last number.
  @Test func gradientOfATurnedKernel() throws {
    let solution = try solve(
      """
      input: [[1, 2], [3, 4]]
      steps:
        - convolution: { kernel: [[1, 0], [0, 0]], operation: convolution }
          result: 4
        - backward: { learningRate: 1, gradient: [[1]] }
      """)
    #expect(solution["∂L/∂kernel(Z)"]?.values == [4, 3, 2, 1])
    #expect(solution["new kernel(Z)"]?.values == [-3, -3, -2, -1])
  }

  /// Maximum, ReLU and two convolutions in a row, stride 2 and padding, L2 pooling: every formula of the way back meets
  /// its kernel, or solving would throw.
  @Test(arguments: ["maximum", "average", "L2"], ["floor", "ceil"])
  func theWayBackThroughEveryLayer(kind: String, rounding: String) throws {
    let solution = try solve(
      """
      inputs: { X: [[[1, 2, 0, 3, 1], [0, 1, 2, 1, 0], [3, 0, 1, 2, 1], [1, 1, 0, 2, 3], [2, 0, 1, 1, 0]]] }
      steps:
        - convolution: { kernels: [[[1, -1], [2, 0]], [[0, 1], [-1, 1]]], bias: [0.5, -1], padding: 1 }
        - relu
        - convolution:
            kernel: [[[1, 2], [0, 1]], [[-1, 1], [1, 0.5]]]
            operation: convolution
        - pooling: { kind: \(kind), size: 2, rounding: \(rounding), padding: 1 }
        - fullyConnected: { weights: [[0.1, 0.2, -0.3, 0.1, 0, 0.1, 0.2, 0.1, -0.1], [0, 0.1, 0.1, 0.2, -0.2, 0.1, 0, 0.3, 0.1]] }
        - softmax
        - crossEntropy: { target: [0, 1] }
        - backward: { learningRate: 0.01 }
      """)
    let gradient = try #require(solution["∂L/∂kernel(Z)"])
    #expect(gradient.shape == [1, 2, 2, 2] && gradient.values.contains { $0 != 0 })
  }

  @Test func backThroughASignal() throws {
    let solution = try solve(
      """
      input: [0, 1, 2]
      steps:
        - relu
        - convolution: { kernel: [1, 0, -1], padding: 2, stride: 2 }
        - backward: { learningRate: 1, gradient: [1, 10, 100] }
      """)
    // Windows 0 0 0, 0 1 2, 2 0 0.
    #expect(solution["∂L/∂kernel(y)"]?.values == [200, 10, 20])
    #expect(solution["∂L/∂A"]?.values == [9, 0, 90])
  }

  @Test func coloursOfAnImage() throws {
    let folder = try TemporaryFolder()
    let image = RGBImage(size: ImageSize(width: 2, height: 1), pixels: [10, 20, 30, 40, 50, 60])
    try image.write(to: folder.path("two.png"))
    func values(_ input: String) throws -> [Float] {
      try WorkedExample(yaml: "input: \(input)\nsteps: [relu]", path: folder.path("example.yaml")).inputs[0].values
        .values
    }
    #expect(
      try values("{ image: two.png, crop: [0, 0, 2, 1], channels: rgb, divisor: 10 }") == [1, 4, 2, 5, 3, 6])
    // 0.299 · 40 + 0.587 · 50 + 0.114 · 60 = 48.15.
    #expect(try values("{ image: two.png, crop: [1, 0, 1, 1] }") == [48])
    #expect {
      try values("{ image: two.png, crop: [1, 0, 2, 1] }")
    } throws: {
      "\($0)".contains("crop: reaches beyond the image, which has 2×1 pixels")
    }
  }
}
