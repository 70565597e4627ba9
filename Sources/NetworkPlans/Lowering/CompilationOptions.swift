import CPUKernels

/// What compiling a plan may cost for what running it gains.
public struct CompilationOptions: Sendable, Hashable {
  /// How the way of computing each convolution is chosen.
  public var tuning: ConvolutionTuning
  /// How often the plan is going to run: weights that take long to pack are not worth it for a few images.
  public var expectedRuns: Int
  /// Computes every layer of an int8 recipe in integers, or every convolution that can be in bf16. Else those that are
  /// quicker in floats are computed so: in integers without VNNI most layers of 3×3 cells.
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
