import ImageCodecs

/// An image file and the file with its labels.
public struct SegmentedImage: Sendable {
  public let path: String
  /// Of the file that has the labels: its own, or one of many images.
  public let labelPath: String
  /// Of the upright image at full scale, and of its labels.
  public let size: ImageSize
  /// By class: pixels that show it.
  public let pixelCounts: [Int]
  private let source: LabelSource
  private let classes: LabelClasses
  /// The index of each of the file's classes in the set's list.
  private let mapping: [UInt8]

  init(
    path: String, labelPath: String, source: LabelSource, size: ImageSize, pixelCounts: [Int], classes: LabelClasses,
    mapping: [UInt8]
  ) {
    self.path = path
    self.labelPath = labelPath
    self.source = source
    self.size = size
    self.pixelCounts = pixelCounts
    self.classes = classes
    self.mapping = mapping
  }

  /// Reads the labels, as indices of the set's classes.
  ///
  /// - Throws: ``DatasetError`` naming the file where it has changed since the set was read.
  public func labels() throws(DatasetError) -> LabelMap {
    var labels = try source.labels(at: labelPath, classes, size: size)
    guard labels.size == size else {
      throw DatasetError(
        path: labelPath, problem: "is \(labels.size), but was \(size) when the set was read; expected it not to change")
    }
    if mapping.enumerated().allSatisfy({ $0 == Int($1) }) { return labels }
    let table = mapping + [UInt8](repeating: LabelMap.ignored, count: 256 - mapping.count)
    labels.indices.withUnsafeMutableBufferPointer { indices in
      for place in indices.indices { indices[place] = table[Int(indices[place])] }
    }
    return labels
  }

  /// Reads other labels of the image, as a program wrote them with the set's bytes or colours.
  ///
  /// - Throws: ``DatasetError`` naming the file where it is of another size, or of unknown values.
  public func otherLabels(at path: String) throws(DatasetError) -> LabelMap {
    let other = SegmentedImage(
      path: self.path, labelPath: path, source: .file, size: size, pixelCounts: pixelCounts, classes: classes,
      mapping: mapping)
    let found = try LabelSource.file.labels(at: path, classes, size: size).size
    guard found == size else {
      throw DatasetError(path: path, problem: "is \(found); expected \(size), the size of \(self.path)")
    }
    return try other.labels()
  }

  /// Decodes the image.
  ///
  /// - Parameter size: what the image is needed at; a larger file may be decoded at a half, a quarter or an eighth of its size.
  /// - Throws: ``DatasetError`` naming the file where it cannot be decoded.
  public func decoded(atLeast size: ImageSize? = nil) throws(DatasetError) -> DecodedImage {
    try decoded(ImageDecodingOptions(minimumSize: size))
  }

  /// Decodes the image as a model wants it.
  ///
  /// - Throws: ``DatasetError`` naming the file where it cannot be decoded.
  public func decoded(_ options: ImageDecodingOptions) throws(DatasetError) -> DecodedImage {
    do throws(ImageError) {
      return try DecodedImage(contentsOf: path, options: options)
    } catch {
      throw DatasetError(path: path, problem: "cannot be decoded: \(error.reason)")
    }
  }

  /// The same with the classes of another list.
  func renumbered(_ mapping: [UInt8], classCount: Int) -> SegmentedImage {
    let composed = self.mapping.map { $0 == LabelMap.ignored ? $0 : mapping[Int($0)] }
    var counts = [Int](repeating: 0, count: classCount)
    for (index, count) in pixelCounts.enumerated() where mapping[index] != LabelMap.ignored {
      counts[Int(mapping[index])] += count
    }
    return SegmentedImage(
      path: path, labelPath: labelPath, source: source, size: size, pixelCounts: counts, classes: classes,
      mapping: composed)
  }

  func rank(seed: UInt64) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in FilePath.lastComponent(of: path).utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    return hash ^ seed &* 0x9E37_79B9_7F4A_7C15
  }
}
