import Models
import Testing

@Suite struct EditDistanceTests {
  @Test(arguments: [
    ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("kitten", "sitting", 3), ("Flaw", "lawn", 2), ("AP", "ap", 0),
  ])
  func distances(first: String, second: String, expected: Int) {
    #expect(EditDistance.between(first, second) == expected)
    #expect(EditDistance.between(second, first) == expected)
  }

  @Test func theNearestIsTheFirstAmongEquals() {
    #expect(EditDistance.nearest(to: "epoch", in: ["seed", "epochs", "epoch2"]) == "epochs")
    #expect(EditDistance.nearest(to: "x", in: []) == nil)
  }
}
