extension RGBImage {
  /// Blends pixels with the colour of a class, half and half as the masks of objects are shown.
  ///
  /// - Parameters:
  ///   - runs: pixels counted down the columns, from the left one, within the image.
  ///   - opacity: the share of the colour, from 0 to 1.
  public mutating func tint(pixelsDownColumns runs: [Range<Int>], colorIndex: Int, opacity: Double = 0.5) {
    let color = RGBColor.ofClass(colorIndex)
    let share = Int((256 * opacity).rounded())
    func mixed(_ old: UInt8, _ new: UInt8) -> UInt8 { UInt8((Int(old) * (256 - share) + Int(new) * share) >> 8) }
    let (width, height) = (width, height)
    var span = pixels.mutableSpan
    for run in runs {
      for pixel in run {
        let place = 3 * (pixel % height * width + pixel / height)
        span[place] = mixed(span[place], color.red)
        span[place + 1] = mixed(span[place + 1], color.green)
        span[place + 2] = mixed(span[place + 2], color.blue)
      }
    }
  }
}
