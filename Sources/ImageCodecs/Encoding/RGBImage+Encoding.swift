internal import CImageCodecs
internal import Files
internal import Foundation

extension RGBImage {
  /// The image as a baseline JPEG file with chroma at half resolution.
  ///
  /// - Parameter quality: 1 (smallest) to 100 (best).
  /// - Throws: ``ImageError`` where a side is longer than JPEG allows (65,500 pixels).
  public func encodedJPEG(quality: Int = 92) throws(ImageError) -> [UInt8] {
    try encodeJPEG(samples: pixels, size: size, colorSpace: .yCbCr, quality: quality)
  }

  /// The image as a PNG file of 8 bits per channel. Lossless.
  public func encodedPNG() throws(ImageError) -> [UInt8] {
    try encodedPNG(name: "PNG image")
  }

  /// Writes a `.jpg`, `.jpeg` or `.png` file, as the extension says.
  ///
  /// The path names either the old file or the whole new one, never part of it.
  /// - Parameter quality: 1 to 100, for JPEG only.
  public func write(to path: String, quality: Int = 92) throws(ImageError) {
    let encoded: [UInt8]
    switch ImageFormat(fileName: path) {
    case .jpeg: encoded = try encodeJPEG(samples: pixels, size: size, colorSpace: .yCbCr, quality: quality, name: path)
    case .png: encoded = try encodedPNG(name: path)
    case .webp, .tiff, .bmp, nil:
      throw ImageError(file: path, reason: .unsupported("the extension to write must be .jpg, .jpeg or .png"))
    }
    do {
      // Many images are written at a time, and a lost one is made again.
      try OutputFile.write(encoded, to: path, isSynchronised: false)
    } catch {
      throw ImageError(file: path, reason: .unwritable(code: (error as? OutputError)?.code ?? EIO))
    }
  }

  private func encodedPNG(name: String) throws(ImageError) -> [UInt8] {
    var encoded = CodecBytes()
    let result = codec_png_encode(pixels, Int32(clamping: width), Int32(clamping: height), &encoded)
    try result.check(file: name)
    return encoded.takeBytes()
  }
}
