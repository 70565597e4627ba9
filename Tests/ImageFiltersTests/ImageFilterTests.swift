import ImageCodecs
import ImageFilters
import Testing

/// Filters against sums that a reader can check, and against a plain loop.
struct ImageFilterTests {
  /// Grey levels as an image.
  private func image(_ rows: [[UInt8]]) -> RGBImage {
    RGBImage(
      size: ImageSize(width: rows[0].count, height: rows.count),
      pixels: rows.flatMap { row in row.flatMap { [$0, $0, $0] } })
  }

  private func red(_ image: RGBImage) -> [[Int]] {
    (0..<image.height).map { y in (0..<image.width).map { x in Int(image.pixels[3 * (y * image.width + x)]) } }
  }

  private func kernel(_ rows: [[Float]]) throws -> FilterKernel { try FilterKernel(rows: rows) }

  @Test func aConvolutionTurnsTheKernel() throws {
    let numbers = image([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    let kernel = try kernel([[1, 2], [3, 4]])
    // 1·1 + 2·2 + 3·4 + 4·5 and 4·1 + 3·2 + 2·4 + 1·5.
    #expect(try red(ImageFilter([kernel])(numbers).image) == [[37, 47], [67, 77]])
    #expect(try red(ImageFilter([kernel], operation: .convolution)(numbers).image) == [[23, 33], [53, 63]])
  }

  @Test func strideAndPadding() throws {
    let numbers = image([[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]])
    let sum = try kernel([[1, 1], [1, 1]])
    // The corner alone, then 2 + 3; below 5 + 9, then 6 + 7 + 10 + 11.
    #expect(try red(ImageFilter([sum], stride: 2, padding: 1)(numbers).image) == [[1, 5, 4], [14, 34, 20]])
  }

  @Test func theStandardConvolutionOfNineNumbers() throws {
    let numbers = image([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    let filter = ImageFilter(
      NamedFilter.sobelY.kernels, operation: .convolution, padding: 1, outsideValues: .absolute)
    let result = try filter(numbers)
    #expect(red(result.image) == [[13, 20, 17], [18, 24, 18], [13, 20, 17]])
    #expect(result.lowest == -24 && result.highest == 20)
    #expect(result.outsideShare == 6.0 / 9)
  }

  @Test func whatBecomesOfValuesOutside() throws {
    let step = image([[0, 0, 200, 100]])
    let change = try kernel([[-2, 2]])
    // 0, 400, −200.
    #expect(try red(ImageFilter([change])(step).image) == [[0, 255, 0]])
    #expect(try red(ImageFilter([change], outsideValues: .absolute)(step).image) == [[0, 255, 200]])
    // (0 + 200)/600 of 255.
    #expect(try red(ImageFilter([change], outsideValues: .normalise)(step).image) == [[85, 255, 0]])
  }

  @Test func anImageOfOneValueIsNotSpread() throws {
    let result = try ImageFilter([kernel([[1]])], outsideValues: .normalise)(image([[7, 7]]))
    #expect(red(result.image) == [[7, 7]])
  }

  @Test func coloursAreFilteredEachOnItsOwnOrAsGrey() throws {
    let coloured = RGBImage(size: ImageSize(width: 2, height: 1), pixels: [10, 20, 30, 1, 2, 3])
    let sum = try kernel([[1, 1]])
    #expect(try ImageFilter([sum])(coloured).image.pixels == [11, 22, 33])
    // 0.299 · 11 + 0.587 · 22 + 0.114 · 33 = 19.965.
    #expect(try ImageFilter([sum], isGrey: true)(coloured).image.pixels == [20, 20, 20])
  }

  @Test func severalKernelsAreJoinedByTheirLength() throws {
    let numbers = image([[0, 3], [4, 0]])
    let filter = ImageFilter([try kernel([[0, 1], [0, 0]]), try kernel([[0, 0], [1, 0]])])
    #expect(try red(filter(numbers).image) == [[5]])
  }

  /// Large enough for several strips.
  @Test(arguments: [1, 3]) func stripsMeetWithoutSeam(stride: Int) throws {
    let (width, height) = (700, 4001)
    let pixels = (0..<3 * width * height).map { UInt8(truncatingIfNeeded: $0 &* $0 / 7 + $0 / 911) }
    let large = RGBImage(size: ImageSize(width: width, height: height), pixels: pixels)
    let kernel = try kernel([[0, 1, 0], [1, -3, 1], [0, 1, -1]])
    let result = try ImageFilter([kernel], stride: stride, padding: 1)(large).image
    for y in Swift.stride(from: 0, to: result.height, by: 1) {
      for x in [0, 1, result.width / 2, result.width - 1] {
        var sum = 0
        for (row, weights) in kernel.rows.enumerated() {
          for (column, weight) in weights.enumerated() {
            let (sourceX, sourceY) = (x * stride + column - 1, y * stride + row - 1)
            guard (0..<width).contains(sourceX), (0..<height).contains(sourceY) else { continue }
            sum += Int(weight) * Int(pixels[3 * (sourceY * width + sourceX) + 1])
          }
        }
        try #require(Int(result.pixels[3 * (y * result.width + x) + 1]) == min(max(sum, 0), 255), "x \(x), y \(y)")
      }
    }
  }

  @Test func aKernelLargerThanTheImageIsRefused() throws {
    #expect {
      try ImageFilter(NamedFilter.edge.kernels)(image([[1, 2], [3, 4], [5, 6]]))
    } throws: {
      "\($0)" == "a kernel of 3×3 (rows × columns) does not fit into an image of 2×3 pixels, padding included"
    }
    #expect(try ImageFilter(NamedFilter.edge.kernels, padding: 1)(image([[9]])).lowest == -36)
  }

  /// Constant light stays as it is under kernels whose sum is 1, and vanishes under those of edges.
  @Test(arguments: NamedFilter.allCases) func sumsOfNamedKernels(filter: NamedFilter) throws {
    let flat = image([[UInt8]](repeating: [UInt8](repeating: 80, count: 3), count: 3))
    let expected = [.sharpen, .gaussian, .emboss].contains(filter) ? 80 : 0
    #expect(try red(ImageFilter(filter.kernels)(flat).image) == [[expected]])
    #expect(filter.kernels.count == (filter == .sobel ? 2 : 1))
  }
}
