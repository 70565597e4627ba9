import DetectionUtilities
import FasterRCNN
import ImageCodecs
import Testing

struct GraphSegmentationTests {
  /// Equal pixels join at weight 0 whatever k. Over the border the weight is √3 · 10 = 17.3; each half has 4 pixels, so
  /// that the threshold is 0 + k / 4.
  @Test(arguments: [(scale: 69.0, count: 2), (scale: 70.0, count: 1)])
  func thresholdByHand(scale: Double, count: Int) {
    let image = TestPictures.grey([[0, 0, 10, 10], [0, 0, 10, 10]])
    let segmentation = GraphSegmentation(of: image, scale: scale, minimumSize: 1, sigma: 0)
    #expect(segmentation.count == count)
    #expect(segmentation.labels == (count == 2 ? [0, 0, 1, 1, 0, 0, 1, 1] : [0, 0, 0, 0, 0, 0, 0, 0]))
  }

  /// Edges in a row of 0, 1, 3, 9 weigh √3, 2√3 and 6√3. With k = 4: {0, 1} joins, as √3 ≤ 4; its threshold becomes
  /// √3 + 4/2 = 3.73 ≥ 2√3 = 3.46, so 3 joins; then 2√3 + 4/3 = 4.80 < 6√3 keeps 9 apart. With k = 3 the threshold of
  /// {0, 1} is √3 + 3/2 = 3.23 < 3.46, and 3 stays apart too.
  @Test(arguments: [(scale: 4.0, labels: [0, 0, 0, 1]), (scale: 3.0, labels: [0, 0, 1, 2])])
  func internalDifferenceByHand(scale: Double, labels: [Int32]) {
    let image = TestPictures.grey([[0, 1, 3, 9]])
    #expect(GraphSegmentation(of: image, scale: scale, minimumSize: 1, sigma: 0).labels == labels)
  }

  /// The lonely pixel 3 goes over the lighter of its edges: to 1 rather than to 9.
  @Test func smallRegionsJoinTheNearest() {
    let image = TestPictures.grey([[0, 1, 3, 9, 9]])
    let segmentation = GraphSegmentation(of: image, scale: 3, minimumSize: 2, sigma: 0)
    #expect(segmentation.labels == [0, 0, 0, 1, 1])
  }

  @Test func regionsTouchOverCorners() {
    let image = TestPictures.grey([[0, 90], [180, 255]])
    let segmentation = GraphSegmentation(of: image, scale: 1, minimumSize: 1, sigma: 0)
    #expect(segmentation.count == 4)
    let pairs = segmentation.neighbors.map { [$0.0, $0.1] }
    #expect(pairs == [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]])
  }

  @Test(arguments: [2, 20, 150], [ColorSpace.rgb, .hsv, .lab])
  func labelsAreAPartition(minimumSize: Int, space: ColorSpace) {
    let image = TestPictures.noise(ImageSize(width: 37, height: 23), seed: 3)
    let segmentation = GraphSegmentation(of: image, scale: 40, minimumSize: minimumSize, colorSpace: space)
    var sizes = [Int](repeating: 0, count: segmentation.count)
    for label in segmentation.labels { sizes[Int(label)] += 1 }
    #expect(segmentation.labels.count == 37 * 23)
    #expect(sizes.allSatisfy { $0 >= minimumSize })
    // Numbered in the order of their first pixels.
    var next: Int32 = 0
    for label in segmentation.labels where label >= next {
      #expect(label == next)
      next += 1
    }
  }

  /// Every pixel reaches every other of its region through neighbours of the same label.
  @Test func regionsAreConnected() {
    let size = ImageSize(width: 30, height: 30)
    let segmentation = GraphSegmentation(
      of: TestPictures.noise(size, seed: 5), scale: 60, minimumSize: 5)
    var reached = Set<Int>()
    var pieces = 0
    for start in 0..<900 where reached.insert(start).inserted {
      pieces += 1
      var open = [start]
      while let pixel = open.popLast() {
        for y in max(0, pixel / 30 - 1)...min(29, pixel / 30 + 1) {
          for x in max(0, pixel % 30 - 1)...min(29, pixel % 30 + 1)
          where segmentation.labels[30 * y + x] == segmentation.labels[pixel] && reached.insert(30 * y + x).inserted {
            open.append(30 * y + x)
          }
        }
      }
    }
    #expect(pieces == segmentation.count)
  }

  @Test(arguments: [ImageSize(width: 1, height: 1), .init(width: 1, height: 9), .init(width: 40, height: 30)])
  func uniformImageIsOneRegion(size: ImageSize) {
    let segmentation = GraphSegmentation(of: RGBImage(size: size, color: (9, 200, 30)), scale: 50, minimumSize: 50)
    #expect(segmentation.count == 1)
    #expect(segmentation.labels == [Int32](repeating: 0, count: size.width * size.height))
    #expect(segmentation.neighbors.isEmpty)
  }
}
