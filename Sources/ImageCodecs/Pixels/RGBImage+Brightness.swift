extension RGBImage {
  /// Writes the image's brightness as one plane of floats, byte × factor + offset.
  ///
  /// Brightness is 0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601), which is the level itself of a grey pixel.
  ///
  /// - Parameter plane: height × width, row-major.
  /// - Complexity: O(pixels).
  public func writeBrightness(factor: Float, offset: Float, into plane: UnsafeMutableBufferPointer<Float>) {
    precondition(plane.count == width * height, "\(plane.count) floats do not hold the brightness of \(size)")
    let bytes = pixels.span
    for index in 0..<plane.count {
      let (red, green, blue) = (Int(bytes[3 * index]), Int(bytes[3 * index + 1]), Int(bytes[3 * index + 2]))
      plane[index] = Float(299 * red + 587 * green + 114 * blue) / 1000 * factor + offset
    }
  }
}
