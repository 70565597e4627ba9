extension RunLengthMask {
  /// Run lengths in COCO's compressed text (`rleFrString` of pycocotools).
  ///
  /// A number has five bits a character, the lowest first, above the character `0`. The sixth bit says that it goes on, the
  /// fifth of its last character is the sign. From the fourth number on it is the difference from the one before the last.
  ///
  /// - Throws: where it is no such text, or its lengths do not add up to the image's pixels.
  public init(width: Int, height: Int, compressed text: String) throws(MaskError) {
    var lengths = RunLengths(pixelCount: try Self.pixelCount(width: width, height: height))
    try Self.forEachCount(of: text) { count throws(MaskError) in try lengths.append(count) }
    self.init(width: width, height: height, try lengths.finished())
  }

  /// The run lengths in COCO's compressed text.
  public var compressed: String {
    var text: [UInt8] = []
    var (last, lastButOne) = (0, 0)
    for (index, count) in counts.enumerated() {
      var rest = index > 2 ? count - lastButOne : count
      var goesOn = true
      while goesOn {
        let bits = rest & 0x1F
        rest >>= 5
        goesOn = bits & 0x10 != 0 ? rest != -1 : rest != 0
        text.append(UInt8(48 + (goesOn ? bits | 0x20 : bits)))
      }
      (lastButOne, last) = (last, count)
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Calls `body` with every number of a compressed text, none of them negative.
  private static func forEachCount(
    of text: String, _ body: (Int) throws(MaskError) -> Void
  ) throws(MaskError) {
    var (value, shift, place, index) = (0, 0, 0, 0)
    var (last, lastButOne) = (0, 0)
    for byte in text.utf8 {
      // No length needs more than seven characters.
      guard (48..<112).contains(byte), shift < 40 else { throw .byte(place) }
      let bits = Int(byte) - 48
      value |= (bits & 0x1F) << shift
      shift += 5
      place += 1
      if bits & 0x20 != 0 { continue }
      if bits & 0x10 != 0 { value |= -1 << shift }
      if index > 2 { value += lastButOne }
      try body(value)
      (lastButOne, last) = (last, value)
      (value, shift) = (0, 0)
      index += 1
    }
    guard shift == 0 else { throw .unfinishedText }
  }
}
