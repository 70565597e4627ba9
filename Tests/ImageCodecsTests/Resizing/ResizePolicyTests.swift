import Foundation
import ImageCodecs
import Testing

struct ResizePolicyTests {
  private func decode(_ text: String) throws -> ResizePolicy {
    try JSONDecoder().decode([ResizePolicy].self, from: Data("[\(text)]".utf8))[0]
  }

  @Test func wordsAndSides() throws {
    #expect(try decode(#""letterbox""#) == .letterbox)
    #expect(try decode(#""stretch""#) == .stretch)
    #expect(
      try decode(#"{"shorterSide": 800, "longerSideAtMost": 1333}"#) == .shorterSide(800, longerAtMost: 1333))
  }

  @Test(arguments: [ResizePolicy.letterbox, .stretch, .shorterSide(320, longerAtMost: 640)])
  func comesBackFromJSON(policy: ResizePolicy) throws {
    let text = String(decoding: try JSONEncoder().encode([policy]), as: UTF8.self)
    #expect(try decode(String(text.dropFirst().dropLast())) == policy)
    #expect(policy.variesSize == text.contains("shorterSide"))
  }

  @Test(arguments: [#""crop""#, "{}", #"{"shorterSide": 800}"#, "3", "null"])
  func refusesWhatItDoesNotKnow(text: String) {
    #expect(throws: DecodingError.self) { try decode(text) }
  }
}
