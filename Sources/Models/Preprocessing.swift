import Files
import ImageCodecs

/// What happens to an image before a network sees it; travels in the model file.
public struct Preprocessing: Codable, Hashable, Sendable {
  /// The longest side of an input that files and options may ask for, in pixels: no stranger's file decides how much
  /// memory is taken.
  public static let longestSide = InputLimits.networkInputSide
  /// The most pixels of such an input, in all: enough for a frame of 4K film. A network takes about a hundred bytes for
  /// each, and much more in training.
  public static let mostPixels = InputLimits.networkInputPixels

  /// Whether files and options may ask for an input of this size.
  public static func allows(_ size: ImageSize) -> Bool {
    let sides = 1...longestSide
    return sides.contains(size.width) && sides.contains(size.height) && size.width * size.height <= mostPixels
  }

  /// Size of the network's input. Where the policy makes a size of its own for every image, one such size, for what
  /// needs one: timing, say.
  public var inputSize: ImageSize
  /// How an image of another shape gets there.
  public var resize: ResizePolicy
  /// Whether shrinking averages all the pixels that an output pixel covers, or blends the four nearest only, as OpenCV and
  /// Darknet do. Files of before have none and mean true. Without meaning for `ResizePolicy.shorterSide`, which always
  /// blends four.
  public var antialias: Bool
  /// Subtracted from each channel (red, green, blue) after scaling to 0…1. One number alone: the network sees brightness,
  /// one channel.
  public var mean: [Float]
  /// Each channel is divided by it.
  public var standardDeviation: [Float]
  /// Nil for ``ImageNormalization/fixed``. With ``ImageNormalization/perImage`` the two above say no more than how many channels
  /// there are.
  public var normalization: ImageNormalization?

  public init(
    inputSize: ImageSize, resize: ResizePolicy = .letterbox, antialias: Bool = true, mean: [Float] = [0, 0, 0],
    standardDeviation: [Float] = [1, 1, 1], normalization: ImageNormalization = .fixed
  ) {
    precondition(
      [1, 3].contains(mean.count) && standardDeviation.count == mean.count,
      "a mean and a deviation for each of three channels, or for one")
    self.inputSize = inputSize
    self.resize = resize
    self.antialias = antialias
    self.mean = mean
    self.standardDeviation = standardDeviation
    self.normalization = normalization == .fixed ? nil : normalization
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    inputSize = try container.decode(ImageSize.self, forKey: .inputSize)
    resize = try container.decode(ResizePolicy.self, forKey: .resize)
    antialias = try container.decodeIfPresent(Bool.self, forKey: .antialias) ?? true
    mean = try container.decode([Float].self, forKey: .mean)
    standardDeviation = try container.decode([Float].self, forKey: .standardDeviation)
    normalization = try container.decodeIfPresent(ImageNormalization.self, forKey: .normalization)
  }

  /// 3, or 1 for brightness.
  public var channelCount: Int { mean.count }

  /// Down to this size a JPEG may be decoded at a reduced scale, which averages pixels; nil where a network wants those of
  /// the file.
  public var decodingSize: ImageSize? { antialias && !resize.variesSize ? inputSize : nil }

  /// The same colours at one size for all images.
  public func fixed(to size: ImageSize) -> Preprocessing {
    var fixed = self
    fixed.inputSize = size
    if resize.variesSize {
      fixed.resize = .letterbox
      fixed.antialias = true
    }
    return fixed
  }

  /// Why an image cannot be brought into this form, behind the name of what says so; a file may say anything.
  var problem: String? {
    if inputSize.width > 0, inputSize.height > 0, !Self.allows(inputSize) {
      return "has an inputSize of \(inputSize); expected sides of at most \(Self.longestSide) pixels, and at most "
        + "\(Self.mostPixels) pixels in all"
    }
    let hasSides =
      switch resize {
      case .letterbox, .stretch: true
      case .shorterSide(let shorter, let longer):
        shorter > 0 && shorter <= longer && Self.allows(ImageSize(width: longer, height: shorter))
      }
    let isUsable =
      hasSides && inputSize.width > 0 && inputSize.height > 0 && [1, 3].contains(mean.count)
      && standardDeviation.count == mean.count && (mean + standardDeviation).allSatisfy(\.isFinite)
      && standardDeviation.allSatisfy { $0 != 0 }
    return isUsable
      ? nil
      : "expects an input of at least one pixel, a shorter side no longer than the longer one, three means "
        + "and three deviations other than 0 (or one of each, for brightness)"
  }
}
