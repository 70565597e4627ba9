import Foundation
import ImageCodecs
import Synchronization
import Testing

struct FrameStreamTests {
  private static let size = ImageSize(width: 40, height: 24)

  /// Frames of a stream that holds these bytes, and what ended it.
  private func frames(
    _ bytes: [UInt8], form: FrameStream.Form = .files, maximumByteCount: Int = 1 << 28, sliver: Int? = nil
  ) throws -> (frames: [StreamedFrame], failure: ImageError?) {
    let pipe = Pipe()
    let writer = Thread {
      var rest = bytes[...]
      while !rest.isEmpty {
        let piece = rest.prefix(sliver ?? rest.count)
        // Nobody may be there to read the rest.
        guard (try? pipe.fileHandleForWriting.write(contentsOf: Data(piece))) != nil else { break }
        rest = rest.dropFirst(piece.count)
      }
      try? pipe.fileHandleForWriting.close()
    }
    writer.start()
    var stream = FrameStream(
      descriptor: pipe.fileHandleForReading.fileDescriptor, form: form, maximumByteCount: maximumByteCount)
    var frames: [StreamedFrame] = []
    var failure: ImageError?
    do {
      while let frame = try stream.next() { frames.append(frame) }
    } catch {
      failure = error
      #expect(try stream.next() == nil)
    }
    #expect(stream.frameCount == frames.count)
    // What is left goes, so that the writer ends.
    _ = try pipe.fileHandleForReading.readToEnd()
    return (frames, failure)
  }

  private func encoded(_ frames: [StreamedFrame]) -> [[UInt8]] {
    frames.compactMap { if case .encoded(let bytes) = $0 { bytes } else { nil } }
  }

  /// A JPEG with a thumbnail, itself a whole JPEG, and its end marker all over another segment.
  private func jpegWithThumbnail() throws -> [UInt8] {
    let thumbnail = try Fixtures.noise(ImageSize(width: 16, height: 16), seed: 3).encodedJPEG()
    let noise = try Fixtures.noise(Self.size, seed: 4).encodedJPEG()
    let ends = [UInt8](repeating: 0xFF, count: 5) + [0xD9, 0xFF, 0xD9, 0xFF, 0xD8]
    return Fixtures.jpeg(Fixtures.jpeg(noise, inserting: thumbnail, marker: 0xE1), inserting: ends, marker: 0xFE)
  }

  @Test(arguments: [nil, 1, 7, 1000]) func filesEndWhereTheirStructureSays(sliver: Int?) throws {
    let files = [
      try jpegWithThumbnail(), try Fixtures.smooth(Self.size).encodedPNG(),
      try Fixtures.noise(Self.size, seed: 5).encodedPNG(), try Fixtures.smooth(Self.size).encodedJPEG(),
    ]
    let found = try frames(Array(files.joined()), sliver: sliver)
    #expect(encoded(found.frames) == files)
    #expect(found.failure == nil)
    for file in files { #expect(try RGBImage(encoded: file, name: "frame").size == Self.size) }
  }

  @Test(arguments: [nil, 1, 7]) func filesEndWhereTheirFirstBytesSay(sliver: Int?) throws {
    let bmp = BMPFixture.file(width: 1, height: 2, bits: 24, pixels: [3, 2, 1, 0, 6, 5, 4, 0])
    let files = [WebPFixture.lossy, bmp, WebPFixture.turned, bmp]
    let found = try frames(Array(files.joined()), sliver: sliver)
    #expect(encoded(found.frames) == files)
    #expect(found.failure == nil)
    #expect(try frames(WebPFixture.lossy.dropLast()).failure == ImageError(file: "frame 1", reason: .truncated))
  }

  @Test func aTIFFInAStreamIsRefused() throws {
    let tiff = TIFFFixture(size: Self.size, samples: { _, _ in [0] }).bytes
    let failure = try frames(tiff).failure
    #expect(failure?.reason == .unsupported("a TIFF in a stream, since nothing tells where it ends"))
  }

  @Test func restartMarkersAndFillBytesBelongToTheImage() throws {
    // Start, a segment of 2 bytes, a scan with a stuffed 255, a restart and fill bytes, a second scan, the end.
    let file: [UInt8] = [
      0xFF, 0xD8, 0xFF, 0xFF, 0xE0, 0, 4, 0xFF, 0xD9, 0xFF, 0xDA, 0, 3, 9, 1, 0xFF, 0, 2, 0xFF, 0xD3, 3, 0xFF, 0xFF,
      0xDA, 0, 2, 4, 0xFF, 0xD9,
    ]
    #expect(encoded(try frames(file + file).frames) == [file, file])
  }

  @Test func rawFramesAreCutBySize() throws {
    let size = ImageSize(width: 2, height: 1)
    let found = try frames([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], form: .raw(size), sliver: 5)
    let images = found.frames.compactMap { if case .raw(let image) = $0 { image } else { nil } }
    #expect(images.map(\.pixels) == [[1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12]])
    #expect(images.allSatisfy { $0.size == size })
    let cut = try frames([1, 2, 3, 4, 5, 6, 7], form: .raw(size))
    #expect(cut.frames.count == 1)
    #expect(cut.failure == ImageError(file: "frame 2", reason: .truncated))
  }

  @Test(arguments: [ImageFormat.jpeg, .png]) func aFrameThatIsCutShortIsNamed(format: ImageFormat) throws {
    let image = Fixtures.noise(Self.size, seed: 6)
    let file = try format == .jpeg ? image.encodedJPEG() : image.encodedPNG()
    for length in [1, 3, 20, file.count / 2, file.count - 1] {
      let found = try frames(file + file[..<length])
      #expect(encoded(found.frames) == [file])
      #expect(found.failure == ImageError(file: "frame 2", reason: .truncated))
    }
  }

  @Test func whatIsNoImageEndsTheStream() throws {
    let file = try Fixtures.smooth(Self.size).encodedPNG()
    let text = try frames(Array("This is no image at all.".utf8))
    #expect(text.failure == ImageError(file: "frame 1", reason: .unknownFormat))
    let found = try frames(file + [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] + file)
    #expect(encoded(found.frames) == [file])
    #expect(found.failure == ImageError(file: "frame 2", reason: .unknownFormat))
    #expect(try frames([]).frames.isEmpty)
    #expect(try frames([]).failure == nil)
  }

  @Test func frameLengthIsLimited() throws {
    let file = try Fixtures.noise(Self.size, seed: 7).encodedPNG()
    #expect(encoded(try frames(file, maximumByteCount: file.count).frames) == [file])
    let failure = try frames(file, maximumByteCount: file.count - 1).failure
    #expect(failure?.reason == .unsupported("a frame of more than \(file.count - 1) bytes"))
  }

  @Test(.timeLimit(.minutes(1))) func cancellingEndsAStreamThatIsSilent() throws {
    let pipe = Pipe()
    let file = try Fixtures.smooth(Self.size).encodedPNG()
    try pipe.fileHandleForWriting.write(contentsOf: Data(file + file[..<30]))
    let looks = Atomic<Int>(0)
    var stream = FrameStream(descriptor: pipe.fileHandleForReading.fileDescriptor) {
      looks.add(1, ordering: .relaxed).newValue > 4
    }
    #expect(try stream.next() != nil)
    #expect(try stream.next() == nil)
    try pipe.fileHandleForWriting.close()
  }
}
