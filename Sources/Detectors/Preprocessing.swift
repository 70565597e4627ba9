import ImageCodecs

/// What happens to an image before a network sees it; travels in the model file.
public struct Preprocessing: Codable, Hashable, Sendable {
  /// Size of the network's input.
  public var inputSize: ImageSize
  /// How an image of another shape gets there.
  public var resize: ResizePolicy
  /// Whether shrinking averages all the pixels that an output pixel covers, or blends the four nearest only, as OpenCV and
  /// Darknet do. Files of before have none and mean true.
  public var antialias: Bool
  /// Subtracted from each channel (red, green, blue) after scaling to 0…1.
  public var mean: [Float]
  /// Each channel is divided by it.
  public var standardDeviation: [Float]

  public init(
    inputSize: ImageSize, resize: ResizePolicy = .letterbox, antialias: Bool = true, mean: [Float] = [0, 0, 0],
    standardDeviation: [Float] = [1, 1, 1]
  ) {
    precondition(mean.count == 3 && standardDeviation.count == 3, "a mean and a deviation for each of three channels")
    self.inputSize = inputSize
    self.resize = resize
    self.antialias = antialias
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    inputSize = try container.decode(ImageSize.self, forKey: .inputSize)
    resize = try container.decode(ResizePolicy.self, forKey: .resize)
    antialias = try container.decodeIfPresent(Bool.self, forKey: .antialias) ?? true
    mean = try container.decode([Float].self, forKey: .mean)
    standardDeviation = try container.decode([Float].self, forKey: .standardDeviation)
  }

  /// Whether an image can be brought into this form; a file may say anything.
  var isUsable: Bool {
    inputSize.width > 0 && inputSize.height > 0 && mean.count == 3 && standardDeviation.count == 3
      && (mean + standardDeviation).allSatisfy(\.isFinite) && standardDeviation.allSatisfy { $0 != 0 }
  }
}
