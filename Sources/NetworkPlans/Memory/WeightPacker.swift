import ComputeGraph
import Tensors

/// Packs a plan's weights once: into its own arena, or into regions that other plans use too.
struct WeightPacker {
  private let packings: [WeightPacking]
  /// By packing; nil for those in the plan's arena.
  private let shared: [WeightRegion?]

  init(_ builder: PlanBuilder, sharing weights: SharedWeights?) throws {
    packings = builder.weights
    shared = try packings.map { packing in
      guard let weights, let form = packing.form else { return nil }
      return try weights.region(packing.name, form, byteCount: builder.buffers[packing.destination.buffer].byteCount)
    }
  }

  var regions: [WeightRegion] { shared.compactMap(\.self) }

  /// The regions' memory, by the plan's buffer.
  var arenas: [Int: Arena] {
    var arenas: [Int: Arena] = [:]
    for (packing, region) in zip(packings, shared) { arenas[packing.destination.buffer] = region?.arena }
    return arenas
  }

  /// Packs what nobody else has packed or is packing, then waits for them. Parameters go as soon as they are not needed.
  func pack(_ parameters: inout ParameterStore, _ arena: Arena) throws {
    let lastUse = Dictionary(packings.enumerated().map { ($1.name, $0) }) { max($0, $1) }
    var underWay: [Int] = []
    for (index, packing) in packings.enumerated() {
      if let region = shared[index] {
        let isPacked = try region.tryPack { try packing.run(parameters, arena) }
        if !isPacked { underWay.append(index) }
      } else {
        try packing.run(parameters, arena)
      }
      if lastUse[packing.name] == index, !underWay.contains(where: { packings[$0].name == packing.name }) {
        parameters[packing.name] = nil
      }
    }
    for index in underWay {
      try shared[index]?.packOrWait { try packings[index].run(parameters, arena) }
    }
  }
}
