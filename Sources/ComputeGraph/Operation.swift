import Tensors

/// What a node of a ``Graph`` computes. Each operation is one type in one file of `Operations/`, with its layer, the shape
/// of its result, its cost and its ONNX form.
///
/// How plans compute it stands beside them, in `NetworkPlans/Lowering`; an operation with ``plainLoops(input:output:)``
/// needs nothing there.
public protocol Operation: Hashable, Sendable {
  /// A word for tables.
  var title: String { get }

  /// Shape of the result for inputs of these shapes.
  ///
  /// Throws a ``ShapeMismatch`` that says what is expected of the inputs.
  func outputShape(_ inputs: [TensorShape]) throws(ShapeMismatch) -> TensorShape

  /// Names of the parameters that training changes.
  var trainableParameters: [String] { get }

  /// Multiplications and additions, counted apart; zero for all but convolutions and fully connected layers.
  func floatingPointOperations(input: TensorShape, output: TensorShape) -> Int

  /// What one element of the result depends on, given what one element of the widest input does.
  ///
  /// - Parameters:
  ///   - shape: of the first input.
  ///   - output: shape of the result.
  func receptiveField(_ field: ReceptiveField, input shape: TensorShape, output: TensorShape) -> ReceptiveField

  /// The rows or columns of the inputs' maps that a stretch of rows or columns of the result is made from, padding as though
  /// maps went on for ever; nil where it is the whole map, whatever the stretch.
  ///
  /// - Parameters:
  ///   - axis: 2 for rows, 3 for columns.
  ///   - shape: of the first input.
  ///   - output: shape of the result.
  func inputRange(
    of range: ClosedRange<Int>, axis: Int, input shape: TensorShape, output: TensorShape
  ) -> ClosedRange<Int>?

  /// Whether the elements of an input are read; false where its shape alone is.
  func readsElements(ofInput position: Int) -> Bool

  /// Whether every element of the result is one of the input's, so that bytes may pass through as they are.
  var choosesElements: Bool { get }

  /// The operation as loops over row-major tensors of these shapes; nil for those that kernels compute.
  func plainLoops(input: TensorShape, output: TensorShape) -> (any PlainLoops)?

  /// Writes the ONNX nodes that compute the same and returns the name of their result.
  func writeONNX(to writer: inout some ONNXNodeWriter) -> String
}

extension Operation {
  public var trainableParameters: [String] { [] }
  public func floatingPointOperations(input: TensorShape, output: TensorShape) -> Int { 0 }
  public func receptiveField(_ field: ReceptiveField, input shape: TensorShape, output: TensorShape) -> ReceptiveField {
    field
  }
  public func inputRange(
    of range: ClosedRange<Int>, axis: Int, input shape: TensorShape, output: TensorShape
  ) -> ClosedRange<Int>? { range }
  public func readsElements(ofInput position: Int) -> Bool { true }
  public var choosesElements: Bool { false }
  public func plainLoops(input: TensorShape, output: TensorShape) -> (any PlainLoops)? { nil }

  /// Whether two operations of any kinds are the same.
  func isEqual(to other: any Operation) -> Bool { self == other as? Self }
}

/// Inputs that an operation cannot take.
public struct ShapeMismatch: Error {
  /// What is expected of them, such as "N×3×H×W".
  public var expected: String

  public init(_ expected: String) { self.expected = expected }

  /// Throws unless a condition on the inputs holds.
  static func check(_ condition: Bool, _ expected: @autoclosure () -> String) throws(ShapeMismatch) {
    if !condition { throw ShapeMismatch(expected()) }
  }
}

/// The input pixels that one element depends on (Araujo et al. 2019).
public struct ReceptiveField: Hashable, Sendable {
  /// Side of their square.
  public var extent: Int
  /// Distance of neighbouring elements in input pixels.
  public var jump: Double

  public init(extent: Int, jump: Double) {
    self.extent = extent
    self.jump = jump
  }

  /// Behind a window of `kernel` elements that moves by `stride`.
  public func windowed(kernel: Int, stride: Double) -> ReceptiveField {
    ReceptiveField(extent: extent + Int((Double(kernel - 1) * jump).rounded(.up)), jump: jump * stride)
  }
}

/// An operation of one input as loops over row-major memory, for what no kernel library has. Made for given shapes; plans
/// bring values into this order and back.
public protocol PlainLoops: Sendable {
  /// Computes the result, all of it.
  func forward(_ input: UnsafeBufferPointer<Float>, to output: UnsafeMutableBufferPointer<Float>)

  /// Computes the gradient of the loss with respect to the input, all of it, from that with respect to the result.
  func backward(
    _ outputGradient: UnsafeBufferPointer<Float>, input: UnsafeBufferPointer<Float>,
    to inputGradient: UnsafeMutableBufferPointer<Float>)
}

/// What operations write their ONNX form to: the nodes of one layer of a graph, one after the other.
public protocol ONNXNodeWriter {
  /// Name of the layer's input at a position.
  func input(_ position: Int) -> String
  var inputCount: Int { get }
  /// Of the first input.
  var inputShape: TensorShape { get }
  /// Of the layer's result.
  var outputShape: TensorShape { get }
  /// Name of the network's input.
  var networkInput: String { get }

  /// Adds a node of a type of the standard operator set and returns the name of its result. An empty input is left out.
  mutating func add(_ type: String, _ inputs: [String], _ attributes: [ONNXAttribute]) -> String
  /// Name of a parameter of the graph.
  mutating func parameter(_ name: String) -> String
  /// A number that a node reads as an input.
  mutating func constant(_ name: String, _ value: Float) -> String
  mutating func constant(_ name: String, _ values: [Float]) -> String
  mutating func constant(_ name: String, _ values: [Int]) -> String
}

extension ONNXNodeWriter {
  mutating func add(_ type: String, _ inputs: [String]) -> String { add(type, inputs, []) }
  /// Name of the layer's first input.
  var input: String { input(0) }
}

/// A named setting of an ONNX node.
public enum ONNXAttribute: Hashable, Sendable {
  case integer(String, Int)
  case integers(String, [Int])
  case float(String, Float)
  case text(String, String)
}
