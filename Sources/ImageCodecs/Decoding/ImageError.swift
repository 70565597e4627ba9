internal import CImageCodecs

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Why an image file could not be read or written.
public struct ImageError: Error, Hashable, Sendable {
  public enum Reason: Hashable, Sendable {
    /// The file holds no bytes.
    case empty
    /// The system refused to read, with its error number.
    case unreadable(code: Int32)
    /// A FIFO, a socket or a device stands there, in a few words.
    case notRegular(String)
    /// The content is no image format known here.
    case unknownFormat
    /// The content is of a known format that is not read, such as "GIF".
    case foreign(String)
    /// The file ends before the image does.
    case truncated
    /// The content is damaged, in the decoder's words.
    case corrupt(String)
    /// The image has more pixels than ``ImageDecodingOptions/maximumPixels``, or at the smallest scale more than
    /// ``ImageDecodingOptions/maximumDecodedPixels``.
    case tooManyPixels(ImageSize, limit: Int)
    /// The JPEG has more scans than ``ImageDecodingOptions/maximumScans``.
    case tooManyScans(limit: Int)
    /// A format, or a variety of one, that is not read or written.
    case unsupported(String)
    case outOfMemory
    /// The system refused to write, with its error number.
    case unwritable(code: Int32)
  }

  /// The path, or the name given for an image in memory.
  public let file: String
  public let reason: Reason

  public init(file: String, reason: Reason) {
    self.file = file
    self.reason = reason
  }
}

extension ImageError: CustomStringConvertible {
  public var description: String { "\(file): \(reason)" }
}

extension ImageError.Reason: CustomStringConvertible {
  public var description: String {
    switch self {
    case .empty: "the file is empty"
    case .unreadable(let code): "cannot be read: \(String(cString: strerror(code)))"
    case .notRegular(let what): what
    case .unknownFormat: "not an image: the content is not \(ImageFormat.list)"
    case .foreign(let name): "is \(name), which is not read; expected \(ImageFormat.list)"
    case .truncated: "truncated: the file ends before the image does"
    case .corrupt(let message): "corrupt: \(message)"
    case .tooManyPixels(let size, let limit):
      "\(size) is \(size.width.multipliedReportingOverflow(by: size.height).partialValue) pixels, over the limit of \(limit)"
    case .tooManyScans(let limit): "more than \(limit) scans, the limit"
    case .unsupported(let what): "unsupported: \(what)"
    case .outOfMemory: "not enough memory"
    case .unwritable(let code): "cannot be written: \(String(cString: strerror(code)))"
    }
  }
}

extension CodecResult {
  /// Throws where the C function did not finish.
  func check(file: String, scanLimit: Int = 0) throws(ImageError) {
    let text = withUnsafeBytes(of: message) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    let reason: ImageError.Reason
    switch status {
    case CodecStatusDone: return
    case CodecStatusTruncated: reason = .truncated
    case CodecStatusUnsupported: reason = .unsupported(text)
    case CodecStatusTooManyScans: reason = .tooManyScans(limit: scanLimit)
    case CodecStatusOutOfMemory: reason = .outOfMemory
    case CodecStatusForeign: reason = .foreign(text)
    default: reason = .corrupt(text)
    }
    throw ImageError(file: file, reason: reason)
  }
}
