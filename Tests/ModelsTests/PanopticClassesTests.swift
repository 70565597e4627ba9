import Models
import Testing

@Suite struct PanopticClassesTests {
  private func labels(_ entries: KeyValuePairs<String, Int>) -> [ModelFile.Label] {
    entries.map { ModelFile.Label(name: $0.key, id: $0.value) }
  }

  /// The detector's classes are things, whatever a segmenter says of them.
  @Test func stuffIsWhatTheDetectorDoesNotFind() {
    let classes = PanopticClasses(
      things: labels(["person": 1, "car": 3]),
      semantics: labels(["background": 0, "Person": 1, "sky": 157, "road": 149]))
    #expect(classes.entries.map(\.name) == ["person", "car", "sky", "road"])
    #expect(classes.entries.map(\.id) == [1, 3, 157, 149])
    #expect(classes.entries.map(\.isThing) == [true, true, false, false])
    #expect(classes.stuff == [nil, nil, 2, 3])
  }

  /// The segmenter's 3 is another class than the detector's: both of its own are counted on from 4.
  @Test func idsThatCollideAreCountedOn() {
    let classes = PanopticClasses(things: labels(["person": 1, "car": 3]), semantics: labels(["sky": 0, "road": 3]))
    #expect(classes.entries.map(\.id) == [1, 3, 4, 5])
  }
}
