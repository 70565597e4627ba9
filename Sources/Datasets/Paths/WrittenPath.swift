import Foundation

/// A path to an image as a label file or a list has it, perhaps written on another machine.
///
/// It may be of Windows (`C:\Users\me\im0.jpg`, `..\images\im0.jpg`), absolute, a link of Label Studio
/// (`/data/local-files/?d=shelf/one.png`), or the address of a file in the web.
struct WrittenPath {
  let text: String

  init(_ text: some StringProtocol) {
    let trimmed = text.trimmed
    let isQuoted = trimmed.count > 2 && trimmed.hasPrefix("\"") && trimmed.hasSuffix("\"")
    self.text = isQuoted ? String(trimmed.dropFirst().dropLast()) : trimmed
  }

  /// The components by every way to read the text, the most literal first: a file of Unix may have a backslash or a
  /// percent sign in its name.
  var readings: [[String]] {
    var found = [WrittenPath.parts(text[...])]
    func add(_ parts: [String]) {
      if !parts.isEmpty, !found.contains(parts) { found.append(parts) }
    }
    let slashed = text.contains("\\") ? text.replacing("\\", with: "/") : text
    add(WrittenPath.parts(slashed[...]))
    // `?d=` and `&d=` hold the path; of another address what follows the question mark is none of it.
    for key in ["?d=", "&d="] {
      guard let start = slashed.range(of: key)?.upperBound else { continue }
      let value = slashed[start...].prefix { $0 != "&" }
      add(WrittenPath.parts(value))
      add(WrittenPath.parts((value.removingPercentEncoding ?? String(value)).replacing("\\", with: "/")[...]))
    }
    let address = slashed.contains("://") ? slashed.prefix { $0 != "?" } : slashed[...]
    add(WrittenPath.parts(address))
    if address.contains("%"), let decoded = address.removingPercentEncoding {
      add(WrittenPath.parts(decoded.replacing("\\", with: "/")[...]))
    }
    return found
  }

  /// The components by the likeliest way: without drive, with either slash, and of a link of Label Studio what it
  /// leads to.
  var parts: [String] {
    guard text.contains("?d=") || text.contains("&d=") else {
      return WrittenPath.parts(text.replacing("\\", with: "/")[...])
    }
    return readings.last ?? []
  }

  /// Relative, without steps upwards out of it.
  var relative: String { parts.joined(separator: "/") }

  /// The file's own name.
  var name: String { parts.last ?? text }

  private static func parts(_ path: Substring) -> [String] {
    var parts: [String] = []
    // Neither a drive (`C:`) nor a scheme (`https:`) is a folder.
    for part in path.split(separator: "/") where part != "." {
      if part == ".." {
        _ = parts.popLast()
      } else if !(parts.isEmpty && part.hasSuffix(":")) {
        parts.append(String(part))
      }
    }
    return parts
  }
}
