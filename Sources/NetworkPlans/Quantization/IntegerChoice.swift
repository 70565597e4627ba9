import ComputeGraph
import Tensors

/// Which of a recipe's layers are worth computing in integers on this machine.
///
/// Without VNNI products of bytes run little faster than those of floats, and minimal filtering in floats is quicker than
/// both. What is left is weighed against copying values from one form to the other. By a table, as ``ConvolutionCost`` is,
/// so that the same network is computed in the same way in every run.
package struct IntegerChoice {
  /// Measured on AVX2 (AMD Zen 3, one thread): 3×3 and 1×1 layers of YOLOv3-tiny at 416 run at 115 to 140 GOP/s, copies
  /// take 0.75 ns a value on two threads.
  static let secondsPerOperation = 1 / 125e9
  package static let secondsPerCopiedValue = 1.5e-9

  private let graph: Graph
  private let shapes: [TensorShape]
  private let layers: [Int]
  private let floats: [Int: Double]
  private let integers: [Int: Double]

  /// - Parameters:
  ///   - floats: seconds of every layer in question, by node.
  ///   - integers: the same in integers.
  package init(_ graph: Graph, shapes: [TensorShape], floats: [Int: Double], integers: [Int: Double]) {
    (self.graph, self.shapes, self.floats, self.integers) = (graph, shapes, floats, integers)
    layers = floats.keys.sorted()
  }

  /// The layers to be computed in integers: the better of what is found from all of them and from none, changing layers
  /// one at a time as long as that helps.
  package func best() -> Set<Int> {
    let all = improved(Set(layers))
    let none = improved([])
    return seconds(all) <= seconds(none) ? all : none
  }

  private func improved(_ start: Set<Int>) -> Set<Int> {
    var (chosen, best) = (start, seconds(start))
    var isBetter = true
    while isBetter {
      isBetter = false
      for index in layers {
        let changed = chosen.symmetricDifference([index])
        let time = seconds(changed)
        if time < best { (chosen, best, isBetter) = (changed, time, true) }
      }
    }
    return chosen
  }

  /// What the layers take together, with the copies between them.
  package func seconds(_ inIntegers: Set<Int>) -> Double {
    var hasByteReader = [Bool](repeating: false, count: graph.nodes.count)
    var hasFloatReader = hasByteReader
    var areBytes = hasByteReader
    for output in graph.outputs { hasFloatReader[output] = true }
    for (index, node) in graph.nodes.enumerated() {
      areBytes[index] = inIntegers.contains(index) || node.operation.choosesElements && areBytes[node.inputs[0]]
      for input in node.elementInputs {
        if inIntegers.contains(index) {
          hasByteReader[input] = true
        } else if !(node.operation.choosesElements && areBytes[input]) {
          hasFloatReader[input] = true
        }
      }
    }
    var seconds = 0.0
    for (index, shape) in shapes.enumerated() {
      if let time = inIntegers.contains(index) ? integers[index] : floats[index] { seconds += time }
      if areBytes[index] ? hasFloatReader[index] : hasByteReader[index] {
        seconds += Double(shape.elementCount) * Self.secondsPerCopiedValue
      }
    }
    return seconds
  }
}
