internal import CImageCodecs

/// The varieties of JPEG that the encoder can write. Programs write `.yCbCr`; tests of the decoder write all.
package enum JPEGColorSpace: UInt32, Sendable, CaseIterable {
  case grey, yCbCr, rgb, cmyk, ycck

  /// Samples per pixel that the encoder takes: grey, RGB, or CMYK as stored (inverted).
  package var channels: Int {
    switch self {
    case .grey: 1
    case .yCbCr, .rgb: 3
    case .cmyk, .ycck: 4
    }
  }
}

/// Encodes samples of 8 bits as a JPEG file.
package func encodeJPEG(
  samples: [UInt8], size: ImageSize, colorSpace: JPEGColorSpace, quality: Int, subsampled: Bool = true,
  progressive: Bool = false, name: String = "JPEG image"
) throws(ImageError) -> [UInt8] {
  precondition(samples.count == colorSpace.channels * size.width * size.height, "the samples do not fill the size")
  precondition((1...100).contains(quality), "JPEG quality is 1 to 100, not \(quality)")
  var encoded = CodecBytes()
  let result = codec_jpeg_encode(
    samples, Int32(clamping: size.width), Int32(clamping: size.height), CodecColor(colorSpace.rawValue),
    Int32(quality), subsampled ? 1 : 0, progressive ? 1 : 0, &encoded)
  try result.check(file: name)
  return encoded.takeBytes()
}

extension CodecBytes {
  /// The bytes as an array; the memory goes back to the C side.
  mutating func takeBytes() -> [UInt8] {
    defer { codec_bytes_free(&self) }
    return Array(UnsafeBufferPointer(start: bytes, count: count))
  }
}
