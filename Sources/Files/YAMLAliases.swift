/// Guards against YAML that a few lines make larger than any memory: aliases of lists of aliases, ten times each.
///
/// The parser shares what aliases stand for, but walks through all of it where it is a key.
package enum YAMLAliases {
  /// Why a text is not read; nil where it is.
  package static func problem(in text: String) -> String? {
    let count = count(in: text)
    let most = InputLimits.yamlAliases
    return count > most ? "\(count) aliases ('*name'); expected at most \(most)" : nil
  }

  /// Words that begin with `*` outside of comments; in quotes they count too, since a few more do no harm.
  package static func count(in text: String) -> Int {
    var count = 0
    var before = UInt8(ascii: "\n")
    var isStar = false
    var isComment = false
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { isComment = false }
      if byte == UInt8(ascii: "#"), before <= 0x20 { isComment = true }
      if isStar, byte > 0x20, byte != UInt8(ascii: "*") { count += 1 }
      isStar = byte == UInt8(ascii: "*") && !isComment && (before <= 0x20 || "[]{},:?-\"'".utf8.contains(before))
      before = byte
    }
    return count
  }
}
