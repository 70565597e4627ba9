public import Files

/// A frame of a stream as it arrived.
public enum StreamedFrame: Sendable {
  /// A whole image file.
  case encoded([UInt8])
  case raw(RGBImage)
}

/// Images that follow each other in a stream of bytes, such as video through a pipe.
///
/// Either whole JPEG, PNG, WebP and BMP files, one behind the other, or raw frames of one size. Where a file ends is read
/// from its structure, so that a thumbnail inside it does not end it. One frame is held in memory at a time.
public struct FrameStream: ~Copyable {
  /// What stands in a stream.
  public enum Form: Hashable, Sendable {
    /// Image files whose length their first bytes or their structure tell: all but TIFF.
    case files
    /// Frames of 3 × width × height bytes: red, green, blue, row-major.
    case raw(ImageSize)
  }

  /// Frames that have been handed out.
  public private(set) var frameCount = 0

  private let form: Form
  private let maximumByteCount: Int
  private var input: StreamInput
  private var isOver = false

  /// - Parameters:
  ///   - descriptor: where bytes are read; 0 is standard input. It stays open.
  ///   - maximumByteCount: the longest image file that is accepted.
  ///   - isCancelled: asked at least ten times a second; true ends the stream.
  /// - Precondition: raw frames have at least one pixel.
  public init(
    descriptor: Int32, form: Form = .files, maximumByteCount: Int = InputLimits.streamedImageBytes,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    if case .raw(let size) = form {
      precondition(size.width > 0 && size.height > 0, "a frame has at least one pixel, not \(size)")
    }
    self.form = form
    self.maximumByteCount = maximumByteCount
    input = StreamInput(descriptor: descriptor, isCancelled: isCancelled)
    self.isCancelled = isCancelled
  }

  private let isCancelled: @Sendable () -> Bool

  /// What a frame is called in reports and errors: "frame 1" is the first.
  public static func name(ofFrame number: Int) -> String { "frame \(number)" }

  /// The next frame, nil at the end of the stream.
  ///
  /// - Throws: ``ImageError`` with the frame's name where it is cut short, or where no image begins; the stream is over
  ///   then.
  public mutating func next() throws(ImageError) -> StreamedFrame? {
    if isOver { return nil }
    do {
      guard try input.fill(to: 1), let frame = try read() else {
        isOver = true
        return nil
      }
      frameCount += 1
      return frame
    } catch let error as ImageError {
      isOver = true
      throw error
    } catch {
      isOver = true
      throw failure(.unreadable(code: (error as? StreamFailure)?.code ?? 0))
    }
  }

  private mutating func read() throws -> StreamedFrame? {
    do {
      switch form {
      case .raw(let size):
        let byteCount = 3 * size.width * size.height
        try need(byteCount)
        return .raw(RGBImage(size: size, pixels: input.take(byteCount)))
      case .files:
        _ = try input.fill(to: ImageSignature.leastLength)
        let name = Self.name(ofFrame: frameCount + 1)
        let format = try ImageSignature.format(of: input.prefix(ImageSignature.leastLength), name: name)
        return .encoded(input.take(try length(of: format)))
      }
    } catch let error as ImageError where error.reason == .truncated && isCancelled() {
      // Not the sender's fault.
      return nil
    }
  }

  private mutating func length(of format: ImageFormat) throws -> Int {
    switch format {
    case .jpeg: return try lengthOfJPEG()
    case .png: return try lengthOfPNG()
    case .webp: return try statedLength(at: 4, plus: 8)
    case .bmp: return try statedLength(at: 2, plus: 0)
    case .tiff: throw failure(.unsupported("a TIFF in a stream, since nothing tells where it ends"))
    }
  }

  /// A length of four bytes, the lowest first.
  private mutating func statedLength(at position: Int, plus more: Int) throws -> Int {
    try need(position + 4)
    let length = (0..<4).reduce(more) { $0 + Int(input[position + $1]) << (8 * $1) }
    if length < 18 { throw failure(.corrupt("a file of \(length) bytes by its own account")) }
    try need(length)
    return length
  }

  /// Walks from marker to marker up to the end of the image.
  private mutating func lengthOfJPEG() throws -> Int {
    var position = 2
    while true {
      try need(position + 2)
      guard input[position] == 0xFF else { throw failure(.corrupt("no JPEG marker at byte \(position)")) }
      switch input[position + 1] {
      case 0xD9: return position + 2
      case 0xFF: position += 1
      case 0x01, 0xD0...0xD7: position += 2
      case 0x00, 0xD8: throw failure(.corrupt("no JPEG marker at byte \(position)"))
      case let marker:
        try need(position + 4)
        let length = input.number(at: position + 2, byteCount: 2)
        if length < 2 { throw failure(.corrupt("a JPEG segment of \(length) bytes at byte \(position)")) }
        position += 2 + length
        if marker == 0xDA { position = try endOfScan(from: position) }
      }
    }
  }

  /// Where the first marker behind compressed pixels stands. In them a byte of 255 is followed by 0, or is one of the
  /// markers that let a decoder start anew.
  private mutating func endOfScan(from start: Int) throws -> Int {
    var position = start
    while true {
      try need(position + 2)
      guard let found = input.firstIndex(of: 0xFF, from: position) else {
        position = input.count
        continue
      }
      position = found
      try need(position + 2)
      switch input[position + 1] {
      case 0x00, 0xD0...0xD7: position += 2
      case 0xFF: position += 1
      default: return position
      }
    }
  }

  /// Walks from chunk to chunk up to IEND.
  private mutating func lengthOfPNG() throws -> Int {
    var position = 8
    while true {
      try need(position + 8)
      let isLast = input.number(at: position + 4, byteCount: 4) == 0x4945_4E44
      position += 12 + input.number(at: position, byteCount: 4)
      if isLast {
        try need(position)
        return position
      }
    }
  }

  /// Waits for this many bytes of the frame.
  private mutating func need(_ byteCount: Int) throws {
    if form == .files, byteCount > maximumByteCount {
      throw failure(.unsupported("a frame of more than \(maximumByteCount) bytes"))
    }
    if try !input.fill(to: byteCount) { throw failure(.truncated) }
  }

  private func failure(_ reason: ImageError.Reason) -> ImageError {
    ImageError(file: Self.name(ofFrame: frameCount + 1), reason: reason)
  }
}
