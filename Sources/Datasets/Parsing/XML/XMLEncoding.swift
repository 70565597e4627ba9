internal import Glibc

/// Turns the bytes of an XML document into UTF-8, from the encoding that its first bytes or its declaration name.
enum XMLEncoding {
  /// - Parameter isWhole: Whether this is all of the file; the beginning of one may end within a character.
  /// - Throws: ``DatasetError`` where the encoding is not known, or the text is not in it: with its line in UTF-8, with
  ///   the byte in others.
  static func decoded(_ bytes: [UInt8], path: String, isWhole: Bool = true) throws -> [UInt8] {
    if let (name, mark) = byteOrder(of: bytes) {
      return try converted(bytes[mark...], from: name, path: path, isWhole: isWhole)
    }
    let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
    let body = hasMark ? bytes[3...] : bytes[...]
    let declared = declaredName(in: body)
    // What can be read byte by byte is no UTF-16 or UTF-32, whatever a program has written there.
    if !hasMark, let declared, !declared.hasPrefix("UTF-16"), !declared.hasPrefix("UTF-32"),
      !["UTF-8", "UTF8", "US-ASCII", "ASCII", "UCS-2"].contains(declared)
    {
      return try converted(body, from: commonName(declared), declared: declared, path: path, isWhole: isWhole)
    }
    if isWhole, String(validating: body, as: UTF8.self) == nil {
      throw notUTF8(body, isDeclared: hasMark || declared != nil, path: path)
    }
    return Array(body)
  }

  /// UTF-16 and UTF-32 tell themselves by a byte order mark, or by how `<` and `?` or a blank are written.
  private static func byteOrder(of bytes: [UInt8]) -> (name: String, mark: Int)? {
    if bytes.starts(with: [0xFF, 0xFE, 0, 0]) { return ("UTF-32LE", 4) }
    if bytes.starts(with: [0, 0, 0xFE, 0xFF]) { return ("UTF-32BE", 4) }
    if bytes.starts(with: [0xFF, 0xFE]) { return ("UTF-16LE", 2) }
    if bytes.starts(with: [0xFE, 0xFF]) { return ("UTF-16BE", 2) }
    guard bytes.count >= 4 else { return nil }
    switch (bytes[0], bytes[1], bytes[2], bytes[3]) {
    case (0x3C, 0, 0, 0): return ("UTF-32LE", 0)
    case (0, 0, 0, 0x3C): return ("UTF-32BE", 0)
    case (0x3C, 0, _, 0): return ("UTF-16LE", 0)
    case (0, 0x3C, 0, _): return ("UTF-16BE", 0)
    default: return nil
    }
  }

  /// What `<?xml … encoding="…"?>` says, in capitals.
  private static func declaredName(in bytes: ArraySlice<UInt8>) -> String? {
    guard bytes.starts(with: Array("<?xml".utf8)), let end = bytes.prefix(512).firstIndex(of: UInt8(ascii: ">")) else {
      return nil
    }
    let declaration = String(decoding: bytes[..<end], as: UTF8.self)
    return declaration.firstMatch(of: /encoding\s*=\s*["']\s*([A-Za-z0-9._:-]+)\s*["']/).map { $0.1.uppercased() }
  }

  /// Programs write the name of a standard and mean the larger set of characters that is in use.
  private static func commonName(_ declared: String) -> String {
    switch declared {
    case "GB2312", "GBK", "GB_2312-80", "CP936", "WINDOWS-936": "GB18030"
    case "BIG5", "BIG-5", "CN-BIG5": "CP950"
    case "SHIFT_JIS", "SHIFT-JIS", "SJIS", "WINDOWS-31J": "CP932"
    case "EUC-KR", "KS_C_5601-1987": "CP949"
    default: declared
    }
  }

  private static func notUTF8(_ bytes: ArraySlice<UInt8>, isDeclared: Bool, path: String) -> DatasetError {
    var line = 0
    for part in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      line += 1
      if String(validating: part, as: UTF8.self) != nil { continue }
      let good = part.indices.last { String(validating: part[..<$0], as: UTF8.self) != nil } ?? part.startIndex
      let column = String(decoding: part[..<good], as: UTF8.self).unicodeScalars.count + 1
      return DatasetError(
        path: path, line: line, column: column,
        problem: "not text in UTF-8, which the file is "
          + (isDeclared ? "said to be" : "taken to be without a declaration")
          + "; expected its encoding in <?xml version=\"1.0\" encoding=\"…\"?>")
    }
    return DatasetError(path: path, problem: "not text in UTF-8")
  }

  private static func converted(
    _ bytes: ArraySlice<UInt8>, from name: String, declared: String? = nil, path: String, isWhole: Bool
  ) throws -> [UInt8] {
    guard let converter = iconv_open("UTF-8", name), converter != iconv_t(bitPattern: -1) else {
      throw DatasetError(
        path: path, line: 1,
        problem: "the encoding '\(declared ?? name)' is not known; expected UTF-8, UTF-16, ISO-8859-1, windows-1252, "
          + "GB18030, Big5, Shift_JIS, EUC-KR, KOI8-R or another that the C library knows")
    }
    defer { iconv_close(converter) }
    var input = Array(bytes).map { CChar(bitPattern: $0) }
    // No character of these takes more than four bytes in UTF-8 for one of its own.
    var output = [CChar](repeating: 0, count: 4 * input.count + 16)
    let (taken, made, failed) = input.withUnsafeMutableBufferPointer { source in
      output.withUnsafeMutableBufferPointer { target in
        var (next, left) = (source.baseAddress, source.count)
        var (place, room) = (target.baseAddress, target.count)
        let result = iconv(converter, &next, &left, &place, &room)
        return (source.count - left, target.count - room, result == -1)
      }
    }
    let text = output[..<made].map { UInt8(bitPattern: $0) }
    guard failed, isWhole else { return text }
    var mark = TextMark()
    text.withUnsafeBufferPointer { mark.advance(to: text.count, in: $0) }
    throw DatasetError(
      path: path, line: mark.line, column: mark.column, byteOffset: taken + bytes.startIndex,
      problem: "not text in \(declared ?? name), which the file is said to be")
  }
}
