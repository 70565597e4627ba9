import ComputeGraph
import Synchronization
import Tensors

/// How a plan decides in which way each of its convolutions is computed.
public enum ConvolutionTuning: String, Sendable, Hashable, CaseIterable {
  /// By a fixed table: the same choice in every run, hence the same bytes.
  case off
  /// Measures the few ways that the table thinks best when the plan is built; some hundred milliseconds.
  case fast
  /// Measures every way.
  case full
}

/// Decides by which kernel each convolution of a plan is computed: the only place that does.
///
/// Forward and for the input's gradient by ``ConvolutionCost`` and a table of measured rates, or by a measurement; for the
/// gradient of the weights by the processor.
package final class ConvolutionChooser {
  private struct AutotuningKey: Hashable {
    var problem: ConvolutionProblem
    var methods: [ConvolutionMethod]
    var threads: Int
  }

  /// What was measured, for all plans: those of detectors that work side by side decide alike.
  private static let measured = Mutex<[AutotuningKey: ConvolutionMethod]>([:])

  private let tuning: ConvolutionTuning
  private let expectedRuns: Int
  private let threads: Int
  private var known: [ConvolutionProblem: ConvolutionMethod] = [:]

  /// - Parameter expectedRuns: how often the plan is going to run: weights that take long to pack are not worth it for a
  ///   few images.
  /// - Parameter threads: those of the plan's kernels, on which a measured choice depends.
  package init(tuning: ConvolutionTuning = .off, expectedRuns: Int, threads: Int = KernelThreads.count) {
    self.tuning = tuning
    self.expectedRuns = expectedRuns
    self.threads = threads
  }

  package func method(for problem: ConvolutionProblem) throws -> ConvolutionMethod {
    if let method = known[problem] { return method }
    let method: ConvolutionMethod
    switch tuning {
    case .off: method = ranked(problem)[0]
    case .fast: method = try quickest(Array(ranked(problem).prefix(3)), problem)
    case .full: method = try quickest(problem.methods, problem)
    }
    known[problem] = method
    return method
  }

  /// The native convolution that is best for a problem of training; nil where oneDNN's is better. With AVX-512 it has kernels
  /// of its own for both directions, where it is of a version that has, and training by ours has not been found quicker.
  package func native(_ problem: ConvolutionProblem) throws -> BlockedConvolution? {
    let library = ConvolutionAlgorithm.candidates(problem.geometry, .inference, output: problem.destination)
    if OneDNN.channelBlock == 16, !problem.isFilterable || library.count > 1 { return nil }
    guard case .native(let method) = try method(for: problem) else { return nil }
    return problem.native(method)
  }

  private func quickest(_ methods: [ConvolutionMethod], _ problem: ConvolutionProblem) throws -> ConvolutionMethod {
    if methods.count == 1 { return methods[0] }
    let key = AutotuningKey(problem: problem, methods: methods, threads: threads)
    return try Self.measured.withLock { measured in
      if let method = measured[key] { return method }
      let seconds = try methods.map { try ConvolutionTimer.seconds($0, problem) ?? .infinity }
      let method = methods[seconds.indices.min { seconds[$0] < seconds[$1] } ?? 0]
      measured[key] = method
      return method
    }
  }

  /// The table's opinion, best first, never empty: our own kernels before oneDNN's, whose Winograd is asked as well how often
  /// the plan will run.
  private func ranked(_ problem: ConvolutionProblem) -> [ConvolutionMethod] {
    var native: [(method: ConvolutionMethod, seconds: Double)] = []
    var library = native
    for method in problem.methods {
      switch method {
      case .native(.winograd(let tile, let group)) where group != ConvolutionCost.tileGroup(tile: tile, problem): break
      case .native(let kernel):
        native.append((method, ConvolutionCost.seconds(kernel, problem, expectedRuns: expectedRuns)))
      case .oneDNN(let algorithm):
        var equivalent = BlockedConvolution.Method.gemm
        if case .winograd(let tile) = algorithm { equivalent = .winograd(tile: tile, group: 0) }
        library.append((method, ConvolutionCost.seconds(equivalent, problem, expectedRuns: expectedRuns)))
      }
    }
    return (native.sorted { $0.seconds < $1.seconds } + library.sorted { $0.seconds < $1.seconds }).map(\.method)
  }

  /// The native gradient of a convolution's weights and bias; nil where oneDNN's is better: with its Winograd.
  package func nativeWeightsGradient(
    _ geometry: ConvolutionGeometry, source: TensorShape, destination: TensorShape
  ) -> BlockedWeightsGradient? {
    OneDNN.hasWinograd ? nil : BlockedWeightsGradient(geometry, source: source, destination: destination)
  }

  /// Whether a convolution of training and its gradients are quicker in bf16 than in any way in floats.
  ///
  /// On Zen 4 oneDNN's products of bf16 take half the time of those of floats, and Winograd's filtering in floats 0.37 of it,
  /// where tiles lie within the map: on one of 10×10 that tiles of 4×4 cover as 12×12 it takes more than products of bf16
  /// (2026, batches of 8, layers of ResNet-18 and ResNet-50).
  package func prefersBFloat16(
    _ geometry: ConvolutionGeometry, source: TensorShape, destination: TensorShape
  ) -> Bool {
    guard geometry.groups == 1, !geometry.isTransposed else { return false }
    let problem = ConvolutionProblem(geometry: geometry, source: source, destination: destination)
    guard problem.isFilterable, ConvolutionAlgorithm.candidates(geometry, .forward, output: destination).count > 1
    else {
      return true
    }
    let covered = 16 * ConvolutionCost.tileCount(tile: 4, problem)
    return 10 * covered > 13 * destination[0] * destination[2] * destination[3]
  }
}
