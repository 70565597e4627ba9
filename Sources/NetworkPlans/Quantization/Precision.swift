import CPUKernels
import ComputeGraph

/// What a network computes with.
public enum Precision: Hashable, Sendable {
  case float32
  /// Convolutions of values and weights in bf16, the upper half of a float32, with sums in float32, where that is quicker
  /// than float32, conversions included; needs AVX-512 with bf16.
  case bfloat16
  /// Convolutions in 8-bit integers where the recipe says so, float32 elsewhere; without VNNI also where that is quicker,
  /// unless ``CompilationOptions/keepsRecipe``.
  case int8(QuantizationRecipe)

  /// As users name it: f32, bf16 or int8.
  public var name: String {
    switch self {
    case .float32: "f32"
    case .bfloat16: "bf16"
    case .int8: "int8"
    }
  }

  /// Throws where this machine lacks the precision: nothing is computed in another one in silence.
  public func check() throws(PrecisionError) {
    switch self {
    case .float32: return
    case .bfloat16:
      if !BFloat16.isAvailable {
        throw .unsupported(precision: name, instructionSet: OneDNN.instructionSet, needed: "AVX-512 with bf16")
      }
    case .int8(let recipe):
      try Self.check(weightBits: recipe.weightBits)
    }
  }

  /// Throws where this processor cannot compute in int8 with weights of so many bits.
  public static func check(weightBits: Int) throws(PrecisionError) {
    if !OneDNN.hasByteKernels {
      throw .unsupported(
        precision: "int8", instructionSet: "oneDNN \(OneDNN.version), \(OneDNN.instructionSet)", needed: "oneDNN 2.x")
    }
    if weightBits > 7 && !OneDNN.hasByteDotProduct {
      throw .unsupported(
        precision: "int8 with weights of \(weightBits) bits", instructionSet: OneDNN.instructionSet,
        needed: "VNNI, or weights of 7 bits, which are the same on every processor")
    }
  }

  /// What a plan must know of its layers; nil where all of them are in float32.
  func layers(of graph: Graph, parameters: ParameterStore) throws(PrecisionError) -> QuantizedLayers? {
    try check()
    guard case .int8(let recipe) = self else { return nil }
    return try QuantizedLayers(recipe, graph: graph, parameters: parameters)
  }
}

/// A precision that cannot be had.
public enum PrecisionError: Error, Equatable, CustomStringConvertible {
  case unsupported(precision: String, instructionSet: String, needed: String)
  /// The recipe is not one for this network.
  case recipe(layer: String, problem: String)

  public var description: String {
    switch self {
    case .unsupported(let precision, let instructionSet, let needed):
      "\(precision) is not available here (\(instructionSet)); it needs \(needed)"
    case .recipe(let layer, let problem): "the quantisation of layer \(layer) \(problem)"
    }
  }
}
