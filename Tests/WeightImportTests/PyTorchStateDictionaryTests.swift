import Testing
import WeightImport

/// Where in a checkpoint the state dict is found.
struct PyTorchStateDictionaryTests {
  /// A checkpoint with one scalar under each key, its value the key's index; nil stands for the top level.
  private func training(_ keys: [String?]) -> [UInt8] {
    let pickle = PickleAssembly.program { pickle in
      pickle.dictionary { top in
        top.text("epoch")
        top.integer(3)
        top.text("optimizer")
        top.dictionary {
          $0.text("state")
          $0.code("}")
        }
        for (index, key) in keys.enumerated() {
          if let key {
            top.text(key)
            top.dictionary {
              $0.text("w")
              $0.tensor(key: "\(index)", count: 1, shape: [1], strides: [1])
              $0.text("notes")
              $0.code("N")
            }
          } else {
            top.text("w")
            top.tensor(key: "\(index)", count: 1, shape: [1], strides: [1])
          }
        }
      }
    }
    return ArchiveAssembly(pickle: pickle, storages: keys.indices.map { littleEndian([Float($0)]) }).bytes
  }

  @Test(
    arguments: [
      ([nil], nil, nil, 0), (["model_ema", "model"], nil, "model", 1), (["model", "state_dict"], nil, "state_dict", 1),
      ([nil, "model"], nil, "model", 1), ([nil, "swa"], nil, nil, 0), (["swa"], nil, "swa", 0),
      (["model", "model_ema"], "model_ema", "model_ema", 1), (["a", "b"], "b", "b", 1),
    ] as [([String?], String?, String?, Float)])
  func choice(keys: [String?], asked: String?, found: String?, value: Float) throws {
    let result = try checkpoint(training(keys), key: asked)
    #expect(result.key == found)
    #expect(result.tensors.names == ["w"])
    #expect(result.tensors["w"]?.values == [value])
  }

  @Test func ambiguousOrAbsent() {
    #expect(
      refusal(training(["a", "b"])) == "weights.pth: no state dict that is clearly the one; the file has the keys "
        + "\"epoch\", \"optimizer\", \"a\", \"b\"; there are tensors under \"a\", \"b\"")
    #expect(refusal(training(["model", "model"])) == "weights.pth: the key \"model\" occurs twice")
    #expect(
      refusal(training(["a"]), key: "optimizer") == "weights.pth: no tensors under the key \"optimizer\"; the file has "
        + "the keys \"epoch\", \"optimizer\", \"a\"; there are tensors under \"a\"")
    #expect(
      refusal(training([])) == "weights.pth: no state dict that is clearly the one; the file has the keys \"epoch\", "
        + "\"optimizer\", none of them with tensors")
    #expect(
      refusal(ArchiveAssembly(pickle: PickleAssembly.program { $0.code("]") }).bytes)
        == "weights.pth: the file holds a list, expected a dictionary of tensors")
  }

  /// A dictionary that holds itself is only a dictionary.
  @Test func cycle() {
    let pickle = PickleAssembly.program { $0.code("}q\0X\u{5}\0\0\0modelh\0s") }
    #expect(refusal(ArchiveAssembly(pickle: pickle).bytes).contains("no state dict that is clearly the one"))
    let list = PickleAssembly.program { $0.code("]q\0h\0a0}X\u{5}\0\0\0modelh\0s") }
    #expect(refusal(ArchiveAssembly(pickle: list).bytes).contains("no state dict that is clearly the one"))
  }

  /// Settings, dates and paths beside the weights are read over.
  @Test func ignoredClasses() throws {
    let pickle = PickleAssembly.program { pickle in
      pickle.dictionary {
        $0.text("args")
        $0.global("argparse", "Namespace")
        $0.code(")")
        $0.raw([0x81])
        $0.code("}X\u{2}\0\0\0lrG\0\0\0\0\0\0\0\0sb")
        $0.text("output")
        $0.global("pathlib", "PosixPath")
        $0.text("runs")
        $0.raw([0x85])
        $0.code("R")
        $0.text("model")
        $0.dictionary {
          $0.text("w")
          $0.tensor(key: "0", count: 1, shape: [], strides: [])
        }
      }
    }
    #expect(try checkpoint(ArchiveAssembly(pickle: pickle, storages: [littleEndian([5])]).bytes).key == "model")
  }
}
