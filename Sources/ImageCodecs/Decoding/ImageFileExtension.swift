/// What the extensions of image files stand for, and by which of them image files are found in folders.
public enum ImageFileExtension {
  /// In lower case, of formats that are read.
  public static let read = Set(formatNames.filter { ImageFormat(rawValue: $0.value) != nil }.keys)

  /// In lower case, of pictures that are not read: files to be named, not to be passed over.
  public static let unread = Set(formatNames.keys).subtracting(read)

  /// The extension of a file name in lower case, "" without one.
  public static func of(_ fileName: String) -> String {
    let name = fileName.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "" }
    return name[dot...].dropFirst().lowercased()
  }

  /// The name of the format that a file name's extension stands for, or nil.
  static func formatName(of fileName: String) -> String? { formatNames[of(fileName)] }

  private static let formatNames: [String: String] = [
    "jpg": "JPEG", "jpeg": "JPEG", "jpe": "JPEG", "jfif": "JPEG", "png": "PNG", "webp": "WebP", "tif": "TIFF",
    "tiff": "TIFF", "bmp": "BMP", "dib": "BMP",
    "gif": "GIF", "heic": "HEIC", "heif": "HEIF", "hif": "HEIF", "avif": "AVIF", "jp2": "JPEG 2000", "j2k": "JPEG 2000",
    "jpf": "JPEG 2000", "jpx": "JPEG 2000", "jxl": "JPEG XL", "jxr": "JPEG XR", "psd": "PSD", "psb": "PSD",
    "svg": "SVG", "dng": "DNG", "cr2": "CR2", "cr3": "CR3", "nef": "NEF", "arw": "ARW", "orf": "ORF", "raf": "RAF",
    "rw2": "RW2", "exr": "OpenEXR", "ppm": "PNM", "pgm": "PNM", "pbm": "PNM", "pnm": "PNM", "tga": "TGA",
    "qoi": "QOI",
  ]
}
