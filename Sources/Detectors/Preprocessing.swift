import ImageCodecs

/// What happens to an image before a network sees it; travels in the model file.
public struct Preprocessing: Codable, Hashable, Sendable {
  /// Size of the network's input.
  public var inputSize: ImageSize
  /// How an image of another shape gets there.
  public var resize: ResizePolicy
  /// Subtracted from each channel (red, green, blue) after scaling to 0…1.
  public var mean: [Float]
  /// Each channel is divided by it.
  public var standardDeviation: [Float]

  public init(
    inputSize: ImageSize, resize: ResizePolicy = .letterbox, mean: [Float] = [0, 0, 0],
    standardDeviation: [Float] = [1, 1, 1]
  ) {
    precondition(mean.count == 3 && standardDeviation.count == 3, "a mean and a deviation for each of three channels")
    self.inputSize = inputSize
    self.resize = resize
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  /// Whether an image can be brought into this form; a file may say anything.
  var isUsable: Bool {
    inputSize.width > 0 && inputSize.height > 0 && mean.count == 3 && standardDeviation.count == 3
      && (mean + standardDeviation).allSatisfy(\.isFinite) && standardDeviation.allSatisfy { $0 != 0 }
  }
}
