import Foundation

/// From exposed light to bytes: soft saturation and the sRGB curve, from a table.
struct ToneCurve: Sendable {
  static let standard = ToneCurve()

  /// By the square root of the light, from 0 to ``limit``: fine steps where the curve is steep.
  private let table: [UInt8]
  private static let limit: Float = 8

  private init() {
    table = (0...4095).map { step in
      let root = Float(step) / 4095
      return UInt8((255 * Self.value(root * root * Self.limit)).rounded())
    }
  }

  /// 0 to 1.
  static func value(_ light: Float) -> Float {
    let linear = 1 - exp(-max(0, light))
    return linear <= 0.0031308 ? 12.92 * linear : 1.055 * pow(linear, 1 / 2.4) - 0.055
  }

  @inline(__always) func byte(_ light: Float) -> UInt8 {
    let share = min(1, max(0, light) / Self.limit)
    return table[Int(share.squareRoot() * 4095)]
  }
}
