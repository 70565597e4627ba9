import Tensors

/// How far around a place a network looks, in pixels of its input, the same at every side.
public struct NetworkReach: Hashable, Sendable {
  /// Pixels before the first and behind the last of a stretch of results that is as long as the stride, or a multiple of
  /// it: half the receptive field, less what the stretch itself takes of it.
  public var pixels: Int
  /// Whether something beside that depends on the whole input, such as a global average.
  public var seesWholeInput: Bool

  public init(pixels: Int, seesWholeInput: Bool) {
    self.pixels = pixels
    self.seesWholeInput = seesWholeInput
  }
}

extension Graph {
  /// The reach of a network whose results are maps at the scale of its input: of the same size, or smaller by as many pixels
  /// at every side.
  ///
  /// It is told by going back from results 0 to stride − 1 to the input pixels that they are made from. Whatever is more than
  /// the reach away from a stretch of results that begins at a multiple of the stride cannot change them.
  ///
  /// - Parameter stride: input pixels that one element of the coarsest map stands for; it divides the input's sides.
  /// - Throws: a ``GraphError`` where the input does not fit.
  public func reach(input: TensorShape, stride: Int) throws(GraphError) -> NetworkReach {
    let shapes = try shapes(input: input)
    var reach = NetworkReach(pixels: 0, seesWholeInput: false)
    for axis in 2...3 {
      var needed = [ClosedRange<Int>?](repeating: nil, count: nodes.count)
      for output in outputs { needed[output] = 0...stride - 1 }
      for index in nodes.indices.reversed() {
        guard let range = needed[index] else { continue }
        let node = nodes[index]
        if node.inputs.isEmpty {
          let margin = outputs.map { (input[axis] - shapes[$0][axis]) / 2 }.min() ?? 0
          reach.pixels = max(reach.pixels, margin - range.lowerBound, range.upperBound - (stride - 1) - margin)
          continue
        }
        let source = node.operation.inputRange(
          of: range, axis: axis, input: shapes[node.inputs[0]], output: shapes[index])
        guard let source else {
          reach.seesWholeInput = true
          continue
        }
        for (position, origin) in node.inputs.enumerated() where node.operation.readsElements(ofInput: position) {
          // A map of one element, which scales another's channels, comes from the whole input.
          if shapes[origin][axis] == 1 && shapes[index][axis] > 1 && position > 0 {
            needed[origin] = needed[origin] ?? 0...0
            continue
          }
          let known = needed[origin] ?? source
          needed[origin] = min(known.lowerBound, source.lowerBound)...max(known.upperBound, source.upperBound)
        }
      }
    }
    return reach
  }
}

extension Int {
  /// The quotient rounded down, also of negative numbers.
  func flooredQuotient(by divisor: Int) -> Int {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
