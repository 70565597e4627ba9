import CPUKernels
import DetectionUtilities
import ImageCodecs
import Tensors

/// Scores of one image's pixels, 1×classes×H×W.
package struct PixelScores {
  package let scores: Tensor

  package init(scores: Tensor) { self.scores = scores }

  private var classCount: Int { scores.shape[1] }
  private var rowLength: Int { scores.shape[3] }
  private var area: Int { scores.shape[2] * scores.shape[3] }

  /// Writes the class with the highest score in every pixel, of equal ones the first.
  ///
  /// - Parameters:
  ///   - column, row: of the scores, where the part begins that is written.
  ///   - columns, rows: of the labels, what is written.
  package func writeMostProbable(
    fromColumn column: Int, row: Int, to labels: inout LabelMap, columns: Range<Int>, rows: Range<Int>
  ) {
    let width = labels.width
    scores.withUnsafeBufferPointer { scores in
      labels.indices.withUnsafeMutableBufferPointer { indices in
        nonisolated(unsafe) let indices = indices
        KernelThreads.run(rows.count) { line in
          let source = (row + line) * rowLength + column
          let target = (rows.lowerBound + line) * width + columns.lowerBound
          var best = [Float](scores[source..<source + columns.count])
          for place in 0..<columns.count { indices[target + place] = 0 }
          for index in 1..<max(1, classCount) {
            let plane = index * area + source
            for place in 0..<columns.count where scores[plane + place] > best[place] {
              best[place] = scores[plane + place]
              indices[target + place] = UInt8(index)
            }
          }
        }
      }
    }
  }

  /// The class with the highest score in every pixel, of equal ones the first.
  package var mostProbable: LabelMap {
    let size = ImageSize(width: scores.shape[3], height: scores.shape[2])
    var labels = LabelMap(size: size)
    writeMostProbable(
      fromColumn: 0, row: 0, to: &labels, columns: 0..<size.width, rows: 0..<size.height)
    return labels
  }

  /// Scores whose softmax is the mean of several ones' probabilities.
  ///
  /// - Parameter views: scores of views of one image, which is the first view.
  package static func mean(of views: [(symmetry: ImageSymmetry, scores: PixelScores)]) -> PixelScores {
    precondition(!views.isEmpty, "a mean of no scores")
    if views.count == 1 { return views[0].scores }
    let shape = views[0].scores.scores.shape
    let (classCount, area) = (shape[1], shape[2] * shape[3])
    let size = ImageSize(width: shape[3], height: shape[2])
    var sum = Tensor(zeros: shape)
    for (symmetry, scores) in views {
      let own = scores.scores.shape
      let shares = scores.probabilities(columns: 0..<own[3], rows: 0..<own[2])
      let places = symmetry.places(in: size)
      sum.withUnsafeMutableBufferPointer { sum in
        for index in 0..<classCount {
          for (pixel, place) in places.enumerated() { sum[index * area + place] += shares[index * area + pixel] }
        }
      }
    }
    sum.withUnsafeMutableBufferPointer { values in
      // A share that is 0 in all views stays far below all others.
      for index in values.indices { values[index] = Float(Double(max(values[index], 1e-30)).logarithm()) }
    }
    return PixelScores(scores: sum)
  }

  /// Softmax over the classes of a part, classes × rows × columns.
  package func probabilities(columns: Range<Int>, rows: Range<Int>) -> [Float] {
    let whole = scores.shape
    let loops = LabelledScores(
      shape: whole, labels: [LabelMap(size: ImageSize(width: whole[3], height: whole[2]))])
    var shares = Tensor(zeros: whole)
    shares.withUnsafeMutableBufferPointer { shares in
      scores.withUnsafeBufferPointer { loops.softmax($0, into: shares) }
    }
    var result: [Float] = []
    result.reserveCapacity(classCount * rows.count * columns.count)
    shares.withUnsafeBufferPointer { shares in
      for index in 0..<classCount {
        for row in rows {
          let start = index * area + row * rowLength
          result.append(contentsOf: shares[start + columns.lowerBound..<start + columns.upperBound])
        }
      }
    }
    return result
  }
}
