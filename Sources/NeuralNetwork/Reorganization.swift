import OneDNNKernels
import Tensors

/// Darknet's space-to-depth, the `[reorg]` layer of YOLOv2 (Redmon & Farhadi 2017, section 2, "Fine-Grained Features").
///
/// Not the order that other programs have: Darknet's code reads the map as if it had stride² fewer channels and stride
/// times the rows and columns, and networks are trained with that.
enum Reorganization {
  /// For every element of the result, N×(s²·C)×(H/s)×(W/s), the element of the input, N×C×H×W, that it is; both row-major.
  static func sources(input shape: TensorShape, stride: Int) -> [Int32] {
    let (channels, rows, columns) = (shape[1], shape[2], shape[3])
    let fewer = channels / (stride * stride)
    let imageCount = channels * rows * columns
    var result = [Int32](repeating: 0, count: shape.elementCount)
    for image in 0..<shape[0] {
      for channel in 0..<channels {
        let (offset, fewerChannel) = channel.quotientAndRemainder(dividingBy: fewer)
        for row in 0..<rows {
          for column in 0..<columns {
            let widerColumn = column * stride + offset % stride
            let widerRow = row * stride + offset / stride
            let source = widerColumn + columns * stride * (widerRow + rows * stride * fewerChannel)
            result[image * imageCount + column + columns * (row + rows * channel)] = Int32(image * imageCount + source)
          }
        }
      }
    }
    return result
  }
}

extension PlanBuilder {
  /// Reorganises a map of shape `input`, or carries the gradient back; both maps as plans keep them.
  func emitReorganization(
    _ name: String, node: Int, input: TensorShape, output: TensorShape, stride: Int, from source: MemorySlice,
    to result: MemorySlice, backward: Bool = false
  ) throws(KernelError) {
    let (before, after) = backward ? (output, input) : (input, output)
    let (plainBefore, plainAfter) = (TensorLayout(.plain, shape: before), TensorLayout(.plain, shape: after))
    let (gathered, permuted) = (buffer(plainBefore.byteCount), buffer(plainAfter.byteCount))
    try emitReorder(name, node: node, from: (source, canonicalLayout(before)), to: (gathered, plainBefore))
    let sources = Reorganization.sources(input: input, stride: stride)
    emit(name, node: node, using: [gathered, permuted]) { arena in
      let from = arena.address(gathered).assumingMemoryBound(to: Float.self)
      let to = arena.address(permuted).assumingMemoryBound(to: Float.self)
      if backward {
        for (index, place) in sources.enumerated() { to[Int(place)] = from[index] }
      } else {
        for (index, place) in sources.enumerated() { to[index] = from[Int(place)] }
      }
    }
    try emitReorder(name, node: node, from: (permuted, plainAfter), to: (result, canonicalLayout(after)))
  }
}
