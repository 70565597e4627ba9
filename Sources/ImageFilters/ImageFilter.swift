import ComputeGraph
import ImageCodecs
import NetworkPlans
import Tensors

/// A linear filter of images, computed by the convolution kernels that networks run on, each colour on its own.
public struct ImageFilter: Sendable {
  /// How the kernel is laid over the image.
  public enum Operation: String, Hashable, Sendable {
    /// As it is: Σ image[y + i, x + j] · kernel[i, j], which networks and OpenCV's `filter2D` compute.
    case crossCorrelation = "cross-correlation"
    /// Turned by 180° first, as mathematics has it: Σ image[y − i, x − j] · kernel[i, j].
    case convolution
  }

  /// What becomes of values outside of 0…255, which pixels cannot hold.
  public enum OutsideValues: String, CaseIterable, Hashable, Sendable {
    /// Below 0 becomes 0, above 255 becomes 255.
    case clamp
    /// Negative values lose their sign; above 255 becomes 255.
    case absolute
    /// The lowest value becomes 0 and the highest 255, the others lie evenly between them.
    case normalise
  }

  /// One, or several whose responses are joined as the root of the sum of their squares.
  public let kernels: [FilterKernel]
  public let operation: Operation
  /// Pixels from one place of the kernel to the next, along both axes.
  public let stride: Int
  /// Rows and columns of zeros (black) on every side.
  public let padding: Int
  public let outsideValues: OutsideValues
  /// Whether the image becomes grey before it is filtered.
  public let isGrey: Bool

  /// - Precondition: there is a kernel, all are of one size; the stride is at least 1, the padding not negative.
  public init(
    _ kernels: [FilterKernel], operation: Operation = .crossCorrelation, stride: Int = 1, padding: Int = 0,
    outsideValues: OutsideValues = .clamp, isGrey: Bool = false
  ) {
    precondition(
      !kernels.isEmpty
        && kernels.allSatisfy {
          $0.rowCount == kernels[0].rowCount && $0.columnCount == kernels[0].columnCount
        }, "at least one kernel, all of one size")
    precondition(stride > 0 && padding >= 0, "a stride of \(stride), a padding of \(padding)")
    self.kernels = kernels
    self.operation = operation
    self.stride = stride
    self.padding = padding
    self.outsideValues = outsideValues
    self.isGrey = isGrey
  }

  /// The kernels as they are laid over the image.
  public var appliedKernels: [FilterKernel] {
    operation == .convolution ? kernels.map(\.turned) : kernels
  }

  /// Filters an image: (W − F + 2P)/S + 1 pixels along each axis, rounded down.
  ///
  /// Throws a ``FilterError`` for an image that is smaller than the kernel.
  public func callAsFunction(_ image: RGBImage) throws -> FilteredImage {
    let window = window
    let padded = ImageSize(width: image.width + 2 * padding, height: image.height + 2 * padding)
    let width = window.outputExtent(padded.width, kernel: window.kernelWidth)
    let height = window.outputExtent(padded.height, kernel: window.kernelHeight)
    guard height > 0, width > 0 else {
      throw FilterError.smallImage(width: padded.width, height: padded.height, kernel: kernels[0])
    }
    var planes = [[Float]](repeating: [], count: isGrey ? 1 : 3)
    for index in planes.indices { planes[index].reserveCapacity(width * height) }
    // As many rows of the result as a strip of that many pixels gives.
    let rowsAtATime = max(1, Self.pixelsAtATime / padded.width / stride)
    var strip: (rows: Int, plan: InferencePlan)?
    for first in Swift.stride(from: 0, to: height, by: rowsAtATime) {
      let rows = min(rowsAtATime, height - first)
      let plan = try strip.flatMap { $0.rows == rows ? $0.plan : nil } ?? plan(rows: rows, width: padded.width)
      strip = (rows, plan)
      let responses = try plan.run { image.writeRows(from: first * stride - padding, padding: padding, isGrey, to: $0) }
      append(responses[0], to: &planes)
    }
    return FilteredImage(planes, size: ImageSize(width: width, height: height), outsideValues: outsideValues)
  }

  /// An image is worked on in strips, so that kernels' layouts, which are several times as large, stay small.
  private static let pixelsAtATime = 1 << 20

  /// The padding is written into the input.
  private var window: ConvolutionGeometry {
    var geometry = ConvolutionGeometry(
      inputChannels: 1, outputChannels: kernels.count, kernelSize: 1, stride: stride)
    geometry.kernelHeight = kernels[0].rowCount
    geometry.kernelWidth = kernels[0].columnCount
    return geometry
  }

  /// The colours are images of one channel that go through the network together.
  ///
  /// - Parameters:
  ///   - rows: of the result.
  ///   - width: of the padded image.
  private func plan(rows: Int, width: Int) throws -> InferencePlan {
    let window = window
    let graph = Graph(inputChannels: 1) { [Convolution("filter", geometry: window, hasBias: false)($0)] }
    var parameters = ParameterStore()
    parameters["filter.weight"] = Tensor(shape: window.weightShape, values: appliedKernels.flatMap(\.weights))
    let inputRows = (rows - 1) * stride + window.kernelHeight
    return try InferencePlan(graph, parameters: parameters, inputShape: [isGrey ? 1 : 3, 1, inputRows, width])
  }

  /// Adds one value for each colour and pixel, from one for each colour, kernel and pixel.
  private func append(_ responses: Tensor, to planes: inout [[Float]]) {
    let area = responses.shape[2] * responses.shape[3]
    responses.withUnsafeBufferPointer { values in
      for plane in planes.indices {
        let start = plane * kernels.count * area
        if kernels.count == 1 {
          planes[plane].append(contentsOf: values[start..<start + area])
          continue
        }
        for pixel in start..<start + area {
          let squares = kernels.indices.reduce(Float(0)) { sum, kernel in
            sum + values[pixel + kernel * area] * values[pixel + kernel * area]
          }
          planes[plane].append(squares.squareRoot())
        }
      }
    }
  }
}

extension RGBImage {
  /// Writes rows of the image with zeros around it, each colour on its own or all as grey, as floats from 0 to 255.
  ///
  /// - Parameters:
  ///   - first: may lie above the image.
  ///   - planes: colours × rows × (width + 2 · padding).
  fileprivate func writeRows(
    from first: Int, padding: Int, _ isGrey: Bool, to planes: UnsafeMutableBufferPointer<Float>
  ) {
    planes.update(repeating: 0)
    let (colours, rowLength) = (isGrey ? 1 : 3, width + 2 * padding)
    let rowCount = planes.count / colours / rowLength
    pixels.withUnsafeBufferPointer { bytes in
      for row in 0..<rowCount where (0..<height).contains(first + row) {
        let source = 3 * (first + row) * width
        for colour in 0..<colours {
          let target = (colour * rowCount + row) * rowLength + padding
          for x in 0..<width {
            let pixel = source + 3 * x
            // The luma of ITU-R BT.601, as JPEG has it.
            planes[target + x] =
              isGrey
              ? 0.299 * Float(bytes[pixel]) + 0.587 * Float(bytes[pixel + 1]) + 0.114 * Float(bytes[pixel + 2])
              : Float(bytes[pixel + colour])
          }
        }
      }
    }
  }
}
