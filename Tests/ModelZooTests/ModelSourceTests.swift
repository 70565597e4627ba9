import Foundation
import ModelZoo
import Testing

struct ModelSourceTests {
  @Test func aPathIsAFileAndNoneIsBuiltIn() {
    #expect(ModelSource(path: "a.safetensors") == .file("a.safetensors"))
    #expect(ModelSource(path: nil) == .builtIn)
    #expect("\(ModelSource.file("a.safetensors"))" == "a.safetensors")
    #expect("\(ModelSource.builtIn)" == "the built-in model")
  }

  @Test func theProgramHoldsTheModelOfTheRepository() throws {
    let package = (0..<3).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
    let stored = try Data(contentsOf: package.appendingPathComponent("Samples/Model/scenes.safetensors"))
    #expect(
      stored.elementsEqual(ModelSource.builtInBytes),
      "the program was built with another model: touch Sources/CSampleModel/model.S and build again")
  }

  @Test func theBuiltInModelIsADetector() throws {
    let file = try ModelSource.builtIn.read()
    let detector = try ModelCatalog.detector(model: .builtIn)
    #expect(detector.classNames == file.classes.map(\.name))
    #expect(detector.inputSize == file.preprocessing.inputSize)
  }
}
