import DetectionUtilities
import Files
import Foundation
import ImageCodecs

/// How long the components of the work around a network take: reading an image, bringing it into shape, decoding boxes,
/// suppression, pooling.
///
/// Inputs are seeded, so that every run times the same work. Codecs, resizing and suppression run on one thread; RoIAlign
/// on `KernelThreads.count`.
public struct ComponentBenchmark: Codable, Sendable {
  /// One component's times.
  public struct Component: Codable, Sendable {
    public var name: String
    public var medianMilliseconds: Double
    public var fastestMilliseconds: Double
    /// What came out, where that tells how much work it was: boxes kept, say.
    public var outcome: String?
  }

  public private(set) var components: [Component] = []
  public let runs: Int

  /// Times all components.
  ///
  /// - Parameters:
  ///   - photo: a JPEG file in memory, instead of a made one of 1280×720 with the detail of a photo.
  ///   - runs: of each component.
  ///
  /// Throws an `ImageError` where the photo cannot be decoded.
  public init(photo: (bytes: [UInt8], name: String)? = nil, runs: Int) throws {
    precondition(runs >= 1, "\(runs) runs are none")
    self.runs = runs
    try timeImages(photo)
    for architecture in ModelCatalog.architectures { architecture.timeComponents(&self) }
  }

  /// Times one component, after two runs that do not count.
  mutating func time(_ name: String, outcome: String? = nil, _ body: () throws -> Void) rethrows {
    let clock = ContinuousClock()
    try body()
    try body()
    let times = try (0..<runs).map { _ in try clock.measure(body) / .seconds(1) }.sorted()
    components.append(
      Component(
        name: name, medianMilliseconds: 1e3 * times[times.count / 2], fastestMilliseconds: 1e3 * times[0],
        outcome: outcome))
  }

  /// Writes the figures as JSON, atomically.
  public func write(to path: String) throws {
    try OutputFile.writeJSON(self, to: path, formatting: .prettyPrinted)
  }
}

extension SeededGenerator {
  /// A number of the normal distribution (Box and Muller 1958).
  mutating func normal(mean: Double = 0, deviation: Double = 1) -> Double {
    let radius = (-2 * log(1 - uniform(0, 1))).squareRoot()
    return mean + deviation * radius * cos(2 * .pi * uniform(0, 1))
  }
}
