/// Numbers for ids that a COCO file writes as texts.
///
/// Records may speak of an id before the record that has it, and a file may have both kinds; so every text stands for
/// a placeholder until all are known, and gets a number that the file does not have.
struct COCOTextIDs {
  private var places: [String: Int] = [:]
  private var texts: [String] = []
  private var numbers: [Int] = []

  var isEmpty: Bool { texts.isEmpty }

  mutating func placeholder(for text: String) -> Int {
    if let place = places[text] { return Int.min + place }
    places[text] = texts.count
    texts.append(text)
    return Int.min + texts.count - 1
  }

  /// The text behind a placeholder; nil where the id is a number itself.
  func text(of id: Int) -> String? {
    let place = id &- Int.min
    return texts.indices.contains(place) ? texts[place] : nil
  }

  /// Gives the texts their numbers: those of the records in their order, then all others.
  mutating func number(_ ids: [Int]) {
    let used = Set(ids.filter { text(of: $0) == nil })
    // Where the file's own numbers leave no room above them, between them.
    let largest = max(0, used.max() ?? 0)
    var next = largest < Int.max - texts.count ? largest : 0
    numbers = [Int](repeating: 0, count: texts.count)
    for place in ids.map({ $0 &- Int.min }) + Array(texts.indices)
    where texts.indices.contains(place) && numbers[place] == 0 {
      repeat { next += 1 } while used.contains(next)
      numbers[place] = next
    }
  }

  /// - Precondition: ``number(_:)`` was called before.
  func number(of id: Int) -> Int {
    let place = id &- Int.min
    return texts.indices.contains(place) ? numbers[place] : id
  }

  /// The texts by number.
  var textsByNumber: [Int: String] { Dictionary(zip(numbers, texts)) { first, _ in first } }
}
