import CPUKernels
import ComputeGraph
import Files
import Foundation
import Tensors

/// How long a network takes, per layer and as a whole.
public struct NetworkBenchmark: Codable, Sendable {
  /// One step of a plan.
  public struct Step: Codable, Sendable {
    public var name: String
    /// How it is computed: the name of oneDNN's kernel, or of ours.
    public var implementation: String
    /// Median over the runs.
    public var milliseconds: Double
    /// Effective rate, for layers whose operations are counted.
    public var gigaflopsPerSecond: Double?
    /// Of ``NetworkBenchmark/peakGigaflopsPerSecond``; above 1 where a shortcut saves operations.
    public var shareOfPeak: Double?
    /// Bytes that the step is the first to touch: its result and its scratch.
    public var allocatedByteCount: Int?
  }

  public var steps: [Step]
  public var runs: Int
  public var threads: Int
  public var medianMilliseconds: Double
  public var fastestMilliseconds: Double
  public var ninetiethMilliseconds: Double
  public var ninetyNinthMilliseconds: Double
  /// What multiplications and additions on registers alone reached in the same run.
  public var peakGigaflopsPerSecond: Double
  /// Operations of one run, in thousand millions; a training step counts three forward passes.
  public var gigaflops: Double
  public var gigaflopsPerSecond: Double
  public var imagesPerSecond: Double
  public var memoryByteCount: Int
  /// Layers computed in integers; nil for a network in f32.
  public var integerLayers: Int?
  /// Convolutions and fully connected layers computed in bf16, of ``layers``; nil for a network in another precision.
  public var bfloat16Layers: Int?
  public var layers: Int?

  /// Times an inference plan.
  public static func inference(
    _ graph: Graph, _ parameters: ParameterStore, input: TensorShape, runs: Int,
    options: InferencePlan.Options = .init()
  ) throws -> NetworkBenchmark {
    let plan = try InferencePlan(graph, parameters: parameters, inputShape: input, options: options)
    _ = try plan.run(pattern(input))
    let costs = try plan.graph.costs(input: input)
    let profiles = try (0..<min(runs, 20)).map { _ in try plan.profile() }
    let peak = PeakRate.measure()
    let steps = profiles[0].indices.map { index in
      let seconds = median(profiles.map { $0[index].seconds })
      let operations = profiles[0][index].node.map { costs[$0].floatingPointOperations } ?? 0
      let rate = operations > 0 ? Double(operations) / seconds : nil
      return Step(
        name: profiles[0][index].name, implementation: profiles[0][index].implementation,
        milliseconds: seconds * 1e3, gigaflopsPerSecond: rate.map { $0 / 1e9 }, shareOfPeak: rate.map { $0 / peak },
        allocatedByteCount: plan.allocatedByteCounts[index])
    }
    let times = try timed(runs) { try plan.runSteps() }
    let operations = costs.reduce(0) { $0 + $1.floatingPointOperations }
    var result = NetworkBenchmark(
      steps: steps, times: times, operations: operations, batch: input[0], memoryByteCount: plan.memoryByteCount,
      peak: peak)
    if case .int8 = options.precision { result.integerLayers = plan.integerLayerCount }
    if options.precision == .bfloat16 {
      result.bfloat16Layers = plan.bfloat16LayerCount
      result.layers = plan.graph.nodes.count { $0.multiplies }
    }
    return result
  }

  /// Times forward, backward and the movement of weights and gradients of a training plan.
  public static func training(
    _ graph: Graph, _ parameters: ParameterStore, input: TensorShape, runs: Int, precision: TrainingPrecision = .float32
  ) throws -> NetworkBenchmark {
    let plan = try TrainingPlan(graph, inputShape: input, precision: precision)
    let images = pattern(input)
    func step() throws {
      let outputs = try plan.forward(images, parameters: parameters)
      _ = try plan.backward(outputs)
    }
    try step()
    let profiles = try (0..<min(runs, 5)).map { _ in try plan.profile() }
    let steps = profiles[0].indices.map { index in
      Step(
        name: profiles[0][index].name, implementation: profiles[0][index].implementation,
        milliseconds: median(profiles.map { $0[index].seconds }) * 1e3)
    }
    let times = try timed(runs, step)
    return NetworkBenchmark(
      steps: steps, times: times, operations: 3 * (try graph.floatingPointOperations(input: input)), batch: input[0],
      memoryByteCount: plan.memoryByteCount, peak: PeakRate.measure())
  }

  private init(
    steps: [Step], times: [Double], operations: Int, batch: Int, memoryByteCount: Int, peak: Double
  ) {
    let sorted = times.sorted()
    let middle = Self.median(times)
    self.steps = steps
    runs = times.count
    threads = KernelThreads.count
    medianMilliseconds = middle * 1e3
    fastestMilliseconds = sorted[0] * 1e3
    ninetiethMilliseconds = sorted[min(sorted.count - 1, sorted.count * 9 / 10)] * 1e3
    ninetyNinthMilliseconds = sorted[min(sorted.count - 1, sorted.count * 99 / 100)] * 1e3
    peakGigaflopsPerSecond = peak / 1e9
    gigaflops = Double(operations) / 1e9
    gigaflopsPerSecond = Double(operations) / middle / 1e9
    imagesPerSecond = Double(batch) / middle
    self.memoryByteCount = memoryByteCount
  }

  /// The figures as JSON, with keys in order.
  public func json(isPretty: Bool = true) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = isPretty ? [.prettyPrinted, .sortedKeys] : [.sortedKeys]
    return try encoder.encode(self)
  }

  /// Writes the figures as JSON, atomically.
  public func write(to path: String) throws {
    try OutputFile.write(try json(), to: path)
  }

  /// Seconds of each run, after a few that do not count.
  private static func timed(_ runs: Int, _ body: () throws -> Void) throws -> [Double] {
    for _ in 0..<3 { try body() }
    return try (0..<runs).map { _ in try ContinuousClock().measure(body) / .seconds(1) }
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// Anything but zeros, which some machines compute faster.
  private static func pattern(_ shape: TensorShape) -> Tensor {
    Tensor(shape: shape, values: (0..<shape.elementCount).map { Float(($0 &* 2_654_435_761) >> 8 & 255) / 255 })
  }
}
