import ImageCodecs
import Models

/// Probabilities of all that a network sees of an image, classes × height × width, until they are complete.
struct CanvasProbabilities {
  private let size: ImageSize
  private let classCount: Int
  private var values: [Float]

  init(size: ImageSize, classCount: Int) {
    self.size = size
    self.classCount = classCount
    values = [Float](repeating: 0, count: classCount * size.width * size.height)
  }

  mutating func insert(_ part: PixelProbabilities) {
    for line in 0..<classCount * part.size.height {
      let (index, row) = (line / part.size.height, line % part.size.height)
      let target = (index * size.height + part.y + row) * size.width + part.x
      let source = line * part.size.width
      for column in 0..<part.size.width { values[target + column] = part.values[source + column] }
    }
  }

  /// Hands out the probabilities of the image's pixels, some rows at a time: each has those of the pixel that its middle falls on,
  /// as labels are mapped back.
  func send(
    mappedBackBy transform: ImageTransform, to imageSize: ImageSize, _ receive: (PixelProbabilities) throws -> Void
  ) rethrows {
    let (rows, columns) = transform.nearestPlaces(of: imageSize)
    let step = max(1, (1 << 22) / (classCount * imageSize.width))
    for first in stride(from: 0, to: imageSize.height, by: step) {
      let part = first..<min(first + step, imageSize.height)
      var mapped: [Float] = []
      mapped.reserveCapacity(classCount * part.count * imageSize.width)
      for index in 0..<classCount {
        for row in part {
          let start = (index * size.height + rows[row]) * size.width
          for column in columns { mapped.append(values[start + column]) }
        }
      }
      try receive(
        PixelProbabilities(
          x: 0, y: first, size: ImageSize(width: imageSize.width, height: part.count), values: mapped))
    }
  }
}
