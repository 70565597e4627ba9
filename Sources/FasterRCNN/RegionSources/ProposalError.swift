import Models

/// Why a source of region proposals cannot be used: which argument, file, key or image, and what was expected.
public enum ProposalError: Error, Hashable, Sendable {
  /// The argument names no source.
  case unknownSource(argument: String)
  /// The system refused to read the file.
  case unreadable(path: String, problem: String)
  /// The content is not what a proposal file holds. `place` is a key and indices, such as `"a.jpg"[3]`; nil for the
  /// file as a whole.
  case malformed(path: String, place: String?, problem: String)
  /// The file says nothing about this image.
  case missingImage(path: String, image: String)
}

/// A file that lacks an image stops only that image.
extension ProposalError: ImageFailure {}

extension ProposalError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownSource(let argument):
      "'\(argument)' is no source of proposals: expected sliding-windows, random, selective-search or a path ending "
        + "in .json"
    case .unreadable(let path, let problem): "\(path): cannot be read: \(problem)"
    case .malformed(let path, nil, let problem): "\(path): \(problem)"
    case .malformed(let path, let place?, let problem): "\(path): \(place): \(problem)"
    case .missingImage(let path, let image):
      "\(path): no proposals for the image '\(image)': expected an entry under its file name"
    }
  }
}
