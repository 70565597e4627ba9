extension RGBImage {
  /// Blends pixels half and half with the colour of a class, as the masks of objects are shown.
  ///
  /// - Parameter runs: pixels counted down the columns, from the left one, within the image.
  public mutating func tint(pixelsDownColumns runs: [Range<Int>], colorIndex: Int) {
    let color = RGBColor.ofClass(colorIndex)
    let (width, height) = (width, height)
    var span = pixels.mutableSpan
    for run in runs {
      for pixel in run {
        let place = 3 * (pixel % height * width + pixel / height)
        span[place] = UInt8((Int(span[place]) + Int(color.red)) / 2)
        span[place + 1] = UInt8((Int(span[place + 1]) + Int(color.green)) / 2)
        span[place + 2] = UInt8((Int(span[place + 2]) + Int(color.blue)) / 2)
      }
    }
  }
}
