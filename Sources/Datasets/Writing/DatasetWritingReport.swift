import Files

/// What writing a dataset wrote, and what of it the format could not hold.
public struct DatasetWritingReport: Sendable, Hashable {
  public let path: String
  public let format: DatasetFormat
  public let imageCount: Int
  public let boxCount: Int
  /// How many image files were linked or copied.
  public let images: ImageTransfer
  /// How the classes are called in the output, in the order of the dataset's classes: COCO's ids, YOLO's indices, names
  /// elsewhere.
  public let writtenClasses: [String]
  public let losses: [ConversionLoss: Int]

  /// Lines for people.
  public var summary: String {
    let place = OutputDestination.name(of: path)
    var line = "\(place): \(imageCount) images and \(boxCount) boxes written as \(format.name)"
    switch images {
    case .copy: line += ", the images copied"
    case .link: line += ", the images linked"
    case .none: break
    }
    let lost = ConversionLoss.allCases.compactMap { loss in
      losses[loss].map { "lost: " + loss.description(count: $0, format: format) }
    }
    return ([line] + lost).joined(separator: "\n")
  }
}
