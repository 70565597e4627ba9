import DarknetTesting
import Testing
import YOLO

@Suite struct DarknetConfigurationFileTests {
  @Test func sectionsInOrder() throws {
    let file = try DarknetConfigurationFile(
      "# a comment\r\n[net]\r\nwidth = 32 ; and another\r\n\r\n[Convolutional]\nfilters=8\n[ yolo ]\nmask = 0,1 , 2\n",
      path: "a.cfg")
    #expect(file.sections.map(\.name) == ["net", "convolutional", "yolo"])
    #expect(file.sections.map(\.line) == [2, 5, 7])
    let entries = file.sections.flatMap(\.entries)
    #expect(entries.map(\.key) == ["width", "filters", "mask"])
    #expect(entries.map(\.value) == ["32", "8", "0,1 , 2"])
    #expect(entries.map(\.line) == [3, 6, 8])
  }

  @Test(arguments: [
    ("", "a.cfg: no section; expected a Darknet .cfg that begins with [net]"),
    ("width=3\n[net]", "a.cfg:1: a setting before the first section; expected [net]"),
    ("[convolutional]", "a.cfg:1: begins with [convolutional]; expected [net]"),
    ("[net]\nwidth 3", "a.cfg:2: \"width 3\" is no setting; expected key=value"),
    ("[net]\n[yolo", "a.cfg:2: \"[yolo\" is no section; expected [name]"),
  ])
  func refusesWithTheLine(_ text: String, _ message: String) {
    #expect(throws: DarknetError(refusal: message)) { try DarknetConfigurationFile(text, path: "a.cfg") }
  }

  /// The first value of a key counts, and what is read over is said; a key that looks like one that matters is refused.
  @Test func repeatedAndUnknownKeys() throws {
    let cfg = SmallDarknet.cfg.replacing("width=32\n", with: "width=32\nmax_epochs=9\n").replacing(
      "height=32\n", with: "height=32\nheight=64\nwidth=32\nbatch=1\nbatch=64\n")
    let network = try SmallDarknet.network(cfg)
    #expect(network.inputSize.height == 32)
    #expect(
      network.notes == [
        "line 5: height=64 has no effect, [net] has height=32 in line 4 already; Darknet takes the first",
        "line 8: batch=64 has no effect, [net] has batch=1 in line 7 already; Darknet takes the first",
      ])
    let other = try SmallDarknet.network(SmallDarknet.cfg.replacing("filters=7\n", with: "filters=7\nmy_colour=3\n"))
    #expect(other.notes == ["line 41: my_colour has no effect, it is no setting of [convolutional] that Darknet knows"])
    #expect(try SmallDarknet.network(SmallDarknet.cfg.replacing("[net]", with: "[network]")).notes.isEmpty)
  }

  @Test func textIsReadBack() throws {
    let file = try DarknetConfigurationFile(SmallDarknet.cfg, path: "a.cfg")
    let again = try DarknetConfigurationFile(file.text, path: "a.cfg")
    #expect(again.sections.map(\.name) == file.sections.map(\.name))
    func settings(_ file: DarknetConfigurationFile) -> [[[String]]] {
      file.sections.map { $0.entries.map { [$0.key, $0.value] } }
    }
    #expect(settings(again) == settings(file))
  }
}

extension DarknetError {
  /// The error that says this: path, line where there is one, and problem.
  init(refusal message: String) {
    let place = message.prefix { $0 != " " }.dropLast().split(separator: ":")
    self.init(
      path: String(place[0]), line: place.count > 1 ? Int(place[1]) : nil,
      problem: String(message.drop { $0 != " " }.dropFirst()))
  }
}
