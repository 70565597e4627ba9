import ImageCodecs

/// Which bins of the histograms of a region every pixel falls into (Uijlings et al. 2013, section 3.2).
package struct PixelBins: Sendable {
  /// Bins of each of the 3 channels; a colour histogram has 75.
  package static let colorBins = 25
  /// Eight orientations all around, 45° apart; a texture histogram has 3 × 8 × 10 = 240 bins.
  package static let orientations = 8
  package static let textureBins = 10
  /// The bins that each pixel counts in: one per channel, and one per channel and orientation.
  package static let perPixel = 3 + 3 * orientations
  /// The number of bins of the two histograms, colour first.
  package static let total = 3 * colorBins + 3 * orientations * textureBins

  package let size: ImageSize
  /// [pixel][3 + 24], bins of the two histograms laid end to end.
  package let bins: [UInt16]

  package init(_ image: ColorPlanes) {
    size = image.size
    let count = image.size.width * image.size.height
    var bins = [UInt16](repeating: 0, count: count * PixelBins.perPixel)
    let smoothing = FilterKernel.gaussian(sigma: 1)
    let derivative = FilterKernel.gaussianDerivative(sigma: 1)
    for (channel, plane) in image.planes.enumerated() {
      for pixel in 0..<count {
        let bin = min(PixelBins.colorBins - 1, Int(plane[pixel] * Float(PixelBins.colorBins) / 256))
        bins[pixel * PixelBins.perPixel + channel] = UInt16(channel * PixelBins.colorBins + bin)
      }
      let across = derivative.appliedAcross(smoothing.appliedDown(plane, size: size), size: size)
      let down = derivative.appliedDown(smoothing.appliedAcross(plane, size: size), size: size)
      PixelBins.addTexture(of: channel, across: across, down: down, to: &bins)
    }
    self.bins = bins
  }

  /// The derivative in a direction is a combination of those across and down. Where it falls the pixel counts in bin 0,
  /// as it counts where the opposite direction rises. The bins share 0 … the channel's steepest slope equally.
  private static func addTexture(of channel: Int, across: [Float], down: [Float], to bins: inout [UInt16]) {
    var steepest: Float = 0
    for pixel in across.indices {
      steepest = max(steepest, across[pixel] * across[pixel] + down[pixel] * down[pixel])
    }
    let straight = steepest > 0 ? Float(textureBins) / steepest.squareRoot() : 0
    let diagonal = straight * Float(0.5).squareRoot()
    let start = 3 * colorBins + channel * orientations * textureBins
    for pixel in across.indices {
      let place = pixel * perPixel + 3 + channel * orientations
      for orientation in 0..<orientations {
        bins[place + orientation] = UInt16(start + orientation * textureBins)
      }
      func add(_ slope: Float, orientation: Int) {
        let rising = slope < 0 ? orientation + orientations / 2 : orientation
        bins[place + rising] += UInt16(min(textureBins - 1, Int(abs(slope))))
      }
      add(straight * across[pixel], orientation: 0)
      add(diagonal * (across[pixel] + down[pixel]), orientation: 1)
      add(straight * down[pixel], orientation: 2)
      add(diagonal * (down[pixel] - across[pixel]), orientation: 3)
    }
  }
}
