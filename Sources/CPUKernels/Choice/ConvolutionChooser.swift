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
/// Forward and for the input's gradient by ``ConvolutionCost``, a table of measured rates, or by a measurement; for the
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
  private var known: [ConvolutionProblem: ConvolutionMethod] = [:]

  /// - Parameter expectedRuns: how often the plan is going to run: weights that take long to pack are not worth it for a
  ///   few images.
  package init(tuning: ConvolutionTuning = .off, expectedRuns: Int) {
    self.tuning = tuning
    self.expectedRuns = expectedRuns
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

  /// The native convolution that is best for a problem; nil where oneDNN's is better.
  package func native(_ problem: ConvolutionProblem) throws -> BlockedConvolution? {
    guard case .native(let method) = try method(for: problem) else { return nil }
    return problem.native(method)
  }

  private func quickest(_ methods: [ConvolutionMethod], _ problem: ConvolutionProblem) throws -> ConvolutionMethod {
    if methods.count == 1 { return methods[0] }
    let key = AutotuningKey(problem: problem, methods: methods, threads: KernelThreads.count)
    return try Self.measured.withLock { measured in
      if let method = measured[key] { return method }
      let seconds = try methods.map { try ConvolutionTimer.seconds($0, problem) ?? .infinity }
      let method = methods[seconds.indices.min { seconds[$0] < seconds[$1] } ?? 0]
      measured[key] = method
      return method
    }
  }

  /// The table's opinion, best first, never empty.
  private func ranked(_ problem: ConvolutionProblem) -> [ConvolutionMethod] {
    let oneDNN = ConvolutionAlgorithm.candidates(problem.geometry, .inference, output: problem.destination)
      .map(ConvolutionMethod.oneDNN)
    let candidates = problem.methods.compactMap { method -> (BlockedConvolution.Method, Double)? in
      guard case .native(let native) = method else { return nil }
      if case .winograd(let tile, let group) = native, group != ConvolutionCost.tileGroup(tile: tile, problem) {
        return nil
      }
      return (native, ConvolutionCost.seconds(native, problem, expectedRuns: expectedRuns))
    }
    let native = candidates.sorted { $0.1 < $1.1 }.map { ConvolutionMethod.native($0.0) }
    // With AVX-512 oneDNN has kernels of its own for both, where it is of a version that has.
    let prefersOneDNN = OneDNN.channelBlock == 16 && (!problem.isFilterable || oneDNN.count > 1)
    return prefersOneDNN ? oneDNN + native : native + oneDNN
  }

  /// The native gradient of a convolution's weights and bias; nil where oneDNN's is better: with its Winograd.
  package func nativeWeightsGradient(
    _ geometry: ConvolutionGeometry, source: TensorShape, destination: TensorShape
  ) -> BlockedWeightsGradient? {
    OneDNN.hasWinograd ? nil : BlockedWeightsGradient(geometry, source: source, destination: destination)
  }
}
