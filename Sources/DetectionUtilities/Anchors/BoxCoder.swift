/// Expresses a box relative to an anchor or a proposal, as what a network can learn (R-CNN, Girshick et al. 2014,
/// appendix C; Faster R-CNN, Ren et al. 2015, section 3.1.2).
///
/// Invariant: `decode(encode(b, relativeTo: a), relativeTo: a) == b` but for rounding, for boxes at least
/// ``smallestSize`` wide and high and less than 62.5 times as large as `a`.
@frozen
public struct BoxCoder: Hashable, Sendable, Codable {
  /// Shift of the centre in units of the anchor's size and logarithm of the ratio of the sizes, times the weights.
  @frozen
  public struct Deltas: Hashable, Sendable {
    public var dx: Double
    public var dy: Double
    public var dw: Double
    public var dh: Double

    @inlinable
    public init(dx: Double, dy: Double, dw: Double, dh: Double) {
      self.dx = dx
      self.dy = dy
      self.dw = dw
      self.dh = dh
    }
  }

  /// Sizes below a thousandth of a pixel count as that, so that no delta is infinite.
  @inlinable public static var smallestSize: Double { 1e-3 }
  /// log(1000 / 16): a raw output cannot make a box more than 62.5 times as large as its anchor (as in detectron2).
  @inlinable public static var largestLogRatio: Double { 4.1351665567423560 }

  /// Factors on dx, dy, dw, dh; (1, 1, 1, 1) for the RPN and (10, 10, 5, 5) for the RoI head of Faster R-CNN.
  public var weights: Deltas

  @inlinable
  public init(weights: Deltas = Deltas(dx: 1, dy: 1, dw: 1, dh: 1)) {
    self.weights = weights
  }

  @inlinable
  public func encode(_ box: BoundingBox, relativeTo anchor: BoundingBox) -> Deltas {
    let anchorWidth = max(anchor.width, Self.smallestSize)
    let anchorHeight = max(anchor.height, Self.smallestSize)
    return Deltas(
      dx: weights.dx * (box.centerX - anchor.centerX) / anchorWidth,
      dy: weights.dy * (box.centerY - anchor.centerY) / anchorHeight,
      dw: weights.dw * (max(box.width, Self.smallestSize) / anchorWidth).logarithm(),
      dh: weights.dh * (max(box.height, Self.smallestSize) / anchorHeight).logarithm())
  }

  @inlinable
  public func decode(_ deltas: Deltas, relativeTo anchor: BoundingBox) -> BoundingBox {
    let anchorWidth = max(anchor.width, Self.smallestSize)
    let anchorHeight = max(anchor.height, Self.smallestSize)
    return BoundingBox(
      centerX: anchor.centerX + deltas.dx / weights.dx * anchorWidth,
      centerY: anchor.centerY + deltas.dy / weights.dy * anchorHeight,
      width: anchorWidth * min(deltas.dw / weights.dw, Self.largestLogRatio).exponential(),
      height: anchorHeight * min(deltas.dh / weights.dh, Self.largestLogRatio).exponential())
  }
}

extension BoxCoder.Deltas: Codable {}
