import Synchronization

/// Weights in the forms that kernels want, for plans of one network that live beside each other: those of detectors that
/// work on different images, or of a trunk compiled for several sizes.
///
/// Each form of a parameter is packed by the plan that comes first, and kept as long as a plan uses it. Safe to use from
/// several threads.
public final class SharedWeights: Sendable {
  private struct Known {
    weak var region: WeightRegion?
  }

  /// By the parameter's name.
  private let known = Mutex<[String: [Known]]>([:])

  public init() {}

  /// The memory for a parameter in a form, which may be packed already.
  func region(_ name: String, _ form: WeightPacking.Form, byteCount: Int) throws -> WeightRegion {
    try known.withLock { known in
      known[name]?.removeAll { $0.region == nil }
      let found = known[name]?.lazy.compactMap(\.region).first { $0.form == form && $0.byteCount == byteCount }
      if let found { return found }
      let region = try WeightRegion(form, byteCount: byteCount)
      known[name, default: []].append(Known(region: region))
      return region
    }
  }
}

/// By identity: the same object, the same weights.
extension SharedWeights: Hashable {
  public static func == (left: SharedWeights, right: SharedWeights) -> Bool { left === right }
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// One parameter in one form, on memory of its own: written once under a lock, only read afterwards.
final class WeightRegion: @unchecked Sendable {
  let form: WeightPacking.Form
  let byteCount: Int
  let arena: Arena
  private let isPacked = Mutex(false)

  init(_ form: WeightPacking.Form, byteCount: Int) throws(MemoryShortage) {
    self.form = form
    self.byteCount = byteCount
    arena = try Arena([BufferRequest(byteCount: byteCount, lifetime: 0...0)])
  }

  /// Packs unless that has been done; false, without waiting, where somebody else is at it.
  func tryPack(_ pack: () throws -> Void) throws -> Bool {
    try isPacked.withLockIfAvailable { try Self.packOnce(&$0, pack) } != nil
  }

  /// Packs unless that has been done, or waits until it is.
  func packOrWait(_ pack: () throws -> Void) throws {
    try isPacked.withLock { try Self.packOnce(&$0, pack) }
  }

  private static func packOnce(_ isPacked: inout Bool, _ pack: () throws -> Void) throws {
    if isPacked { return }
    try pack()
    isPacked = true
  }
}
