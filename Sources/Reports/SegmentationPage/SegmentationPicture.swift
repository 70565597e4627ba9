import Evaluation
import Foundation
import ImageCodecs

/// An image of a report with its true label map, the one that is said, and what differs.
public struct SegmentationPicture: Sendable {
  public let figures: SegmentedImageFigures
  /// Three pictures of one size: the truth over the image, what is said over it, and the wrong pixels.
  public let truth: RGBImage
  public let prediction: RGBImage
  public let mistakes: RGBImage

  /// No picture is wider or higher, in pixels.
  static let longestSide = 360

  /// - Parameters:
  ///   - image: decoded whole.
  ///   - colors: by class.
  /// - Precondition: image and maps have one size.
  public init(
    _ figures: SegmentedImageFigures, image: RGBImage, truth: LabelMap, prediction: LabelMap, colors: [RGBColor]
  ) {
    precondition(image.size == truth.size && truth.size == prediction.size, "pictures of one size")
    self.figures = figures
    let small = Self.reduced(image)
    let size = small.size
    self.truth = small.overlaid(with: truth.resized(to: size), colors: colors, opacity: Self.opacity)
    self.prediction = small.overlaid(with: prediction.resized(to: size), colors: colors, opacity: Self.opacity)
    var differing = LabelMap(size: truth.size)
    for (place, (shown, said)) in zip(truth.indices, prediction.indices).enumerated() {
      differing.indices[place] = shown == LabelMap.ignored ? 2 : shown == said ? 0 : 1
    }
    let marks = differing.resized(to: size)
    // What is right is pale, so that the red stands out.
    let pale = small.overlaid(with: LabelMap(size: size, repeating: 0), colors: [.white], opacity: 0.6)
    var wrong = marks
    for place in wrong.indices.indices where wrong.indices[place] == 0 { wrong.indices[place] = LabelMap.ignored }
    mistakes = pale.overlaid(
      with: wrong, colors: [.white, RGBColor(red: 220, green: 20, blue: 20), .black], opacity: 0.85)
  }

  /// Of the classes' colours over an image.
  static let opacity = 0.55

  /// An image at the size at which pages show it.
  static func reduced(_ image: RGBImage) -> RGBImage {
    let scale = min(1, Double(longestSide) / Double(max(image.width, image.height)))
    func scaled(_ length: Int) -> Int { max(1, Int((Double(length) * scale).rounded())) }
    return image.resized(to: ImageSize(width: scaled(image.width), height: scaled(image.height)))
  }

  /// One of the pictures of an image, with its name below.
  static func html(_ picture: RGBImage, name: String, of image: String) throws -> String {
    let data = Data(try picture.encodedJPEG(quality: 85)).base64EncodedString()
    return "<div><img width=\"\(picture.width)\" height=\"\(picture.height)\" "
      + "alt=\"\(HTMLText.escaped("\(name): \(image)"))\" src=\"data:image/jpeg;base64,\(data)\">"
      + "<span>\(HTMLText.escaped(name))</span></div>"
  }

  /// The three beside one another, below what they are.
  var html: String {
    get throws {
      let parts = try [("truth", truth), ("said", prediction), ("wrong pixels", mistakes)].map {
        try Self.html($1, name: $0, of: figures.image)
      }
      var caption =
        "\(figures.image): mean IoU \(HTMLText.percent(figures.meanIoU)) %, pixel accuracy "
        + "\(HTMLText.percent(figures.pixelAccuracy)) %"
      if let boundary = figures.boundaryFScore { caption += ", boundary F \(HTMLText.percent(boundary)) %" }
      if let regions = figures.regions { caption += ", Rand F-score \(HTMLText.fixed(regions.randFScore, 4))" }
      return "<figure><figcaption>\(HTMLText.escaped(caption))</figcaption><div class=\"triple\">"
        + parts.joined() + "</div></figure>"
    }
  }
}
