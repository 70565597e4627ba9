import Backbones
import ComputeGraph

/// The fully convolutional network of Long et al. 2015 on any backbone: scores of the map at stride 32 are doubled by transposed
/// convolutions, and those of finer maps added, down to stride 8, 16 or 32.
struct SkipFCN {
  var backbone: BackboneConfiguration
  var classCount: Int
  /// 8, 16 or 32.
  var finestStride: Int

  /// Scores at the finest stride.
  func callAsFunction(_ images: Value) -> Value {
    let trunk = Backbone(backbone, prefix: "backbone.")
    let (maps, described) = (trunk(images), trunk.featureMaps)
    let coarsest = maps.count - 1
    var scores = score(maps[coarsest], described[coarsest])
    // A MobileNet has two maps at stride 32.
    var stride = described[coarsest].stride
    for index in maps.indices.reversed() where described[index].stride < stride {
      guard described[index].stride >= finestStride else { break }
      stride = described[index].stride
      scores = doubled(scores, to: stride).cropped(like: maps[index]) + score(maps[index], described[index])
    }
    return scores
  }

  private func score(_ map: Value, _ description: FeatureMapSpecification) -> Value {
    Convolution(
      "score\(description.stride)", inputChannels: description.channels, outputChannels: classCount, kernelSize: 1)(map)
  }

  /// Weights begin as bilinear interpolation, see ``bilinearWeights(classCount:)``.
  private func doubled(_ scores: Value, to stride: Int) -> Value {
    let geometry = ConvolutionGeometry(
      inputChannels: classCount, outputChannels: classCount, kernelSize: 4, stride: 2, padding: 1, isTransposed: true)
    return Convolution("upscore\(stride)", geometry: geometry, hasBias: false)(scores)
  }

  /// What the parameters of a doubling are called.
  static func isDoubling(_ parameter: String) -> Bool { parameter.hasPrefix("upscore") }

  /// A 4×4 kernel of every class to itself: 1/4, 3/4, 3/4, 1/4 along both axes.
  static func bilinearWeights(classCount: Int) -> [Float] {
    let taps: [Float] = [0.25, 0.75, 0.75, 0.25]
    return (0..<classCount * classCount).flatMap { pair -> [Float] in
      let isOwn = pair / classCount == pair % classCount
      return (0..<16).map { isOwn ? taps[$0 / 4] * taps[$0 % 4] : 0 }
    }
  }
}
