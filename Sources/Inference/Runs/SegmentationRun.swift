import Files
import ImageCodecs
import Models
import ParallelWork

/// Segmentation of many images, several at a time: reports in the images' order, failures in their places.
public final class SegmentationRun {
  /// What becomes of an image's labels.
  public struct Outputs: Sendable {
    /// Where label files go: PNG with a palette, the byte of a class being its id.
    public var labels: AnnotatedNames?
    /// Where copies of the images go, mixed with the colours of the classes.
    public var overlays: AnnotatedNames?
    /// Where the classes' probabilities go: NumPy arrays of 16-bit floats, classes × height × width.
    public var probabilities: AnnotatedNames?
    /// Of the classes, by index.
    public var colors: [RGBColor]

    public init(
      labels: AnnotatedNames? = nil, overlays: AnnotatedNames? = nil, probabilities: AnnotatedNames? = nil,
      colors: [RGBColor]
    ) {
      self.labels = labels
      self.overlays = overlays
      self.probabilities = probabilities
      self.colors = colors
    }
  }

  public typealias Outcome = ImageOutcome<SegmentationReport>

  private let outcomes: OrderedParallelMap<Outcome>

  /// Starts the work; ``next()`` hands out what is done.
  ///
  /// - Precondition: there is a colour for every class.
  public init(pool: SegmenterPool, inputs: ImageInputs, outputs: Outputs) {
    precondition(outputs.colors.count == pool.classNames.count, "a colour for every class")
    let work = SegmentationWork(outputs: outputs, classNames: pool.classNames, classIDs: pool.classIDs)
    outcomes = pool.map(inputs.next) { segmenter, input in try work(segmenter, input) }
  }

  /// What became of the next image, nil behind the last one. Waits until it is done.
  ///
  /// Throws what means that nothing more will work: a network that cannot be compiled, a file that cannot be written. After
  /// that, nil.
  public func next() throws -> Outcome? { try outcomes.next() }

  /// Begins no more images, and waits for those under way.
  public func cancel() { outcomes.cancel() }
}

/// What is done with each image.
private struct SegmentationWork: Sendable {
  let outputs: SegmentationRun.Outputs
  let classNames: [String]
  let classIDs: [Int]

  func callAsFunction(_ segmenter: any Segmenter, _ input: ImageInput) throws -> SegmentationRun.Outcome {
    let path = input.path
    do {
      let image = try input.source(for: segmenter)
      let labels = try labels(of: image, segmenter, path)
      let labelPath = outputs.labels?.path(for: path)
      if let labelPath { try write(labels, to: labelPath) }
      if let overlays = outputs.overlays {
        try image.image.overlaid(with: labels.resized(to: image.image.size), colors: outputs.colors)
          .write(to: overlays.path(for: path))
      }
      return .report(
        SegmentationReport(
          image: input.name, labels: labels, labelPath: labelPath,
          probabilityPath: outputs.probabilities?.path(for: path),
          tiling: segmenter.tiling, classNames: classNames, classIDs: classIDs))
    } catch let error as ImageError where error.isUnwritable {
      // The next files would fail too.
      throw error
    } catch let error as any ImageFailure {
      return .failure(image: input.name, reason: "\(error)")
    }
  }

  /// Writes the probabilities too, where they are wanted.
  private func labels(of image: SourceImage, _ segmenter: any Segmenter, _ path: String) throws -> LabelMap {
    guard let probabilities = outputs.probabilities else { return try segmenter.predict(image).value }
    var labels: LabelMap?
    try OutputFile.write(to: probabilities.path(for: path), isSynchronised: false) { writer in
      let file = try ProbabilityFile(writer, classCount: classNames.count, size: image.originalSize)
      labels = try segmenter.predict(image) { try file.write($0) }.value
    }
    guard let labels else { preconditionFailure("a file that was written without a prediction") }
    return labels
  }

  /// A class's byte is its id where all ids are bytes other than that of ignored pixels, else its index.
  private func write(_ labels: LabelMap, to path: String) throws {
    let areBytes =
      classIDs.allSatisfy { (0..<Int(LabelMap.ignored)).contains($0) } && Set(classIDs).count == classIDs.count
    let bytes = classIDs.indices.map { UInt8(areBytes ? classIDs[$0] : $0) }
    var palette = [RGBColor](repeating: .black, count: Int(bytes.max() ?? 0) + 1)
    for (byte, color) in zip(bytes, outputs.colors) { palette[Int(byte)] = color }
    let table = bytes + [UInt8](repeating: LabelMap.ignored, count: 256 - bytes.count)
    let isSame = table.prefix(bytes.count).enumerated().allSatisfy { $0 == Int($1) }
    let written = isSame ? labels : LabelMap(size: labels.size, indices: labels.indices.map { table[Int($0)] })
    // Many files are written at a time, and a lost one is made again.
    try OutputFile.write(written.encodedPNG(palette: palette, name: path), to: path, isSynchronised: false)
  }
}
