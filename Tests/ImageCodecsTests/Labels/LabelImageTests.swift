import Foundation
import ImageCodecs
import Testing

struct LabelImageTests {
  private let map = LabelMap(
    size: ImageSize(width: 5, height: 3), indices: (0..<15).map { $0 == 4 ? 255 : UInt8($0 * 16) })

  @Test func whatIsWrittenIsReadAgain() throws {
    let palette = (0..<241).map { RGBColor(red: UInt8($0), green: 1, blue: UInt8(255 - $0)) }
    let bytes = try map.encodedPNG(palette: palette)
    guard case .indexed(let read, let colors) = try LabelImage(encoded: bytes, name: "x.png") else {
      Issue.record("not indexed")
      return
    }
    #expect(read == map)
    #expect(colors.count == 256 && colors[16] == palette[16] && colors[250] == .black && colors[255] == .white)
    // To other programs it is a picture of these colours.
    let shown = try RGBImage(encoded: bytes, name: "x.png")
    #expect(Array(shown.pixels[3..<6]) == [16, 1, 239])
  }

  @Test func coloursStayColours() throws {
    var image = RGBImage(size: ImageSize(width: 2, height: 2), color: (1, 2, 3))
    image.fillRectangle(x: 1, y: 1, width: 1, height: 1, color: .white)
    guard case .colored(let read) = try LabelImage(encoded: image.encodedPNG(), name: "x.png") else {
      Issue.record("not coloured")
      return
    }
    #expect(read.pixels == image.pixels)
  }

  /// `python3 -c` with Pillow: a 5×2 picture of mode "1" whose pixels are 1 0 1 1 0 / 0 0 1 0 1.
  @Test func oneBitIsZeroAndOne() throws {
    let bytes = try #require(
      Data(
        base64Encoded: "iVBORw0KGgoAAAANSUhEUgAAAAUAAAACAQAAAAC4ESvwAAAADElEQVR4nGPYwKABAAI8ANmg3tc3AAAAAElFTkSuQm"
          + "CC"))
    guard case .indexed(let read, let palette) = try LabelImage(encoded: Array(bytes), name: "x.png") else {
      Issue.record("not indexed")
      return
    }
    #expect(read.indices == [1, 0, 1, 1, 0, 0, 0, 1, 0, 1] && palette.isEmpty)
  }

  /// Pillow's `save(bits=4)`: 3×2 places in a palette of three colours, packed into 2 bits each.
  @Test func packedBitsArePlacesInThePalette() throws {
    let bytes = try #require(
      Data(
        base64Encoded: "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACAgMAAADgGo6JAAAACVBMVEUAAAD/AAAACQC2ZflFAAAADElEQVR4nGOQYJ"
          + "gAAADcAKls58AjAAAAAElFTkSuQmCC"))
    guard case .indexed(let read, let palette) = try LabelImage(encoded: Array(bytes), name: "x.png") else {
      Issue.record("not indexed")
      return
    }
    #expect(read.indices == [0, 1, 2, 2, 1, 0])
    #expect(
      Array(palette.prefix(3)) == [.black, RGBColor(red: 255, green: 0, blue: 0), RGBColor(red: 0, green: 9, blue: 0)])
  }

  @Test func whatIsNoLabelFileIsNamed() throws {
    func reason(_ bytes: [UInt8]) -> ImageError.Reason? {
      #expect(throws: ImageError.self) { try LabelImage(encoded: bytes, name: "x.png") }?.reason
    }
    #expect(
      reason(
        Array(
          try #require(
            Data(
              base64Encoded:
                "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABEAAAAACB2fwVAAAADUlEQVR4nGNgYGT8AgAA/gD3qVM94QAAAABJRU5Erk" + "Jggg==")
          )))
        == .unsupported("labels of 16 bits a pixel; expected at most 8"))
    #expect(
      reason(
        Array(
          try #require(
            Data(
              base64Encoded:
                "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAYAAAD0In+KAAAAC0lEQVR4nGNggAIAAAkAAftSuKkAAAAASUVORK5CYI" + "I="))))
        == .unsupported("labels with transparency; expected a palette, grey or RGB"))
    let whole = try map.encodedPNG(palette: [])
    for count in [0, 7, 20, 40, whole.count / 2, whole.count - 13] {
      #expect(reason(Array(whole.prefix(count))) != nil)
    }
    let path = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString).jpg"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try RGBImage(size: ImageSize(width: 8, height: 8)).write(to: path)
    let error = #expect(throws: ImageError.self) { try LabelImage(contentsOf: path) }
    #expect(error?.description.contains("labels in a JPEG file; expected PNG") == true)
  }
}
