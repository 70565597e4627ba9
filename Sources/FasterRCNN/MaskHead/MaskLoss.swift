import DetectionUtilities
import Foundation
import Tensors

/// What the mask head learns (He et al. 2017, section 3): binary cross-entropy of every cell of the masks of regions' own classes,
/// the mean over cells and counted regions, as in torchvision.
package struct MaskLoss {
  package var weight: Double

  package init(weight: Double = 1) { self.weight = weight }

  package struct Value {
    package var value: Float
    package var gradient: Tensor
  }

  /// - Parameters:
  ///   - logits: R × (1 + classes) × M × M, background first.
  ///   - samples: as many; those without an object or its mask do not count.
  package func callAsFunction(logits: Tensor, samples: [RegionSample]) -> Value {
    let (size, classes) = (logits.shape[3], logits.shape[1])
    precondition(logits.shape == [samples.count, classes, size, size], "masks of every region")
    let target = MaskTarget(size: size)
    let cells = size * size
    let counted = samples.count { $0.isCounted && $0.object?.mask != nil }
    let share = weight / Double(max(1, counted) * cells)
    var sum = 0.0
    var gradient = Tensor(zeros: logits.shape)
    logits.withUnsafeBufferPointer { values in
      gradient.withUnsafeMutableBufferPointer { slopes in
        for (row, sample) in samples.enumerated() where sample.isCounted {
          guard let object = sample.object, let mask = object.mask else { continue }
          let first = (row * classes + object.classIndex + 1) * cells
          for (cell, wanted) in target(mask, box: sample.region.box).enumerated() {
            let (logit, wanted) = (Double(values[first + cell]), Double(wanted))
            // log(1 + e^x) - x t, without overflow.
            sum += share * (max(logit, 0) - logit * wanted + log1p(exp(-abs(logit))))
            slopes[first + cell] = Float(share * (1 / (1 + exp(-logit)) - wanted))
          }
        }
      }
    }
    return Value(value: Float(sum), gradient: gradient)
  }
}

extension [RegionSample] {
  /// The regions whose masks are learnt: of every image at most so many, those of objects with a mask. Where there are fewer, one
  /// is repeated without counting, so that the network's statistics see real regions.
  ///
  /// - Parameters:
  ///   - perImage: of the result.
  ///   - imageCount: of the batch.
  func withMasks(perImage: Int, imageCount: Int) -> [RegionSample] {
    (0..<imageCount).flatMap { image -> [RegionSample] in
      let own = filter { $0.region.image == image }
      var chosen = Array(own.filter { $0.isCounted && $0.object?.mask != nil }.prefix(perImage))
      let found = chosen.count
      for index in found..<perImage {
        var copy = found > 0 ? chosen[index % found] : own[index % own.count]
        copy.isCounted = false
        chosen.append(copy)
      }
      return chosen
    }
  }
}
