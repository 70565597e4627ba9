import CPUKernels
import ComputeGraph
import Tensors

/// Which convolutions of a network are quicker in bf16 than in floats, conversions included. By tables, as ``BFloat16Cost``
/// and `ConvolutionCost` are, so that the same network is computed in the same way in every run.
struct BFloat16Choice {
  let graph: Graph
  let shapes: [TensorShape]
  /// By node, whether it can take and give bf16.
  let canPass: [Bool]
  /// Seconds of every convolution that can be computed in bf16, by node.
  let floats: [Int: Double]
  let halves: [Int: Double]

  /// Every convolution that can be in bf16.
  var all: BFloat16Layers { layers(Set(halves.keys)).layers }

  /// The better of what is found from all of them and from none, changing layers one at a time as long as that helps.
  func best() -> BFloat16Layers {
    let (all, none) = (improved(Set(halves.keys)), improved([]))
    return all.seconds <= none.seconds ? all.layers : none.layers
  }

  private func improved(_ start: Set<Int>) -> (layers: BFloat16Layers, seconds: Double) {
    var chosen = start
    var best = layers(start)
    var isBetter = true
    while isBetter {
      isBetter = false
      for index in halves.keys.sorted() {
        let changed = chosen.symmetricDifference([index])
        let candidate = layers(changed)
        if candidate.seconds < best.seconds { (chosen, best, isBetter) = (changed, candidate, true) }
      }
    }
    return best
  }

  /// What the convolutions take with the conversions between them.
  private func layers(_ convolutions: Set<Int>) -> (layers: BFloat16Layers, seconds: Double) {
    let layers = BFloat16Layers(graph, convolutions: convolutions, canPass: canPass)
    var seconds = 0.0
    // In order, since sums of the same numbers in another order differ.
    for index in halves.keys.sorted() {
      seconds += (convolutions.contains(index) ? halves[index] : floats[index]) ?? 0
    }
    for index in graph.nodes.indices where layers.rounded.contains(index) || layers.widened.contains(index) {
      seconds += Double(shapes[index].elementCount) * BFloat16Rates.current.secondsPerConvertedValue
    }
    return (layers, seconds)
  }
}
