extension RGBImage {
  /// The image with every pixel mixed with the colour of its class; ignored pixels stay as they are.
  ///
  /// - Parameters:
  ///   - labels: of the image's size.
  ///   - colors: by class.
  ///   - opacity: of the colours, from 0 to 1.
  /// - Precondition: there is a colour for every class.
  public func overlaid(with labels: LabelMap, colors: [RGBColor], opacity: Double = 0.5) -> RGBImage {
    precondition(labels.size == size, "labels of \(labels.size) on an image of \(size)")
    let added = Int((max(0, min(1, opacity)) * 256).rounded())
    var result = self
    for (place, label) in labels.indices.enumerated() where label != LabelMap.ignored {
      let color = colors[Int(label)]
      for (offset, level) in [color.red, color.green, color.blue].enumerated() {
        let old = Int(pixels[3 * place + offset])
        result.pixels[3 * place + offset] = UInt8((old * (256 - added) + Int(level) * added + 128) >> 8)
      }
    }
    return result
  }
}
