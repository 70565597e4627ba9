import CZlib
import Glibc
import ImageCodecs

extension FuzzedParser {
  /// Image files, alone and in streams.
  static let imageParsers = [
    FuzzedParser(name: "jpeg", isBinary: true, longestInput: 1024, dictionary: ["Exif\0\0", "JFIF\0", "Adobe"]) {
      try readImage($0)
    },
    FuzzedParser(
      name: "png", isBinary: true, longestInput: 1024,
      dictionary: ["IHDR", "IDAT", "PLTE", "tRNS", "eXIf", "acTL", "iCCP", "gAMA", "bKGD"]
    ) { bytes in
      // As they are, and with checksums that are right: libpng ends at the first that is not.
      var repaired = Array(bytes)
      repairChecksums(&repaired)
      try repaired.withUnsafeBytes(readImage)
      if FuzzedInput.isOne(of: 8, bytes) { try readImage(bytes) }
    },
    FuzzedParser(
      name: "webp", isBinary: true, longestInput: 1024,
      dictionary: ["RIFF", "WEBP", "VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "EXIF"]
    ) { try readImage($0) },
    FuzzedParser(name: "tiff", isBinary: true, longestInput: 2048) { bytes in
      // Its header is read from the file, wherever it stands.
      if FuzzedInput.isOne(of: 16, bytes) { _ = try ImageHeader.read(ScratchFolder.write(bytes, to: "a.tif")) }
      try readImage(bytes)
    },
    FuzzedParser(name: "bmp", isBinary: true, longestInput: 1024) { try readImage($0) },
    FuzzedParser(name: "stream", isBinary: true, longestInput: 2048, nameInErrors: "frame") { try readFrames($0) },
  ]

  private static func readImage(_ bytes: UnsafeRawBufferPointer) throws {
    let encoded = Array(bytes)
    let header = try ImageHeader(encoded: encoded, name: "fuzz")
    expect(header.size.width > 0 && header.size.height > 0, "an image of \(header.size)")
    var options = ImageDecodingOptions()
    // A few bytes may stand for a hundred million pixels. Now and then that is tried; else there would be nothing else.
    let isTriedInFull = FuzzedInput.isOne(of: 256, bytes)
    if !isTriedInFull { options.maximumDecodedPixels = 1 << 14 }
    let decoded = try DecodedImage(encoded: encoded, name: "fuzz", options: options)
    expect(decoded.originalSize == header.size, "decoded \(decoded.originalSize), the header says \(header.size)")
    expect(
      decoded.image.pixels.count == 3 * decoded.image.width * decoded.image.height,
      "\(decoded.image.pixels.count) bytes for \(decoded.image.size)")
  }

  private static func repairChecksums(_ png: inout [UInt8]) {
    func number(at place: Int) -> Int { png[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
    var place = 8
    while png.count - place >= 12 {
      let length = number(at: place)
      guard length <= png.count - place - 12 else { return }
      let checksum = png[place + 4..<place + 8 + length].withUnsafeBufferPointer {
        crc32(0, $0.baseAddress, uInt($0.count))
      }
      for index in 0..<4 { png[place + 8 + length + index] = UInt8(truncatingIfNeeded: checksum >> (24 - 8 * index)) }
      place += 12 + length
    }
  }

  private static func readFrames(_ bytes: UnsafeRawBufferPointer) throws {
    let descriptor = open(ScratchFolder.write(bytes, to: "stream"), O_RDONLY)
    defer { close(descriptor) }
    let isRaw = FuzzedInput.isOne(of: 16, bytes)
    var stream = FrameStream(
      descriptor: descriptor, form: isRaw ? .raw(ImageSize(width: 7, height: 5)) : .files, maximumByteCount: 1 << 20)
    var byteCount = 0
    while let frame = try stream.next() {
      switch frame {
      case .encoded(let file):
        expect(
          bytes[byteCount..<byteCount + file.count].elementsEqual(file),
          "frame \(stream.frameCount) is not what stands in the stream")
        byteCount += file.count
      case .raw(let image): byteCount += image.pixels.count
      }
    }
    expect(byteCount == bytes.count, "\(byteCount) bytes of frames in a stream of \(bytes.count)")
  }
}
