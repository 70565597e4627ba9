extension RGBImage {
  /// The image with boxes in class colours and a label tag for each, in sizes that suit the image.
  ///
  /// All boxes are drawn before the tags, the first of them on top. Earlier boxes get the better places for their tags,
  /// so give the most certain first. Boxes outside the image, or with corners that are not finite, are left out; so is a
  /// tag for which there is no room.
  /// - Parameter drawsOutlines: whether the boxes themselves are drawn, or their tags alone.
  /// - Complexity: O(pixels of the outlines + boxes²).
  public func annotated(with boxes: [AnnotatedBox], drawsOutlines: Bool = true) -> RGBImage {
    var picture = self
    let style = AnnotationStyle(imageSize: size)
    let drawn = boxes.compactMap { box in
      outline(of: box, lineWidth: style.lineWidth).map { (box: box, outline: $0) }
    }
    for (box, outline) in drawn.reversed() where drawsOutlines {
      picture.drawOutline(
        RoundedRectangle(outline, radius: style.cornerRadius), style: style, color: .ofClass(box.colorIndex))
    }

    var layout = LabelLayout(imageSize: size, boxes: drawn.map(\.outline), lineWidth: style.lineWidth)
    let tags = drawn.compactMap { box, outline -> LabelTag? in
      guard !box.label.isEmpty, let (text, capHeight) = style.fitted(box.label, in: size) else { return nil }
      let place = layout.place(
        width: AnnotationStyle.tagWidth(text, capHeight: capHeight),
        height: AnnotationStyle.tagHeight(capHeight: capHeight), beside: outline)
      return place.map {
        LabelTag(text: text, capHeight: capHeight, place: $0, box: outline, color: .ofClass(box.colorIndex))
      }
    }
    for tag in tags.reversed() { picture.drawTag(tag, style: style) }
    return picture
  }

  /// The outer edge of a box's line, which runs along the middle of the line; nil where nothing lies in the image.
  private func outline(of box: AnnotatedBox, lineWidth: Int) -> PixelRectangle? {
    let corners = [box.x1, box.y1, box.x2, box.y2]
    guard corners.allSatisfy(\.isFinite), box.x1 <= box.x2, box.y1 <= box.y2 else { return nil }
    guard box.x2 >= 0, box.y2 >= 0, box.x1 < Double(width), box.y1 < Double(height) else { return nil }
    /// Whole pixels, so that lines are crisp; a line at the border of the image is moved into it.
    func stretch(_ start: Double, _ end: Double, limit: Int) -> (Int, Int) {
      let half = Double(lineWidth) / 2
      let first = Int((max(start, 0) - half).rounded(.up))
      let last = Int((min(end, Double(limit)) + half).rounded(.down))
      let lower = max(0, min(first, limit - 1))
      return (lower, max(1, min(last, limit) - lower))
    }
    let (x, outlineWidth) = stretch(box.x1, box.x2, limit: width)
    let (y, outlineHeight) = stretch(box.y1, box.y2, limit: height)
    return PixelRectangle(x: x, y: y, width: outlineWidth, height: outlineHeight)
  }
}
