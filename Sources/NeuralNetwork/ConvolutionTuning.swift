import OneDNNKernels
import Synchronization

/// How a plan decides in which way each of its convolutions is computed.
public enum ConvolutionTuning: String, Sendable, Hashable, CaseIterable {
  /// By a fixed table: the same choice in every run, hence the same bytes.
  case off
  /// Measures the few ways that the table thinks best when the plan is built; some hundred milliseconds.
  case fast
  /// Measures every way.
  case full
}

/// What compiling a plan may cost for what running it gains.
public struct PlanEffort: Sendable, Hashable {
  /// How the way of computing each convolution is chosen.
  public var tuning: ConvolutionTuning
  /// How often the plan is going to run: weights that take long to pack are not worth it for a few images.
  public var expectedRuns: Int
  /// Computes every layer of an int8 recipe in integers. Else those that are quicker in floats are computed so: without
  /// VNNI most layers of 3×3 cells.
  public var keepsRecipe: Bool
  /// Where packed weights are shared with other plans of the same parameters; nil for the plan's own.
  public var sharedWeights: SharedWeights?

  public init(
    tuning: ConvolutionTuning = .off, expectedRuns: Int = 1000, keepsRecipe: Bool = false,
    sharedWeights: SharedWeights? = nil
  ) {
    precondition(expectedRuns > 0, "a plan runs at least once")
    self.tuning = tuning
    self.expectedRuns = expectedRuns
    self.keepsRecipe = keepsRecipe
    self.sharedWeights = sharedWeights
  }
}

/// Decides for the convolutions of one plan.
final class ConvolutionChooser {
  private struct Question: Hashable {
    var site: ConvolutionSite
    var methods: [ConvolutionMethod]
    var threads: Int
  }

  /// What was measured, for all plans: those of detectors that work side by side decide alike.
  private static let measured = Mutex<[Question: ConvolutionMethod]>([:])

  private let effort: PlanEffort
  private var known: [ConvolutionSite: ConvolutionMethod] = [:]

  init(_ effort: PlanEffort) { self.effort = effort }

  func method(for site: ConvolutionSite) throws -> ConvolutionMethod {
    if let method = known[site] { return method }
    let method: ConvolutionMethod
    switch effort.tuning {
    case .off: method = ranked(site)[0]
    case .fast: method = try quickest(Array(ranked(site).prefix(3)), site)
    case .full: method = try quickest(site.methods, site)
    }
    known[site] = method
    return method
  }

  /// The convolution of our own that is best for a site; nil where the library's is better.
  func own(_ site: ConvolutionSite) throws -> BlockedConvolution? {
    guard case .own(let method) = try method(for: site) else { return nil }
    return site.own(method)
  }

  private func quickest(_ methods: [ConvolutionMethod], _ site: ConvolutionSite) throws -> ConvolutionMethod {
    if methods.count == 1 { return methods[0] }
    let question = Question(site: site, methods: methods, threads: OneDNN.threadCount)
    return try Self.measured.withLock { measured in
      if let method = measured[question] { return method }
      let seconds = try methods.map { try ConvolutionTimer.seconds($0, site) ?? .infinity }
      let method = methods[seconds.indices.min { seconds[$0] < seconds[$1] } ?? 0]
      measured[question] = method
      return method
    }
  }

  /// The table's opinion, best first, never empty.
  private func ranked(_ site: ConvolutionSite) -> [ConvolutionMethod] {
    let library = ConvolutionAlgorithm.candidates(site.geometry, .inference, output: site.destination)
      .map(ConvolutionMethod.library)
    let own = site.methods.compactMap { method -> (BlockedConvolution.Method, Double)? in
      guard case .own(let own) = method else { return nil }
      if case .winograd(let tile, let group) = own, group != ConvolutionCost.tileGroup(tile: tile, site) { return nil }
      return (own, ConvolutionCost.seconds(own, site, expectedRuns: effort.expectedRuns))
    }
    let ours = own.sorted { $0.1 < $1.1 }.map { ConvolutionMethod.own($0.0) }
    // With AVX-512 the library has kernels of its own for both, where it is of a version that has.
    let prefersLibrary = OneDNN.channelBlock == 16 && (!site.isFilterable || library.count > 1)
    return prefersLibrary ? library + ours : ours + library
  }
}
