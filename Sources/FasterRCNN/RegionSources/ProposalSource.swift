import DetectionUtilities
import ImageCodecs

/// Where the boxes of a detector without a region proposal network come from.
public enum ProposalSource: Hashable, Sendable {
  /// Windows of several sizes and aspect ratios, evenly spread over the image (``SlidingWindows``).
  case slidingWindows
  /// Boxes of log-uniform size anywhere in the image, the naive baseline (``RandomBoxes``).
  case random
  /// Hierarchical grouping of segments (``SelectiveSearch``).
  case selectiveSearch
  /// A JSON file (``ProposalFile``).
  case file(path: String)

  /// What a user writes: `sliding-windows`, `random`, `selective-search`, or a path that ends in `.json`.
  ///
  /// The file is not opened before ``ProposalProvider/init(_:)``.
  public init(argument: String) throws(ProposalError) {
    switch argument {
    case "sliding-windows": self = .slidingWindows
    case "random": self = .random
    case "selective-search": self = .selectiveSearch
    case _ where argument.lowercased().hasSuffix(".json"): self = .file(path: argument)
    default: throw .unknownSource(argument: argument)
    }
  }

  /// The proposals of a single image; ``ProposalProvider`` serves many and reads a file once.
  public func proposals(
    for image: RGBImage, named name: String, count: Int, seed: UInt64
  ) throws(ProposalError) -> [BoundingBox] {
    try ProposalProvider(self).proposals(for: image, named: name, count: count, seed: seed)
  }
}

extension ProposalSource: CustomStringConvertible {
  /// The argument that ``init(argument:)`` reads.
  public var description: String {
    switch self {
    case .slidingWindows: "sliding-windows"
    case .random: "random"
    case .selectiveSearch: "selective-search"
    case .file(let path): path
    }
  }
}
