/// `kpt_shape` of a `data.yaml`: how many keypoints a label has, and of how many numbers, in Ultralytics' form.
enum YOLOKeypointShape {
  /// - Returns: Two numbers, `[17, 3]` or `[0, 0]`; nil where the file has no such key.
  /// - Throws: ``DatasetError`` naming the line that is no such pair.
  static func read(_ path: String) throws -> [Int]? {
    guard ["yaml", "yml"].contains(FilePath.fileExtension(of: path)), FilePath.exists(path) else { return nil }
    let text = try TextFile(path: path)
    guard let start = text.lines.firstIndex(where: { $0.text.hasPrefix("kpt_shape:") }) else { return nil }
    let inline = text.lines[start].text.dropFirst("kpt_shape:".count).prefix { $0 != "#" }
    var items = inline.split { "[], ".contains($0) || $0.isWhitespace }
    if items.isEmpty {
      let listed = text.lines[(start + 1)...].prefix { $0.text.trimmed.hasPrefix("-") }
      items = listed.map { Substring($0.text.prefix { $0 != "#" }.trimmed.dropFirst().trimmed) }
    }
    let numbers = items.compactMap { Int($0) }
    guard numbers.count == 2, items.count == 2, numbers[0] >= 0, [2, 3].contains(numbers[1]) || numbers == [0, 0] else {
      throw DatasetError(
        path: path, line: start + 1,
        problem: "kpt_shape: expected the count of keypoints and 2 or 3 numbers for each, such as [17, 3]")
    }
    return numbers
  }
}
