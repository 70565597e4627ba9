import Foundation
import ImageCodecs

/// An image as three planes of numbers [height × width], row-major, values 0 … 255.
package struct ColorPlanes: Sendable {
  package let size: ImageSize
  package let space: ColorSpace
  package private(set) var planes: [[Float]]

  /// The image as it is, in RGB.
  package init(_ image: RGBImage) {
    size = image.size
    space = .rgb
    planes = (0..<3).map { channel in
      [Float](unsafeUninitializedCapacity: image.width * image.height) { plane, count in
        count = image.width * image.height
        for index in 0..<count { plane[index] = Float(image.pixels[3 * index + channel]) }
      }
    }
  }

  /// Each plane blurred by a Gaussian; the edges are continued by their last pixel.
  package func smoothed(sigma: Double) -> ColorPlanes {
    guard sigma > 0 else { return self }
    let gaussian = FilterKernel.gaussian(sigma: sigma)
    var result = self
    result.planes = planes.map { gaussian.appliedDown(gaussian.appliedAcross($0, size: size), size: size) }
    return result
  }

  /// - Precondition: the planes are RGB.
  package func converted(to target: ColorSpace) -> ColorPlanes {
    precondition(space == .rgb, "only RGB planes can be converted, not \(space.rawValue)")
    switch target {
    case .rgb: return self
    case .hsv: return converted(to: .hsv, by: ColorPlanes.hsv)
    case .lab:
      let linear = (0...256).map { ColorPlanes.linearised(Double($0) / 255) }
      return converted(to: .lab) { ColorPlanes.lab(red: $0, green: $1, blue: $2, linear: linear) }
    }
  }

  private init(size: ImageSize, space: ColorSpace, planes: [[Float]]) {
    self.size = size
    self.space = space
    self.planes = planes
  }

  private func converted(
    to target: ColorSpace, by convert: (Float, Float, Float) -> SIMD3<Float>
  ) -> ColorPlanes {
    let count = planes[0].count
    var first = [Float](repeating: 0, count: count)
    var second = first
    var third = first
    let (red, green, blue) = (planes[0], planes[1], planes[2])
    for index in 0..<count {
      let pixel = convert(red[index], green[index], blue[index]).clamped(
        lowerBound: .zero, upperBound: .init(repeating: 255))
      first[index] = pixel.x
      second[index] = pixel.y
      third[index] = pixel.z
    }
    return ColorPlanes(size: size, space: target, planes: [first, second, third])
  }

  private static func hsv(red: Float, green: Float, blue: Float) -> SIMD3<Float> {
    let value = max(red, green, blue)
    let chroma = value - min(red, green, blue)
    guard chroma > 0 else { return [0, 0, value] }
    var sextant: Float
    if value == red {
      sextant = (green - blue) / chroma
      if sextant < 0 { sextant += 6 }
    } else if value == green {
      sextant = 2 + (blue - red) / chroma
    } else {
      sextant = 4 + (red - green) / chroma
    }
    return [sextant * (255 / 6), 255 * chroma / value, value]
  }

  private static func lab(red: Float, green: Float, blue: Float, linear: [Float]) -> SIMD3<Float> {
    // Between whole values the curve is straight enough: the error is below 0.00002.
    func light(_ value: Float) -> Float {
      let below = Int(value)
      return linear[below] + (linear[below + 1] - linear[below]) * (value - Float(below))
    }
    func curve(_ ratio: Float) -> Float {
      ratio > 216 / 24389 ? cbrtf(ratio) : (24389 / 27 * ratio + 16) / 116
    }
    let (r, g, b) = (light(red), light(green), light(blue))
    // IEC 61966-2-1, divided by the white point (0.95047, 1, 1.08883).
    let x = curve((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047)
    let y = curve(0.2126729 * r + 0.7151522 * g + 0.0721750 * b)
    let z = curve((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883)
    return [2.55 * (116 * y - 16), 500 * (x - y) + 128, 200 * (y - z) + 128]
  }

  private static func linearised(_ value: Double) -> Float {
    Float(value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4))
  }
}

/// What the three channels of `ColorPlanes` mean; every one is scaled to 0 … 255.
public enum ColorSpace: String, Hashable, Sendable, CaseIterable {
  /// Red, green, blue as stored.
  case rgb
  /// Hue (0 for grey), saturation, value.
  case hsv
  /// CIE L*a*b* under the white D65: L* × 2.55, a* + 128, b* + 128.
  case lab
}
