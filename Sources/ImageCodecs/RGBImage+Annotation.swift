extension RGBImage {
  /// The image with boxes in class colours and a label tag for each, in sizes that suit the image.
  ///
  /// Boxes are drawn in order, all of them before the tags. Earlier boxes get the better places for their tags, so give
  /// the most certain first. Boxes outside the image, or with corners that are not finite, are left out.
  public func annotated(with boxes: [AnnotatedBox]) -> RGBImage {
    var picture = self
    let longSide = max(width, height)
    let lineWidth = max(1, (longSide + 200) / 400)
    let textScale = longSide < 600 ? 1 : 2 + (longSide - 600) / 1000
    let drawn = boxes.compactMap { box in pixelRectangle(of: box).map { (box, $0) } }

    for (box, rectangle) in drawn {
      picture.strokeRectangle(
        x: rectangle.x, y: rectangle.y, width: rectangle.width, height: rectangle.height, lineWidth: lineWidth,
        color: .ofClass(box.colorIndex))
    }
    var layout = LabelLayout(imageSize: size)
    for (box, rectangle) in drawn where !box.label.isEmpty {
      // A label too long for the image is set smaller before it is cut.
      let fitting = (width - 2) / (BitmapFont.size(of: box.label).width + 2)
      let scale = max(1, min(textScale, fitting))
      let text = BitmapFont.size(of: box.label, scale: scale)
      let margin = scale + 1
      let tag = layout.place(width: text.width + 2 * margin, height: text.height + 2 * margin, beside: rectangle)
      let color = RGBColor.ofClass(box.colorIndex)
      picture.fillRectangle(x: tag.x, y: tag.y, width: tag.width, height: tag.height, color: color)
      picture.drawText(box.label, x: tag.x + margin, y: tag.y + margin, color: color.contrasting, scale: scale)
    }
    return picture
  }

  /// The whole pixels that a box touches, at least one of them, or nil where none lies in the image.
  private func pixelRectangle(of box: AnnotatedBox) -> PixelRectangle? {
    let corners = [box.x1, box.y1, box.x2, box.y2]
    guard corners.allSatisfy(\.isFinite), box.x1 <= box.x2, box.y1 <= box.y2 else { return nil }
    guard box.x2 >= 0, box.y2 >= 0, box.x1 < Double(width), box.y1 < Double(height) else { return nil }
    let left = Int(max(box.x1, 0).rounded())
    let top = Int(max(box.y1, 0).rounded())
    let right = Int(min(box.x2, Double(width)).rounded())
    let bottom = Int(min(box.y2, Double(height)).rounded())
    return PixelRectangle(
      x: min(left, width - 1), y: min(top, height - 1), width: max(1, right - left), height: max(1, bottom - top))
  }
}
