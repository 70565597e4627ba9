/// A label with its place in the image.
struct LabelTag {
  var text: String
  var capHeight: Int
  var place: PixelRectangle
  /// The outline of the box that it belongs to.
  var box: PixelRectangle
  var color: RGBColor

  /// Rounded as the box is, but square where it would leave a notch at the box's own rounded corner.
  func shape(cornerRadius: Double) -> RoundedRectangle {
    var shape = RoundedRectangle(place, radius: min(cornerRadius, Double(place.height) / 4))
    let above = place.y < box.y && place.bottom >= box.y
    let below = place.bottom > box.bottom && place.y <= box.bottom
    if above && place.x == box.x { shape.radii[2] = 0 }
    if above && place.right == box.right { shape.radii[3] = 0 }
    if below && place.x == box.x { shape.radii[0] = 0 }
    if below && place.right == box.right { shape.radii[1] = 0 }
    return shape
  }
}
