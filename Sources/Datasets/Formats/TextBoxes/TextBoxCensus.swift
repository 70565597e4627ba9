import ImageCodecs

/// Finds out how the lines of a whole set of text files are meant: which numbers are the box, and in which form.
///
/// A reading is right where nearly all of its scores lie in 0…1 and nearly all of its boxes in their images, and where
/// no other reading does nearly as well. The ground truth is never asked about detections: a reading chosen for its
/// agreement would flatter them.
struct TextBoxCensus {
  struct Reading: Hashable {
    /// Nil where lines have no score: of four numbers, which are the box.
    var columns: DetectionColumns?
    var form: TextBoxForm
  }

  /// A box may reach out of its image by this share of the image's side: detectors round, and overhang a little.
  static let overhang = 0.05

  private let readings: [Reading]
  private let isFormStated: Bool
  private let areColumnsStated: Bool
  private var lineCount = 0
  private var sizedCount = 0
  /// Per reading.
  private var boxErrors: [Int]
  private var errors: [Int]
  private var scoreErrors: [Int]
  private var largest: [Double]
  private var isWhole: [Bool]

  /// - Parameters:
  ///   - columns: Those that can be; one where they are stated, none for labels.
  ///   - form: Where it is stated.
  init(columns: [DetectionColumns], form: TextBoxForm?) {
    isFormStated = form != nil
    areColumnsStated = columns.count < 2
    let forms = form.map { [$0] } ?? [.cornerSize, .corners, .relative]
    readings = (columns.isEmpty ? [nil] : columns.map(Optional.some)).flatMap { columns in
      forms.map { Reading(columns: columns, form: $0) }
    }
    boxErrors = readings.map { _ in 0 }
    errors = boxErrors
    scoreErrors = boxErrors
    largest = readings.map { _ in 0 }
    isWhole = readings.map { _ in true }
  }

  /// - Parameters:
  ///   - numbers: What stands behind the class; finite.
  ///   - size: Of the image; nil where it is not known.
  mutating func count(_ numbers: [Double], in size: ImageSize?) {
    lineCount += 1
    if size != nil { sizedCount += 1 }
    for (index, reading) in readings.enumerated() {
      let first = reading.columns?.boxPlace ?? 0
      let box = numbers[first..<(first + 4)]
      largest[index] = box.reduce(largest[index]) { max($0, abs($1)) }
      isWhole[index] = isWhole[index] && box.allSatisfy { $0 == $0.rounded() }
      let isScore = reading.columns.map { (0...1).contains(numbers[$0.scorePlace]) } ?? true
      let isBox = TextBoxCensus.fits(Array(box), reading.form, size)
      if !isScore { scoreErrors[index] += 1 }
      if !isBox { boxErrors[index] += 1 }
      if !isScore || !isBox { errors[index] += 1 }
    }
  }

  private static func fits(_ box: [Double], _ form: TextBoxForm, _ size: ImageSize?) -> Bool {
    let (left, top, right, bottom) =
      switch form {
      case .cornerSize: (box[0], box[1], box[0] + box[2], box[1] + box[3])
      case .corners: (box[0], box[1], box[2], box[3])
      case .relative:
        (box[0] - box[2] / 2, box[1] - box[3] / 2, box[0] + box[2] / 2, box[1] + box[3] / 2)
      }
    guard left <= right, top <= bottom else { return false }
    let (width, height) = form == .relative ? (1, 1) : (Double(size?.width ?? 0), Double(size?.height ?? 0))
    guard form == .relative || size != nil else { return true }
    return left >= -overhang * width && top >= -overhang * height && right <= (1 + overhang) * width
      && bottom <= (1 + overhang) * height
  }
}

extension TextBoxCensus {
  /// The reading, and what it was taken for: nothing where all of it was stated, or there is no line.
  ///
  /// - Parameter path: Of the set, for the error.
  /// - Throws: ``DatasetError`` where no reading fits, or two fit about as well.
  func decided(path: String) throws -> (reading: Reading, evidence: [String]) {
    guard lineCount > 0, readings.count > 1 else { return (readings[0], []) }
    let counted = countedErrors
    var candidates = readings.indices.filter { counted[$0] != nil && !isBelowAPixel($0) }
    if candidates.isEmpty { candidates = readings.indices.filter { counted[$0] != nil } }
    func errors(_ index: Int) -> Int { counted[index] ?? 0 }
    let ranked = candidates.sorted { (errors($0), $0) < (errors($1), $1) }
    let best = ranked[0]
    guard isFormStated && ranked.count == 1 || 10 * errors(best) <= lineCount else {
      throw DatasetError(
        path: path,
        problem: "its lines fit no known form: "
          + ranked.prefix(4).map { claim($0, errors($0)) }.joined(separator: ", ") + "; " + remedy(ranked))
    }
    if let second = ranked.dropFirst().first {
      // Without sizes only sides below 0 speak against a box, and a set has some by mistake.
      let margin = Double(lineCount) / (2 * sizedCount < lineCount ? 10 : 50)
      guard Double(errors(second)) >= max(1, margin, 3 * Double(errors(best))) else {
        let close = ranked.filter { Double(errors($0)) < max(1, margin, 3 * Double(errors(best))) }
        throw DatasetError(
          path: path,
          problem: "its lines can be read in \(close.count) ways: "
            + close.map { claim($0, errors($0)) }.joined(separator: ", ") + "; " + remedy(close))
      }
    }
    return (readings[best], evidence(best, among: ranked, errors: errors))
  }

  /// Per reading how many lines speak against it; nil for columns that are none: most scores lie outside of 0…1.
  private var countedErrors: [Int?] {
    let plausible = readings.indices.filter { 10 * scoreErrors[$0] <= lineCount }
    if !plausible.isEmpty { return readings.indices.map { plausible.contains($0) ? errors[$0] : nil } }
    let fewest = scoreErrors.min() ?? 0
    // Scores that no order of columns has are named line by line when the detections are taken in.
    guard 2 * fewest <= lineCount else { return boxErrors }
    return readings.indices.map { scoreErrors[$0] == fewest ? boxErrors[$0] : nil }
  }

  /// A set of boxes that all are smaller than a pixel is one of fractions.
  private func isBelowAPixel(_ index: Int) -> Bool {
    readings[index].form != .relative && (largest[index] <= 1 || largest[index] <= 2 && !isWhole[index])
  }

  private func name(_ index: Int) -> String {
    let columns = areColumnsStated ? nil : readings[index].columns?.rawValue
    let form = isFormStated ? nil : readings[index].form.numbers
    return [columns, form].compactMap(\.self).joined(separator: " with ")
  }

  private func claim(_ index: Int, _ errors: Int) -> String {
    "as '\(name(index))' \(lineCount - errors) of \(lineCount) \(sizedCount == 0 ? "are boxes" : "lie in their images")"
  }

  /// - Parameter indices: Of the readings among which the options choose.
  private func remedy(_ indices: [Int]) -> String {
    let columns = DetectionColumns.allCases.filter { column in indices.contains { readings[$0].columns == column } }
    let forms = TextBoxForm.allCases.filter { form in indices.contains { readings[$0].form == form } }
    var options: [String] = []
    if !areColumnsStated, columns.count > 1 {
      options.append("--columns " + columns.map(\.rawValue).joined(separator: " or "))
    }
    if !isFormStated, forms.count > 1 || columns.count < 2 {
      options.append("--boxes " + TextBoxForm.allCases.map(\.rawValue).joined(separator: ", "))
    }
    var text = "state it with " + options.joined(separator: " and ")
    if sizedCount == 0 { text += "; the sizes of the images, which are not known here, would tell more" }
    return text
  }

  /// One line on the form and one on the columns, where these were guessed.
  private func evidence(_ best: Int, among ranked: [Int], errors: (Int) -> Int) -> [String] {
    let right = lineCount - errors(best)
    let fit = sizedCount == 0 ? "are boxes" : "lie in their images"
    var lines: [String] = []
    let columns = readings[best].columns
    if !isFormStated {
      let others = ranked.filter { $0 != best && readings[$0].columns == columns }
      let against = others.map { "\(lineCount - errors($0)) as \(readings[$0].form.numbers)" }
      lines.append(
        "boxes read as \(readings[best].form.numbers): "
          + (against.isEmpty
            ? "no number is above \(largest[best] <= 1 ? 1 : 2), and \(right) of \(lineCount) \(fit) so"
            : "\(right) of \(lineCount) \(fit) so, " + against.joined(separator: ", "))
          + "; --boxes settles it")
    }
    if !areColumnsStated, let columns {
      let other = ranked.first { readings[$0].columns != columns }
      // The usual order needs no word where the numbers allow no other.
      if other != nil || columns != .classScoreBox {
        let rest = other.flatMap { index in
          readings[index].columns.map { ", \(lineCount - errors(index)) as \($0.rawValue)" }
        }
        lines.append(
          "columns read as \(columns.rawValue): \(right) of \(lineCount) have a score from 0 to 1 and \(fit) so"
            + (rest ?? ", and no other column has such scores") + "; --columns settles it")
      }
    }
    return lines
  }
}
