import ComputeGraph
import Tensors

/// Weights as integers with a scale for each output channel.
public struct WeightRounding: Sendable {
  /// Whole numbers of the weights' shape.
  public var integers: Tensor
  /// What 1 stands for, by output channel.
  public var scales: [Float]

  /// Rounds to at most ±`largest`, to nearest even.
  ///
  /// - Parameter clips: whether the scale is the one of the least square error instead of the one that fits the
  ///   largest weight.
  public init(_ weights: Tensor, largest: Float, clips: Bool) {
    let count = weights.elementCount / max(1, weights.shape[0])
    var integers = weights
    var scales: [Float] = []
    for (channel, peak) in weights.largestPerChannel.enumerated() {
      let range = channel * count..<(channel + 1) * count
      let scale = weights.withUnsafeBufferPointer { values in
        Self.scale(UnsafeBufferPointer(rebasing: values[range]), peak: peak, largest: largest, clips: clips)
      }
      scales.append(scale)
      integers.withUnsafeMutableBufferPointer { values in
        for index in range { values[index] = Self.rounded(values[index], scale, largest) }
      }
    }
    self.integers = integers
    self.scales = scales
  }

  /// From a file that stores both.
  public init(integers: Tensor, scales: [Float]) {
    self.integers = integers
    self.scales = scales
  }

  /// What the integers stand for.
  public var weights: Tensor {
    var result = integers
    let count = integers.elementCount / max(1, scales.count)
    result.withUnsafeMutableBufferPointer { values in
      for index in values.indices { values[index] *= scales[index / count] }
    }
    return result
  }

  private static func rounded(_ value: Float, _ scale: Float, _ largest: Float) -> Float {
    max(-largest, min(largest, (value / scale).rounded(.toNearestOrEven)))
  }

  private static func scale(
    _ values: UnsafeBufferPointer<Float>, peak: Float, largest: Float, clips: Bool
  ) -> Float {
    guard peak > 0, peak.isFinite else { return 1 }
    if !clips { return peak / largest }
    var best = (error: Float.infinity, scale: peak / largest)
    for step in 0..<20 {
      let scale = peak / largest * (1 - 0.025 * Float(step))
      let error = values.reduce(Float(0)) { sum, value in
        let difference = value - rounded(value, scale, largest) * scale
        return sum + difference * difference
      }
      if error < best.error { best = (error, scale) }
    }
    return best.scale
  }
}

extension QuantizationRecipe {
  /// Parameters whose weights are rounded to what the recipe's integers stand for: a plan in integers computes with
  /// exactly these.
  public func rounding(_ parameters: ParameterStore) -> ParameterStore {
    var result = parameters
    for name in weights {
      guard let tensor = parameters[name] else { continue }
      result[name] = WeightRounding(tensor, largest: largestWeight, clips: method == .meanSquare).weights
    }
    return result
  }
}

/// How a file holds quantised weights: whole numbers under the parameter's name, scales beside them.
extension QuantizationRecipe {
  private static let scaleSuffix = "#scale"

  /// The tensors to be written: others, scales, and then those that `bytes` names, which are whole numbers. Reading and
  /// writing them again gives the same order.
  public func stored(_ parameters: ParameterStore) -> (tensors: ParameterStore, bytes: Set<String>) {
    let quantized = Set(weights)
    var tensors = ParameterStore()
    var roundings: [(name: String, rounding: WeightRounding)] = []
    for name in parameters.names {
      guard let tensor = parameters[name] else { continue }
      guard quantized.contains(name) else {
        tensors[name] = tensor
        continue
      }
      let rounding = WeightRounding(tensor, largest: largestWeight, clips: method == .meanSquare)
      roundings.append((name, rounding))
    }
    for (name, rounding) in roundings {
      tensors[name + Self.scaleSuffix] = Tensor(shape: [rounding.scales.count], values: rounding.scales)
    }
    for (name, rounding) in roundings { tensors[name] = rounding.integers }
    return (tensors, Set(roundings.map(\.name)))
  }

  /// The parameters that stored tensors stand for.
  ///
  /// Throws a ``PrecisionError`` where scales or ranges are missing or no numbers to compute with.
  public func parameters(stored tensors: ParameterStore) throws(PrecisionError) -> ParameterStore {
    guard (7...8).contains(weightBits) else {
      throw .recipe(layer: layers.first ?? "", problem: "has weights of \(weightBits) bits; expected 7 or 8")
    }
    for (name, range) in ranges where !(range.largest > 0 && range.scale.isNormal) {
      throw .recipe(layer: name, problem: "has the range \(range.largest); expected a number above 0")
    }
    var result = tensors
    for name in weights {
      guard let integers = tensors[name], let scales = tensors[name + Self.scaleSuffix], integers.shape.rank > 0,
        scales.shape == [integers.shape[0]], scales.values.allSatisfy({ $0 > 0 && $0.isFinite })
      else {
        throw .recipe(layer: name, problem: "lacks a scale above 0 for each of its output channels")
      }
      result[name] = WeightRounding(integers: integers, scales: scales.values).weights
      result[name + Self.scaleSuffix] = nil
    }
    return result
  }
}
