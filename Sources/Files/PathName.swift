/// Taking the text of a path apart, byte by byte: a `/` parts two components whatever follows it, a combining accent too.
public enum PathName {
  /// What stands behind the last `/`; empty for a path that ends in one.
  public static func lastComponent(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
    return String(decoding: path.utf8[path.utf8.index(after: slash)...], as: UTF8.self)
  }

  /// What stands before the last component: `.` where there is nothing, `/` for the root and what lies in it.
  public static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.utf8.startIndex ? "/" : String(decoding: path.utf8[..<slash], as: UTF8.self)
  }

  /// Behind the last point of the last component, as written; empty where there is none or the name begins with it.
  public static func fileExtension(of path: String) -> String {
    let name = lastComponent(of: path)
    guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")), dot != name.utf8.startIndex else { return "" }
    return String(decoding: name.utf8[name.utf8.index(after: dot)...], as: UTF8.self)
  }

  /// The path without the extension and its point.
  public static func withoutExtension(_ path: String) -> String {
    let suffix = fileExtension(of: path)
    return suffix.isEmpty ? path : String(decoding: path.utf8.dropLast(suffix.utf8.count + 1), as: UTF8.self)
  }

  /// A name in a folder.
  public static func joined(_ folder: String, _ name: String) -> String {
    folder.utf8.last == UInt8(ascii: "/") ? folder + name : folder + "/" + name
  }
}
