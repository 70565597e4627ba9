/// Where in a JSON text something stands.
public enum JSONPlace {
  /// The keys and numbers that lead to the end of a piece of JSON text, as in `annotations[3].bbox`.
  ///
  /// - Parameter start: What leads to the beginning of the piece; nothing where that is the beginning of the file.
  public static func describe(_ text: UnsafeBufferPointer<UInt8>, from start: String = "") -> String {
    enum Step {
      case key(String)
      case item(Int)
    }
    var steps: [Step] = []
    var next = 0
    var lastString = 0..<0
    while next < text.count {
      switch text[next] {
      case UInt8(ascii: "\""):
        let first = next
        next += 1
        while next < text.count, text[next] != UInt8(ascii: "\"") { next += text[next] == UInt8(ascii: "\\") ? 2 : 1 }
        lastString = first..<min(next + 1, text.count)
      case UInt8(ascii: "{"): steps.append(.key(""))
      case UInt8(ascii: "["): steps.append(.item(0))
      case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = steps.popLast()
      case UInt8(ascii: ":"):
        if case .key = steps.last {
          steps[steps.count - 1] = .key(JSONText.unescaped(UnsafeBufferPointer(rebasing: text[lastString])) ?? "?")
        }
      case UInt8(ascii: ","):
        if case .item(let index) = steps.last { steps[steps.count - 1] = .item(index + 1) }
      default: break
      }
      next += 1
    }
    let words = steps.reduce(into: start) { words, step in
      switch step {
      case .key(let key): words += (words.isEmpty || key.isEmpty ? "" : ".") + key
      case .item(let index): words += "[\(index)]"
      }
    }
    return words.isEmpty ? "the file" : words
  }
}
