import Tensors

extension YOLOLoss {
  /// Adds the objectness loss of a level as if every prediction were background, and its gradient.
  ///
  /// The cross-entropy of a logit x with target t is softplus(x) − t·x, so a positive is corrected later by −t·x alone.
  static func addBackground(level: GridLevel, output: Tensor, weight: Double, gradient: inout Tensor) -> Double {
    let planes = level.images * level.anchors.count
    let count = level.cellCount
    let scale = Float(weight)
    var total = 0.0
    output.withUnsafeBufferPointer { values in
      gradient.withUnsafeMutableBufferPointer { gradients in
        let source = UnsafeRawBufferPointer(values)
        let destination = UnsafeMutableRawBufferPointer(gradients)
        for plane in 0..<planes {
          let start = (plane * (5 + level.classCount) + 4) * count
          let vectorEnd = count - count % 8
          var sum = SIMD8<Float>.zero
          for cell in stride(from: 0, to: vectorEnd, by: 8) {
            let bytes = (start + cell) * MemoryLayout<Float>.stride
            let logits = source.loadUnaligned(fromByteOffset: bytes, as: SIMD8<Float>.self)
            let (sigmoid, softplus) = Logistic.sigmoidAndSoftplus(logits)
            sum += softplus
            destination.storeBytes(of: sigmoid * scale, toByteOffset: bytes, as: SIMD8<Float>.self)
          }
          total += Double(sum.sum())
          for index in start + vectorEnd..<start + count {
            let logit = Double(values[index])
            total += Logistic.softplus(logit)
            gradients[index] = Float(Logistic.sigmoid(logit) * weight)
          }
        }
      }
    }
    return total * weight
  }
}

extension Tensor {
  /// Whether no element is NaN or infinite.
  var isFinite: Bool {
    withUnsafeBufferPointer { values in
      // 0·x is 0 for a finite x and NaN otherwise, and a sum keeps a NaN.
      let bytes = UnsafeRawBufferPointer(values)
      let vectorEnd = values.count - values.count % 8
      var sum = SIMD8<Float>.zero
      for index in stride(from: 0, to: vectorEnd, by: 8) {
        let vector = bytes.loadUnaligned(
          fromByteOffset: index * MemoryLayout<Float>.stride, as: SIMD8<Float>.self)
        sum += vector * 0
      }
      return sum.sum() == 0 && values[vectorEnd...].allSatisfy(\.isFinite)
    }
  }
}
