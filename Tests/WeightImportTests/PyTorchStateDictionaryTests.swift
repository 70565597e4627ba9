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

  /// A checkpoint with one scalar under each name of a dictionary, which stands under a path of keys.
  private func nested(_ path: [String], _ names: [String]) -> [UInt8] {
    func write(_ path: ArraySlice<String>, _ pickle: inout PickleAssembly) {
      guard let key = path.first else {
        for (index, name) in names.enumerated() {
          pickle.text(name)
          pickle.tensor(key: "\(index)", count: 1, shape: [1], strides: [1])
        }
        return
      }
      pickle.text(key)
      pickle.dictionary { write(path.dropFirst(), &$0) }
    }
    let pickle = PickleAssembly.program { pickle in pickle.dictionary { write(path[...], &$0) } }
    return ArchiveAssembly(pickle: pickle, storages: names.indices.map { littleEndian([Float($0)]) }).bytes
  }

  /// What wrappers of a model put before its names goes, one around the other and before parts of it.
  @Test(
    arguments: [
      ([], ["_orig_mod.a.w", "_orig_mod.b.w"], nil),
      (["state_dict"], ["module.model.a.w", "module.model.b.w"], "state_dict"),
      (["model"], ["module._orig_mod.a.w", "module._orig_mod.b.w"], "model"),
      (["checkpoint", "model"], ["a._orig_mod.w", "b.w"], "checkpoint.model"),
      (["ema", "module"], ["ema.a.w", "ema.b.w"], "ema.module"),
      (["model_state_dict"], ["a.w", "b.w"], "model_state_dict"),
    ] as [([String], [String], String?)])
  func prefixes(_ path: [String], _ names: [String], _ key: String?) throws {
    let result = try checkpoint(nested(path, names))
    #expect(result.key == key && result.otherKeys.isEmpty)
    #expect(result.tensors.names.map { $0.replacing("._orig_mod", with: "") } == ["a.w", "b.w"])
  }

  /// The trained weights are taken before their average, which a key names, and what else there is is said.
  @Test func averageBesideTheWeights() throws {
    let both = nested(["state_dict"], ["model.a.w", "ema.a.w", "loss.w"])
    let plain = try checkpoint(both)
    #expect(plain.key == "state_dict.model" && plain.otherKeys == ["state_dict.ema"])
    #expect(plain.tensors.names == ["a.w"] && plain.tensors["a.w"]?.values == [0])
    let average = try checkpoint(both, key: "state_dict.ema")
    #expect(average.tensors.names == ["a.w"] && average.tensors["a.w"]?.values == [1])
    let apart = try checkpoint(training(["ema", "model"]))
    #expect(apart.key == "model" && apart.otherKeys == ["ema"])
  }

  @Test func aNameInTwoForms() {
    #expect(
      refusal(nested([], ["_orig_mod.w", "w"]))
        == "weights.pth: tensor \"w\": this name occurs twice, compiled (_orig_mod) and as it is")
  }

  /// A whole model is an object of a class of its own, which is never made.
  @Test func aWholeModel() {
    let pickle = PickleAssembly.program { pickle in
      pickle.global("torchvision.models.resnet", "ResNet")
      pickle.code(")")
      pickle.raw([0x81])
    }
    let problem = refusal(ArchiveAssembly(pickle: pickle).bytes)
    #expect(problem.contains("torchvision.models.resnet.ResNet is refused: a checkpoint's code is never run"))
    #expect(problem.contains("save its weights alone: torch.save(model.state_dict(), \"weights.pth\")"))
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
