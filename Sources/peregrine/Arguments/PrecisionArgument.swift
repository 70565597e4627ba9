import ArgumentParser
import ModelZoo

/// What a model is computed in: what `detect`, `segment`, `evaluate` and `benchmark` share.
struct PrecisionArgument: ParsableArguments {
  @Option(
    help: """
      What a model in f32 is computed in: f32 or bf16, which needs AVX-512 with bf16; a model in int8 is computed in that \
      alone. By default the model's own.
      """)
  var precision: RequestedPrecision?

  /// A model from a file or the program, computed as the user wants it.
  func model(_ source: ModelSource) throws -> LoadedModel {
    let model = try LoadedModel(source)
    return if let precision { try model.computed(in: precision) } else { model }
  }
}

extension RequestedPrecision: ExpressibleByArgument {}
