import Augmentation
import ImageCodecs
import Training

/// Batches of two small grey images whose brightness depends on the request alone.
struct FakeBatches: TrainingBatchSource {
  struct Failure: Error {}

  var batchCount = 5
  /// Place in the run at which the batch cannot be read.
  var badPlace: Int?

  func batches(_ request: @escaping @Sendable (_ place: Int) -> BatchRequest?) -> () throws -> [TrainingSample]? {
    var place = 0
    return {
      defer { place += 1 }
      if place == badPlace { throw Failure() }
      return request(place).map(samples)
    }
  }

  private func samples(_ request: BatchRequest) -> [TrainingSample] {
    (0..<2).map { image in
      let grey = UInt8((request.epoch * 71 + request.index * 37 + image * 101 + (request.mosaic ? 7 : 0)) % 256)
      return TrainingSample(
        image: RGBImage(size: ImageSize(width: 2, height: 1), color: (grey, grey, grey)), objects: [],
        sourcePath: "image-\(request.epoch)-\(request.index)-\(image).jpg")
    }
  }
}
