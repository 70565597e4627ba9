import CPUKernels
internal import CRegionPooling
import DetectionUtilities
internal import Glibc
import NetworkPlans

/// A part of an image that the second stage looks at.
public struct RegionOfInterest: Hashable, Sendable {
  /// Corner form, pixels of the network's input.
  public var box: BoundingBox
  /// Which image of the batch.
  public var image: Int

  public init(box: BoundingBox, image: Int) {
    self.box = box
    self.image = image
  }
}

/// Cuts regions out of feature maps, each to the same grid of bins: RoIAlign (He et al. 2017) or RoI max pooling
/// (Girshick 2015).
///
/// Maps are N × C × H × W, finest first; the result is regions × C × ``outputSize`` × ``outputSize``. A region takes from
/// one map only, by its size (``level(of:)``). Numbers agree with torchvision's `roi_align` and `roi_pool`; a region
/// outside of its map gives zeros.
///
/// A region with a coordinate that is not finite, or that lies 2^24 cells or more from the origin, gives zeros and takes
/// no gradient.
///
/// Runs on `KernelThreads.count` threads; their number does not change a bit of the result.
public struct RegionPooling: Hashable, Sendable {
  public enum Method: String, Codable, Hashable, Sendable {
    /// Mean of bilinear samples, where the centre of the first cell is at half a cell; torchvision's `aligned=True`.
    case roiAlign
    /// Mean of bilinear samples without that shift, and a region is at least one cell wide and high; torchvision's
    /// `aligned=False`, which its Faster R-CNN uses.
    case legacyRoIAlign
    /// The largest cell of every bin, with bins rounded to whole cells.
    case roiPool
  }

  public var method: Method
  /// Bins along either axis.
  public var outputSize: Int
  /// Samples per bin and axis; 0 stands for as many as the bin has cells, rounded up. Without meaning for
  /// ``Method/roiPool``.
  public var samplingRatio: Int
  /// Input pixels per cell of every map, finest first, each as many as the one before or twice as many.
  public var strides: [Double]
  /// √area, in pixels, of a region that belongs to ``canonicalLevel``.
  public var canonicalScale: Double
  /// Level of a region of ``canonicalScale``; level k has stride 2^k.
  public var canonicalLevel: Int

  /// - Precondition: `outputSize` ≥ 1, `samplingRatio` ≥ 0, and `strides` are positive and double from map to map or stay.
  public init(
    method: Method = .roiAlign, outputSize: Int = 7, samplingRatio: Int = 2, strides: [Double],
    canonicalScale: Double = 224, canonicalLevel: Int = 4
  ) {
    precondition(outputSize > 0 && samplingRatio >= 0, "there is no pooling to \(outputSize) bins a side")
    precondition(
      strides.first.map { $0 > 0 } == true
        && zip(strides, strides.dropFirst()).allSatisfy { $0 == $1 || 2 * $0 == $1 },
      "strides double from map to map or stay, unlike \(strides)")
    self.method = method
    self.outputSize = outputSize
    self.samplingRatio = samplingRatio
    self.strides = strides
    self.canonicalScale = canonicalScale
    self.canonicalLevel = canonicalLevel
  }

  /// Index into ``strides`` of the map that a region of this box takes from: equation 1 of Lin et al. 2017,
  /// ⌊k₀ + log₂(√(wh) / 224) + 10⁻⁶⌋, held to the levels there are, counted from the finest map on. As in torchvision,
  /// levels are counted by the strides: of maps of one stride, the last ones get no region.
  ///
  /// In float, as torchvision's `LevelMapper`, so that boxes at a border go the same way. A box whose area is zero or
  /// not a number goes to the finest map.
  public func level(of box: BoundingBox) -> Int {
    let area = (Float(box.x2) - Float(box.x1)) * (Float(box.y2) - Float(box.y1))
    let level = floorf(Float(canonicalLevel) + log2f(area.squareRoot() / Float(canonicalScale)) + 1e-6)
    let finest = Float(log2(strides[0]).rounded())
    let coarsest = Float(log2(strides[strides.count - 1]).rounded())
    guard level > finest else { return 0 }
    return Int(min(level, coarsest) - finest)
  }

  /// Writes regions × C × S × S into the first entries of `result`; further entries stay as they are.
  ///
  /// - Precondition: There is one map for every stride, all of the same images and channels; every region is of one of
  ///   these images; `result` has room for the regions, as many channels, and S rows and columns.
  public func pool(_ regions: [RegionOfInterest], from maps: [BlockedMap], into result: BlockedMap) {
    check(regions, maps: maps, result: result)
    var settings = settings(block: result.block)
    let done = withExtendedLifetime((maps, result)) {
      prp_pool(
        &settings, maps.map(prp_map.init), Int32(maps.count), cells(of: regions), Int32(regions.count), result.pointer)
    }
    precondition(done, "out of memory")
  }

  /// Adds to `gradients`, which are as large as the maps, what `gradient` (regions × C × S × S) says of them.
  ///
  /// - Parameter maps: What was pooled from; read by ``Method/roiPool`` only, may be empty for the others.
  /// - Precondition: As of ``pool(_:from:into:)``.
  public func poolBackward(
    _ gradient: BlockedMap, regions: [RegionOfInterest], into gradients: [BlockedMap], maps: [BlockedMap] = []
  ) {
    check(regions, maps: gradients, result: gradient)
    precondition(
      method != .roiPool || maps.map(\.shape) == gradients.map(\.shape), "the gradients are not as large as the maps")
    var settings = settings(block: gradient.block)
    let done = withExtendedLifetime((gradients, maps, gradient)) {
      prp_pool_backward(
        &settings, gradients.map(prp_map.init), maps.map(prp_map.init), Int32(gradients.count), cells(of: regions),
        Int32(regions.count), gradient.pointer)
    }
    precondition(done, "out of memory")
  }

  private func check(_ regions: [RegionOfInterest], maps: [BlockedMap], result: BlockedMap) {
    precondition(maps.count == strides.count, "\(strides.count) strides are not those of \(maps.count) maps")
    precondition(
      maps.allSatisfy { map in
        map.images == maps[0].images && map.channels == result.channels && map.block == result.block
          && map.height > 0 && map.width > 0
      }, "maps \(maps.map(\.shape)) do not fit together or to \(result.shape)")
    precondition(
      result.images >= regions.count && result.height == outputSize && result.width == outputSize,
      "\(regions.count) regions of \(outputSize) bins a side do not fit into \(result.shape)")
    precondition(regions.allSatisfy { maps[0].images > $0.image && $0.image >= 0 }, "a region is of no image")
  }

  private func settings(block: Int) -> prp_settings {
    let kernel =
      switch method {
      case .roiAlign: PRP_ALIGN
      case .legacyRoIAlign: PRP_LEGACY_ALIGN
      case .roiPool: PRP_MAXIMUM
      }
    return prp_settings(
      method: kernel, output_size: Int32(outputSize), sampling_ratio: Int32(samplingRatio), block: Int32(block),
      thread_count: Int32(KernelThreads.count))
  }

  private func cells(of regions: [RegionOfInterest]) -> [prp_region] {
    regions.map { region in
      let map = level(of: region.box)
      let scale = Float(1 / strides[map])
      return prp_region(
        x1: Float(region.box.x1) * scale, y1: Float(region.box.y1) * scale, x2: Float(region.box.x2) * scale,
        y2: Float(region.box.y2) * scale, image: Int32(region.image), map: Int32(map))
    }
  }
}

extension prp_map {
  fileprivate init(_ map: BlockedMap) {
    self.init(
      values: map.pointer, images: Int32(map.images), blocks: Int32(map.blocks), height: Int32(map.height),
      width: Int32(map.width))
  }
}
