internal import CImageCodecs

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
