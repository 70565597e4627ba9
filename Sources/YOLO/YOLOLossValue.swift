import Tensors

/// The loss of one batch, with its gradient.
public struct YOLOLossValue: Sendable {
  /// The weighted terms; their sum is ``total``.
  public var box: Float
  public var objectness: Float
  public var classification: Float
  /// d total / d raw output, per level, of the outputs' shapes.
  public var gradients: [Tensor]
  /// How many predictions learnt an object.
  public var positives: Int

  public init(box: Float, objectness: Float, classification: Float, gradients: [Tensor], positives: Int) {
    self.box = box
    self.objectness = objectness
    self.classification = classification
    self.gradients = gradients
    self.positives = positives
  }

  public var total: Float { box + objectness + classification }
}
