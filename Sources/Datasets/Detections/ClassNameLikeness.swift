/// Finds class names that people write in several ways: `Traffic_Light`, `traffic light`, `trafficlight`.
///
/// Names are never taken for one another in silence, since some sets tell `Car` from `car`; a message says what was perhaps
/// meant.
enum ClassNameLikeness {
  /// A known class that is another name but the same word; nil where there is none.
  static func similar(to name: String, among known: [String]) -> String? {
    if known.contains(name) { return nil }
    let word = word(name)
    return word.isEmpty ? nil : known.first { self.word($0) == word }
  }

  /// Letters and digits alone, small; a plural's `s` is left out, and what Darknet's list of COCO's classes shortens is long.
  private static func word(_ name: String) -> String {
    var word = name.lowercased().filter { $0.isLetter || $0.isNumber }
    if let long = longNames[word] { word = long }
    return word.count > 3 && word.hasSuffix("s") && !word.hasSuffix("ss") ? String(word.dropLast()) : word
  }

  private static let longNames = [
    "motorbike": "motorcycle", "aeroplane": "airplane", "sofa": "couch", "tvmonitor": "tv",
    "hairdrier": "hairdryer", "pedestrian": "person", "people": "person",
  ]
}
