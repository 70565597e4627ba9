import Foundation
import Tensors
import YOLO

/// A network of four convolutions with two heads of two classes, for an input of 32×32.
package enum SmallDarknet {
  package static let cfg = """
    [net]
    width=32
    height=32
    channels=3

    [convolutional]
    batch_normalize=1
    filters=8
    size=3
    stride=2
    pad=1
    activation=leaky

    [maxpool]
    size=2
    stride=2

    [convolutional]
    filters=14
    size=1
    activation=linear

    [yolo]
    mask=1,2
    anchors=4,5, 8,7, 16,12
    classes=2
    num=3

    [route]
    layers=-4

    [convolutional]
    batch_normalize=1
    filters=8
    size=3
    pad=1
    activation=mish

    [convolutional]
    filters=7
    size=1
    activation=linear

    [yolo]
    mask=0
    anchors=4,5, 8,7, 16,12
    classes=2
    num=3
    scale_x_y=1.1
    """

  /// 8 + 8·3 + 216, 14 + 112, 8 + 8·3 + 576, 7 + 56.
  package static let elementCount = 248 + 126 + 608 + 63

  package static func network(_ text: String = cfg) throws -> DarknetNetwork {
    try DarknetNetwork(DarknetConfigurationFile(text, path: "a.cfg"))
  }

  /// A header, and the numbers 0.001, 0.002… in the order of the file.
  package static func weights(major: Int32 = 0, minor: Int32 = 2, wide: Bool = true, count: Int = elementCount) -> Data
  {
    var data = Data()
    func append(_ value: some FixedWidthInteger) {
      withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
    }
    append(major)
    append(minor)
    append(Int32(5))
    if wide { append(UInt64(32_013_312)) } else { append(UInt32(6_400)) }
    for index in 0..<count { append((Float(index + 1) / 1000).bitPattern) }
    return data
  }
}
