import DetectionUtilities
import ImageCodecs
import Models

/// A source of proposals made ready for many images: a file has been read and checked.
public struct ProposalProvider: Sendable {
  private enum Method: Sendable {
    case slidingWindows(SlidingWindows)
    case random(RandomBoxes)
    case selectiveSearch(SelectiveSearch)
    case file(ProposalFile)
  }

  public let source: ProposalSource
  private let method: Method

  /// - Throws: ``ProposalError`` where the source is a file that cannot be read or is malformed.
  public init(_ source: ProposalSource) throws(ProposalError) {
    self.source = source
    switch source {
    case .slidingWindows: method = .slidingWindows(SlidingWindows())
    case .random: method = .random(RandomBoxes())
    case .selectiveSearch: method = .selectiveSearch(SelectiveSearch())
    case .file(let path): method = .file(try ProposalFile(contentsOf: path))
    }
  }

  /// Proposals for an image that may have been decoded at a reduced scale: those of files are for its full one.
  public func proposals(
    for source: SourceImage, count: Int, seed: UInt64
  ) throws(ProposalError) -> [BoundingBox] {
    let (image, size) = (source.image, source.originalSize)
    guard case .file(let file) = method else {
      return try proposals(for: image, named: source.name, count: count, seed: seed)
    }
    let x = Double(image.width) / Double(size.width)
    let y = Double(image.height) / Double(size.height)
    return try file.proposals(forImageNamed: source.name, size: size, count: count).map { $0.scaled(x: x, y: y) }
  }

  /// At most `count` boxes in corner form, pixels of the image, inside it and with area (x1 < x2, y1 < y2).
  ///
  /// The best come first where the source knows an order. Equal arguments give equal boxes; only `random` and
  /// `selectiveSearch` look at the seed, and only files at the name.
  ///
  /// - Throws: ``ProposalError/missingImage(path:image:)`` where the source is a file without an entry for `name`.
  /// - Precondition: `count` is not negative.
  public func proposals(
    for image: RGBImage, named name: String, count: Int, seed: UInt64
  ) throws(ProposalError) -> [BoundingBox] {
    precondition(count >= 0, "a number of proposals is not negative, as \(count) is")
    switch method {
    case .slidingWindows(let windows): return windows.proposals(in: image.size, count: count)
    case .random(let boxes): return boxes.proposals(in: image.size, count: count, seed: seed)
    case .selectiveSearch(let search): return search.proposals(for: image, count: count, seed: seed)
    case .file(let file): return try file.proposals(forImageNamed: name, size: image.size, count: count)
    }
  }
}
