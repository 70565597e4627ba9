import Testing
import WeightImport

/// Archives that are not as `torch.save` writes them.
struct PyTorchArchiveTests {
  private let good = ArchiveAssembly(pickle: vectorPickle(count: 2), storages: [littleEndian([1, 2])])

  /// What is said of the archive after a change, without the file's name.
  private func message(_ change: (inout ArchiveAssembly) -> Void) -> String {
    var archive = good
    change(&archive)
    return String(refusal(archive.bytes).dropFirst("weights.pth: ".count))
  }

  @Test func goodArchive() throws {
    #expect(try checkpoint(good.bytes).tensors["w"]?.values == [1, 2])
  }

  /// Wherever it is cut, and one byte behind it.
  @Test func truncatedOrTrailing() {
    let whole = good.bytes
    for count in 4..<whole.count {
      #expect(
        refusal(Array(whole[..<count])) == "weights.pth: begins as a zip archive and does not end as one: is the file "
          + "truncated at byte \(count)?")
    }
    #expect(refusal(whole + [0]).contains("does not end as one"))
  }

  @Test func compressedOrEncrypted() {
    #expect(
      message { $0.entries[1].method = 8 }
        == "entry \"archive/data/0\": is compressed (method 8), expected stored bytes, which is what torch.save writes")
    #expect(message { $0.entries[1].flags = 1 } == "entry \"archive/data/0\": is encrypted, expected plain bytes")
    #expect(
      message { $0.entries[1].packedSize = 4 }
        == "entry \"archive/data/0\": 8 bytes stored as 4, expected the same number")
  }

  @Test func sizes() {
    #expect(message { $0.entries[1].size = 0x7FFF_FFFF }.contains("2147483647 bytes from byte"))
    #expect(
      message {
        $0.isWide = true
        $0.entries[1].size = 1 << 62
      }.hasPrefix("entry \"archive/data/0\": 4611686018427387904 bytes from byte"))
    #expect(
      message {
        $0.isWide = true
        $0.entries[1].size = -1
      } == "entry \"archive/data/0\": its size or place goes beyond 63 bits")
    #expect(message { $0.entries[1].offset = 1 << 30 }.contains("begins at byte 1073741824, the archive's entries end"))
    // The entry exists, with other bytes than the tensor's storage has.
    #expect(
      message { $0.entries[1].bytes = [1, 2, 3, 4] }
        == "entry \"archive/data/0\": 4 bytes, expected 2 elements of float32")
    #expect(
      message { $0.entries[1].bytes += [0] } == "entry \"archive/data/0\": 9 bytes, expected 2 elements of float32")
  }

  @Test func overlap() {
    // A second entry over the first one's bytes, under the same header.
    #expect(
      message {
        $0.entries[1].offset = 0
        $0.entries[1].size = $0.entries[0].bytes.count
      } == "entry \"archive/data/0\": at byte 0 stands another header than the directory's")
    // A header within the bytes of the entry before.
    let inner = ArchiveAssembly(pickle: [], storages: [])
    var outer = ArchiveAssembly(pickle: inner.bytes)
    outer.entries[1] = inner.entries[1]
    outer.entries[1].offset = 30 + 16 + 30 + 16
    #expect(
      refusal(outer.bytes) == "weights.pth: entry \"archive/version\": begins at byte 92, within the entry "
        + "\"archive/data.pkl\", which ends at \(46 + inner.bytes.count)")
  }

  @Test func directory() {
    #expect(message { $0.entries[1].name = "archive/data.pkl" }.contains("this name occurs twice in the archive"))
    #expect(
      message { $0.entries[1].headerName = "archive/data/1" }.contains("stands another header than the directory's"))
    #expect(message { $0.entryCount = 2 } == "3 entries in the zip directory, its end record counts 2")
    #expect(
      message {
        $0.isWide = true
        $0.entryCount = 1 << 40
      }.contains("for 1099511627776 entries, expected at most"))
    #expect(message { $0.directoryOffset = 1 }.contains("bytes at 1, expected it to end at"))
    #expect(message { $0.entries[0].name = "archive/\u{FFFD}" }.contains("another header") == false)
  }

  @Test func damagedBytes() {
    #expect(
      message { $0.entries[1].checksum = 0x0102_0304 }.contains("expected 01020304: they are damaged"))
    // As written by programs that were told not to compute it.
    #expect(message { $0.entries[1].checksum = 0 } == "")
  }

  @Test func otherForms() {
    let script = message { $0.entries.append(.init(name: "archive/constants.pkl", bytes: [])) }
    #expect(
      script == "entry \"archive/constants.pkl\": a TorchScript archive, which holds a program; save the model's "
        + "state_dict() with torch.save")
    #expect(
      message { $0.entries.append(.init(name: "archive/code/__torch__.py", bytes: [])) }.contains("TorchScript archive")
    )
    #expect(
      message { $0.entries.append(.init(name: "archive/byteorder", bytes: Array("big".utf8))) }
        == "entry \"archive/byteorder\": \"big\", expected \"little\"")
    #expect(
      message { $0.entries[2].bytes = Array("11\n".utf8) } == "entry \"archive/version\": \"11\", expected 1 to 10")
    #expect(
      message { $0.entries.removeFirst() } == "an archive with 0 entries data.pkl, expected the one that torch.save "
        + "writes; it begins with \"archive/data/0\", \"archive/version\"")
    #expect(
      message { $0.entries.remove(at: 1) } == "entry \"archive/data/0\": is not in the archive, a tensor refers to it")
  }

  @Test func otherFiles() {
    #expect(refusal([]) == "weights.pth: is empty, expected a file that torch.save wrote")
    #expect(refusal(Array("{}".utf8)).contains("begins with the bytes 7b 7d, expected a zip archive or a pickle"))
    #expect(refusal(vectorPickle(count: 1)).contains("a pickle without the magic number of PyTorch"))
    var tar = [UInt8](repeating: 0, count: 512)
    tar.replaceSubrange(257..<262, with: Array("ustar".utf8))
    #expect(refusal(tar).contains("a tar file, as PyTorch wrote before 2017"))
    #expect(throws: PyTorchCheckpointError.self) { try PyTorchCheckpoint.read("/nonexistent/weights.pth") }
    do {
      _ = try PyTorchCheckpoint.read("/nonexistent/weights.pth")
    } catch {
      #expect(error.kind == .missing)
      #expect(error.description == "/nonexistent/weights.pth: No such file or directory")
    }
  }
}
