/// A square near 0, straight lines beyond: the box loss of Fast R-CNN (Girshick 2015, eq. 3), with the place of the
/// bend as a parameter.
@frozen
public struct SmoothL1Loss: Hashable, Sendable, Codable {
  /// Where the square ends.
  public var beta: Double

  /// - Precondition: `beta` is above 0.
  @inlinable
  public init(beta: Double) {
    precondition(beta > 0, "a bend lies above 0")
    self.beta = beta
  }

  /// The loss of a difference and its derivative.
  @inlinable
  public func valueAndSlope(_ difference: Double) -> (value: Double, slope: Double) {
    let size = abs(difference)
    if size < beta { return (difference * difference / (2 * beta), difference / beta) }
    return (size - beta / 2, difference < 0 ? -1 : 1)
  }
}
