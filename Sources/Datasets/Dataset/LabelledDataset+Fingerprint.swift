extension LabelledDataset {
  /// A digest of names, classes and boxes (64-bit FNV-1a), by which a resumed run or a model recognises its data.
  ///
  /// Folders do not count, so that the data may be moved; pixels do not count either.
  public var fingerprint: String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    func add(_ number: UInt64) {
      for shift in stride(from: 0, to: 64, by: 8) { add(UInt8(truncatingIfNeeded: number >> shift)) }
    }
    func add(_ text: String) {
      add(UInt64(text.utf8.count))
      text.utf8.forEach(add)
    }
    for label in classes {
      add(label.name)
      add(UInt64(bitPattern: Int64(label.id)))
    }
    for image in images {
      add(image.fileName)
      for object in image.objects {
        add(UInt64(object.classIndex))
        add(object.isCrowd ? 1 as UInt64 : 0)
        for side in [object.box.x1, object.box.y1, object.box.x2, object.box.y2] { add(side.bitPattern) }
      }
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
