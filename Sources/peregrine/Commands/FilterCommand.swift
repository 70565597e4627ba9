import ArgumentParser
import Files
import Foundation
import ImageCodecs
import ImageFilters
import Models

struct FilterCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "filter", abstract: "Run a kernel over an image: edges, sharpening, blur, or numbers of your own.",
    discussion: """
      Every colour is filtered on its own by the convolution kernels that networks run on. The kernel is laid over the \
      image as it is (a cross-correlation, which networks call convolution), or with --convolution turned by 180° first. \
      Along each axis the result has (W − F + 2·padding)/stride + 1 pixels, rounded down; padding is zeros.

        peregrine filter photo.jpg --kernel sobel --grey --output edges.png
        peregrine filter photo.jpg --kernel "-1,0,1; -2,0,2; -1,0,1" --outside normalise --output changes.png

      What is below 0 or above 255 is no pixel: clamp makes it 0 or 255, absolute takes signs away first, and normalise \
      spreads the lowest to the highest value over 0 to 255. The output says how many values were outside.
      """)

  @Argument(help: "Image.")
  var image: String
  @Option(
    help: ArgumentHelp(
      "sobel (the length of the gradient), sobel-x, sobel-y, sharpen, edge, strong-edge, gaussian, emboss, or numbers: "
        + "rows separated by semicolons."))
  var kernel: String
  @Option(help: "Where the result goes: NAME.png or NAME.jpg.")
  var output: String
  @Flag(help: "Turn the kernel by 180° first: a convolution as mathematics has it.")
  var convolution = false
  @Option(help: "Pixels from one place of the kernel to the next.")
  var stride = 1
  @Option(help: "Rows and columns of zeros on every side.")
  var padding = 0
  @Option(help: "What becomes of values outside of 0 to 255.")
  var outside = ImageFilter.OutsideValues.clamp
  @Flag(help: "Make the image grey first.")
  var grey = false

  /// More zeros than any kernel has use for.
  private static let mostPadding = FilterKernel.longestSide

  func validate() throws {
    if stride < 1 { throw ValidationError("--stride is at least 1, not \(stride)") }
    if !(0...Self.mostPadding).contains(padding) {
      throw ValidationError("--padding lies between 0 and \(Self.mostPadding), not \(padding)")
    }
    guard let format = ImageFormat(fileName: output), [.png, .jpeg].contains(format) else {
      throw ValidationError("--output ends in .png, .jpg or .jpeg, not \(output)")
    }
    _ = try kernels()
  }

  func run() throws {
    try reportingErrors {
      try MissingInput.checkFile(image, "an image (\(ImageFormat.list))")
      try RunOutputs(binaries: [("--output", output)]).check(reading: [image])
      let source = try RGBImage(contentsOf: image)
      let filter = ImageFilter(
        try kernels(), operation: convolution ? .convolution : .crossCorrelation, stride: stride, padding: padding,
        outsideValues: outside, isGrey: grey)
      let filtered: FilteredImage
      do {
        filtered = try filter(source)
      } catch let error as FilterError {
        throw UnfilteredImage(path: image, problem: error)
      }
      try filtered.image.write(to: output)
      show(filter, source, filtered)
    }
  }

  private func show(_ filter: ImageFilter, _ source: RGBImage, _ filtered: FilteredImage) {
    print("\(filter.operation.rawValue) of \(image) (\(source.size)), stride \(stride), padding \(padding), with")
    for kernel in filter.appliedKernels {
      print(Self.text(of: kernel))
    }
    if filter.operation == .convolution { print("(turned by 180° already)") }
    if filter.appliedKernels.count > 1 { print("joined as the root of the sum of squares") }
    let share = String(format: "%.1f", 100 * filtered.outsideShare)
    let outcome =
      switch filtered.outsideValues {
      case .clamp: "set to the nearer end"
      case .absolute: "signs taken away, then set to at most 255"
      case .normalise: "all values spread over 0 to 255"
      }
    let range = "\(Self.text(of: filtered.lowest)) to \(Self.text(of: filtered.highest))"
    print("values from \(range); \(share) % outside of 0 to 255; \(outcome)")
    print("\(output): \(filtered.image.size)")
  }

  private static func text(of kernel: FilterKernel) -> String {
    let rows = kernel.rows.map { $0.map(text(of:)) }
    let width = rows.joined().map(\.count).max() ?? 0
    return rows.map { row in
      "  " + row.map { String(repeating: " ", count: width - $0.count) + $0 }.joined(separator: "  ")
    }.joined(separator: "\n")
  }

  private static func text(of value: Float) -> String { String(format: "%.6g", value) }

  /// Numbers, or the kernels of a name.
  private func kernels() throws -> [FilterKernel] {
    if let named = NamedFilter(rawValue: kernel) { return named.kernels }
    do {
      return [try FilterKernel(parsing: kernel)]
    } catch {
      let names = NamedFilter.allCases.map(\.rawValue)
      guard let first = kernel.first, first.isLetter else { throw ValidationError("--kernel: \(error)") }
      let nearest = EditDistance.nearest(to: kernel, in: names).map { "; did you mean \($0)?" } ?? ""
      throw ValidationError(
        "--kernel \(kernel) is no filter\(nearest) Expected \(names.joined(separator: ", ")), or rows of numbers")
    }
  }

  private struct UnfilteredImage: Error, CustomStringConvertible {
    var path: String
    var problem: FilterError
    var description: String { "\(path): \(problem)" }
  }
}

extension ImageFilter.OutsideValues: ExpressibleByArgument {}
