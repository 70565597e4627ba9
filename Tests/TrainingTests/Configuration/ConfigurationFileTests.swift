import FolderTesting
import Foundation
import Testing
import Training

private struct Inner: Codable, Equatable {
  var depth = 3
  var rate = 0.01
  var name = "plain"
}

private enum Colour: String, ConfigurationChoice {
  case red, green
}

private struct Outer: Codable, Equatable {
  var enabled = true
  var sizes = [1, 2]
  var colour = Colour.red
  var inner = Inner()
  var weights: [String: Double] = [:]
  var layers = [Inner()]
}

@Suite struct ConfigurationFileTests {
  private func decode(_ text: String) throws -> Outer {
    try ConfigurationFile.decode(text, path: "a.yaml", over: Outer())
  }

  @Test(arguments: ["", "# nothing\n", "inner:\n", "{}", "inner: {}"])
  func whatIsNotWrittenHasItsDefault(text: String) throws {
    #expect(try decode(text) == Outer())
  }

  @Test func whatIsWrittenReplacesTheDefault() throws {
    let text = """
      inner:
        rate: 2   # a whole number where the default is not
      sizes: []
      colour: green
      weights: {cat: 0.5}
      layers:
        - {depth: 1, rate: 1e-3, name: "no"}
      """
    var expected = Outer()
    expected.inner.rate = 2
    expected.sizes = []
    expected.colour = .green
    expected.weights = ["cat": 0.5]
    expected.layers = [Inner(depth: 1, rate: 0.001, name: "no")]
    #expect(try decode(text) == expected)
  }

  @Test(arguments: [
    ("inner:\n  dept: 4\n", 2, "unknown key \"dept\"; did you mean \"depth\"?"),
    ("# x\n\nENABLE: false\n", 3, "unknown key \"ENABLE\"; did you mean \"enabled\"?"),
    ("layers:\n  - depth: 1\n    rat: 2\n    name: x\n", 3, "unknown key \"rat\"; did you mean \"rate\"?"),
    ("inner:\n  depth: many\n", 2, "inner.depth: expected a whole number, found \"many\""),
    ("inner:\n  depth: 1.5\n", 2, "inner.depth: expected a whole number, found \"1.5\""),
    ("inner:\n\n  rate: [1]\n", 3, "inner.rate: expected one value, found a list"),
    ("enabled: 3\n", 1, "enabled: expected true or false, found \"3\""),
    ("inner: 7\n", 1, "inner: expected settings of the form \"key: value\""),
    ("- 1\n", 1, "the file: expected settings of the form \"key: value\""),
    ("sizes:\n  - 1\n  - x\n", 3, "sizes.1: expected a whole number, found \"x\""),
    ("colour: blue\n", 1, "colour: expected one of red, green, found \"blue\""),
    ("layers:\n  - depth: 1\n", 2, "layers.0: expected a key \"rate\""),
  ])
  func mistakesAreNamedWithTheirLine(text: String, line: Int, message: String) throws {
    let error = try #require(throws: ConfigurationError.self) { try decode(text) }
    #expect(error.description == "a.yaml:\(line): \(message)")
  }

  @Test func aliasesOfAliasesAreRefused() throws {
    let lists = (1...9).map { level in
      "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ","))]\n"
    }
    let text = "a0: &a0 [x]\n" + lists.joined() + "? *a9\n: 1\n"
    let error = try #require(throws: ConfigurationError.self) { try decode(text) }
    #expect(error.description == "a.yaml: not valid YAML: 91 aliases ('*name'); expected at most 20")
  }

  @Test(arguments: [("a: [1, 2\n", 2), ("# x\nenabled: true\nenabled: false\n", 2), ("a: 'x\n", 2), ("\tx: 1", 1)])
  func badYAMLIsRefused(text: String, line: Int) throws {
    let error = try #require(throws: ConfigurationError.self) { try decode(text) }
    guard case .syntax = error.problem else {
      Issue.record("\(error)")
      return
    }
    #expect(error.line == line, "\(error)")
  }

  @Test func whatIsWrittenToAFileIsRead() throws {
    let folder = try TemporaryFolder()
    var outer = Outer()
    outer.inner = Inner(depth: -4, rate: 0.1 + 0.2, name: "yes: \"no\"\n#1")
    outer.weights = ["a": 1e-300, "b": 12]
    outer.sizes = []
    let path = folder.path + "/a.yaml"
    try ConfigurationFile.write(outer, to: path)
    #expect(try ConfigurationFile.read(path, over: Outer()) == outer)
    #expect(folder.names == ["a.yaml"])
  }

  @Test func theTextIsForPeople() throws {
    let text = """
      enabled: true
      sizes:
      - 1
      - 2
      colour: red
      inner:
        depth: 3
        rate: 0.01
        name: plain
      weights: {}
      layers:
      - depth: 3
        rate: 0.01
        name: plain

      """
    #expect(try ConfigurationFile.text(of: Outer()) == text)
  }

  @Test func settingsAreFlat() throws {
    let settings = try ConfigurationFile.settings(of: Outer())
    #expect(
      settings == [
        "enabled": "true", "sizes.0": "1", "sizes.1": "2", "colour": "red", "inner.depth": "3", "inner.rate": "0.01",
        "inner.name": "plain", "layers.0.depth": "3", "layers.0.rate": "0.01", "layers.0.name": "plain",
      ])
  }

  @Test func missingAndUnreadableFilesAreNamed() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/none.yaml"
    #expect(throws: ConfigurationError(path: path, problem: .missing)) {
      try ConfigurationFile.read(path, over: Outer())
    }
    try Data([0xFF, 0xFE, 0x00, 0x80]).write(to: URL(fileURLWithPath: path))
    #expect(throws: ConfigurationError(path: path, problem: .inaccessible("the file is not UTF-8 text"))) {
      try ConfigurationFile.read(path, over: Outer())
    }
  }
}
