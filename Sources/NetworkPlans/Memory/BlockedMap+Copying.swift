import CPUKernels
import Tensors

extension BlockedMap {
  /// A copy of a row-major map, N×C×H×W, in memory of its own.
  public init(copying map: Tensor) {
    self.init(zeros: map.shape)
    map.withUnsafeBufferPointer { values in
      forEachRow { place, row in
        for column in 0..<width { pointer[place + column * block] = values[row + column] }
      }
    }
  }

  /// A map of zeros in memory of its own.
  public init(zeros shape: TensorShape) {
    precondition(shape.rank == 4, "a map is N×C×H×W, not \(shape)")
    let blocks = (shape[1] + OneDNN.channelBlock - 1) / OneDNN.channelBlock
    let memory = MapMemory(count: shape[0] * blocks * shape[2] * shape[3] * OneDNN.channelBlock)
    self.init(pointer: memory.pointer, shape: shape, owner: memory)
    clear()
  }

  /// A row-major copy.
  public var tensor: Tensor {
    var result = Tensor(zeros: shape)
    result.withUnsafeMutableBufferPointer { values in
      forEachRow { place, row in
        for column in 0..<width { values[row + column] = pointer[place + column * block] }
      }
    }
    return result
  }

  /// - Parameter body: gets the places of a row's first element in this map and in row-major order.
  private func forEachRow(_ body: (_ place: Int, _ row: Int) -> Void) {
    withExtendedLifetime(self) {
      for image in 0..<images {
        for channel in 0..<channels {
          for row in 0..<height {
            body(
              offset(image: image, channel: channel, row: row, column: 0),
              ((image * channels + channel) * height + row) * width)
          }
        }
      }
    }
  }
}

/// Frees a map's memory.
private final class MapMemory {
  let pointer: UnsafeMutablePointer<Float>

  init(count: Int) {
    pointer = UnsafeMutableRawPointer.allocate(byteCount: max(64, count * MemoryLayout<Float>.stride), alignment: 64)
      .bindMemory(to: Float.self, capacity: count)
  }

  deinit { UnsafeMutableRawPointer(pointer).deallocate() }
}
