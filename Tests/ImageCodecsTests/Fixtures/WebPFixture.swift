import Foundation

/// Small WebP files, written by libwebp through PIL.
///
/// `lossless`, `turned` and `film` show the pixels of ``pixels``; `clear` has the alpha of ``alpha`` besides.
enum WebPFixture {
  /// 3 × 2.
  static let pixels: [UInt8] = [10, 20, 30, 200, 100, 50, 0, 255, 0, 255, 0, 0, 1, 2, 3, 90, 80, 70]
  static let alpha: [UInt8] = [255, 128, 0, 255, 64, 200]

  static let lossless = bytes(
    """
    UklGRkYAAABXRUJQVlA4TDoAAAAvAkAAAC9AkG2TDeFk92e4wzXIpG1Kv9mfoFkbmYBlbKiwz/zHIYdOcp1WQSHbCHDoXpBjuYj+\
    x7EC
    """)
  /// 16 × 16 of the colour 100, 150, 200.
  static let lossy = bytes(
    """
    UklGRjoAAABXRUJQVlA4IC4AAAAQAgCdASoQABAAAMASJaACdLoB+AH4AAPIAP7nMP/63/1BAfp2f/U4MHPn4/wA
    """)
  static let clear = bytes(
    """
    UklGRlAAAABXRUJQVlA4TEMAAAAvAkAAEC9AkG2TDeFk92e4wzXIpG1Kv9mfoFkbmYBlbKiwD5mAxartU0sy0cQBznUmX2dXA4Vs\
    I8Che0GO5SL6H8cKAA==
    """)
  /// The same, half clear.
  static let clearLossy = bytes(
    """
    UklGRl4AAABXRUJQVlA4WAoAAAAQAAAADwAADwAAQUxQSAoAAAABB1DAiAhERP8DVlA4IC4AAAAQAgCdASoQABAAAMASJaACdLoB\
    +AH4AAPIAP7nMP/63/1BAfp2f/U4MHPn4/wA
    """)
  /// With the EXIF orientation 6.
  static let turned = bytes(
    """
    UklGRnoAAABXRUJQVlA4WAoAAAAIAAAAAgAAAQAAVlA4TDoAAAAvAkAAAC9AkG2TDeFk92e4wzXIpG1Kv9mfoFkbmYBlbKiwz/zH\
    IYdOcp1WQSHbCHDoXpBjuYj+x7ECRVhJRhoAAABNTQAqAAAACAABARIAAwAAAAEABgAAAAAAAA==
    """)
  /// An animation; its second frame is turned by half.
  static let film = bytes(
    """
    UklGRuYAAABXRUJQVlA4WAoAAAACAAAAAgAAAQAAQU5JTQYAAAAAAAAAAABBTk1GWAAAAAAAAAAAAAIAAAEAADIAAAJWUDhMPwAA\
    AC8CQAAAL6CQjSRoH4PN4izquZ4GkQBpEKKLvOESFQJAgDQYCeQPEkkQ8x8PWktiq/6uAwIBylixwSER/Y+zAgBBTk1GWgAAAAAA\
    AAAAAAIAAAEAADIAAABWUDhMQQAAAC8CQAAAL6CQjSRoH4PN4izquZ4GkQBpEKKLvOESFQJAgDQYCeQPEkkQ8x8PWktiq/6uA4Vs\
    I8ChewlO6CL6H+sFAA==
    """)

  private static func bytes(_ base64: String) -> [UInt8] { Array(Data(base64Encoded: base64) ?? Data()) }
}
