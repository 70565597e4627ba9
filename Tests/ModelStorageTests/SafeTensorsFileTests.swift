import ComputeGraph
import Files
import FolderTesting
import Foundation
import ModelStorage
import Tensors
import Testing

@Suite struct SafeTensorsFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func store(_ tensors: [(String, TensorShape, [Float])]) -> ParameterStore {
    var store = ParameterStore()
    for (name, shape, values) in tensors { store[name] = Tensor(shape: shape, values: values) }
    return store
  }

  /// A file of a header and data bytes, its length field right unless given.
  private func file(_ header: String, data: [UInt8] = [], length: UInt64? = nil) throws -> String {
    let bytes = Array(header.utf8)
    let count = length ?? UInt64(bytes.count)
    let path = folder.path + "/input.safetensors"
    try Data((0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) } + bytes + data)
      .write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test func whatIsWrittenIsRead() throws {
    let path = folder.path + "/model.safetensors"
    let written = store([
      ("z.weight", [2, 3], [1, -2, 3.5, .infinity, 0x1p-149, 0]), ("a.bias", [], [7]), ("empty", [0, 4], []),
    ])
    let metadata = ["classes": "[\"cat\",\"d\\og\"]\n\t\u{1}é猫😀", "": "empty key"]
    try SafeTensorsFile.write(written, metadata: metadata, to: path)
    let read = try SafeTensorsFile.read(path)
    #expect(read.metadata == metadata)
    #expect(try SafeTensorsFile.readMetadata(path) == metadata)
    #expect(read.tensors.names == ["z.weight", "a.bias", "empty"])
    for name in written.names { #expect(read.tensors[name] == written[name]) }
  }

  @Test(arguments: SafeTensorsFile.Storage.allCases)
  func memoryReadsLikeAFile(storage: SafeTensorsFile.Storage) throws {
    let path = folder.path + "/model.safetensors"
    let written = store([("w", [3, 1], [1, -2, 0.5]), ("empty", [0], []), ("b", [], [7])])
    try SafeTensorsFile.write(written, metadata: ["a": "1"], storage: storage, to: path)
    let fromFile = try SafeTensorsFile.read(path)
    // One byte further, where nothing is aligned.
    let bytes = try [0] + Data(contentsOf: URL(fileURLWithPath: path))
    let fromMemory = try bytes.withUnsafeBytes {
      try SafeTensorsFile.read(bytes: UnsafeRawBufferPointer(rebasing: $0.dropFirst()), name: "memory")
    }
    #expect(fromMemory.metadata == ["a": "1"])
    #expect(fromMemory.tensors.names == ["w", "empty", "b"])
    for name in written.names {
      #expect(fromMemory.tensors[name] == written[name])
      #expect(fromMemory.tensors[name] == fromFile.tensors[name])
    }
  }

  @Test func memoryIsCheckedLikeAFile() throws {
    let path = folder.path + "/model.safetensors"
    try SafeTensorsFile.write(store([("w", [4], [1, 2, 3, 4])]), to: path)
    let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    for count in [0, 7, 8, 20, bytes.count - 1] {
      try Data(bytes[..<count]).write(to: URL(fileURLWithPath: path))
      let fromFile = #expect(throws: SafeTensorsError.self) { try SafeTensorsFile.read(path) }
      let fromMemory = #expect(throws: SafeTensorsError.self) {
        try bytes[..<count].withUnsafeBytes { try SafeTensorsFile.read(bytes: $0, name: "the model") }
      }
      #expect(fromMemory?.path == "the model" && fromMemory?.kind == .malformed)
      #expect(fromMemory?.expectation == fromFile?.expectation)
    }
  }

  @Test func bytesAreThoseOfTheFormat() throws {
    let path = folder.path + "/model.safetensors"
    try SafeTensorsFile.write(store([("w", [2], [1, -2])]), metadata: ["b": "2", "a": "1"], to: path)
    let header =
      "{\"__metadata__\":{\"a\":\"1\",\"b\":\"2\"},\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}"
    let padded = header + String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    let data: [UInt8] = [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0]
    let expected = [UInt8(padded.utf8.count), 0, 0, 0, 0, 0, 0, 0] + Array(padded.utf8) + data
    #expect(try [UInt8](Data(contentsOf: URL(fileURLWithPath: path))) == expected)
    #expect(padded.utf8.count % 8 == 0)
    #expect(folder.names == ["model.safetensors"], "no temporary file stays")
  }

  @Test(arguments: [
    ("BOOL", [0, 1, 2] as [UInt8], [0, 1, 1] as [Float]),
    ("U8", [0, 255], [0, 255]),
    ("I8", [0xFF, 0x80], [-1, -128]),
    ("U16", [0xFF, 0xFF], [65535]),
    ("I16", [0xFE, 0xFF], [-2]),
    ("F16", [0x00, 0x3C, 0x00, 0xC0, 0xFF, 0x7B, 0x01, 0x00], [1, -2, 65504, 0x1p-24]),
    ("BF16", [0x80, 0x3F, 0x00, 0xC0, 0x80, 0x7F], [1, -2, .infinity]),
    ("U32", [0, 0, 0, 0x80], [2_147_483_648]),
    ("I32", [0xFD, 0xFF, 0xFF, 0xFF], [-3]),
    ("F32", [0, 0, 0x80, 0x3F], [1]),
    ("U64", [0, 0, 0, 0, 0, 0, 0, 0x80], [0x1p63]),
    ("I64", [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [-1]),
    ("F64", [0, 0, 0, 0, 0, 0, 0xF8, 0x3F], [1.5]),
  ])
  func everyElementTypeIsRead(type: String, data: [UInt8], expected: [Float]) throws {
    let header =
      "{\"t\":{\"dtype\":\"\(type)\",\"shape\":[\(expected.count)],\"data_offsets\":[0,\(data.count)]}}"
    let tensors = try SafeTensorsFile.read(file(header, data: data)).tensors
    #expect(tensors["t"]?.values == expected)
  }

  /// 1 + 2⁻⁸ lies halfway between two bf16 values, 1 + 2⁻¹¹ between two f16 values: both go to the even one, 1.
  @Test(
    arguments: [
      (SafeTensorsFile.Storage.bf16, [1, 1 + 0x1p-8, 1 + 0x3p-8, -0x1p100], [1, 1, 1 + 0x1p-6, -0x1p100]),
      (.f16, [1, 1 + 0x1p-11, 1 + 0x3p-11, -0x1p100], [1, 1, 1 + 0x1p-9, -.infinity]),
    ] as [(SafeTensorsFile.Storage, [Float], [Float])])
  func halvesAreRoundedToNearestEven(storage: SafeTensorsFile.Storage, values: [Float], expected: [Float]) throws {
    let path = folder.path + "/half.safetensors"
    try SafeTensorsFile.write(store([("t", [4], values), ("nan", [1], [.nan])]), storage: storage, to: path)
    let tensors = try SafeTensorsFile.read(path).tensors
    #expect(tensors["t"]?.values == expected)
    #expect(tensors["nan"]?.values.first?.isNaN == true)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count % 8 == 2, "two bytes an element")
  }

  @Test func largeHalvesAreReadInPieces() throws {
    let path = folder.path + "/large.safetensors"
    let count = (1 << 18) + 5
    let values = (0..<count).map { Float($0 % 251) }
    try SafeTensorsFile.write(store([("t", [count], values)]), storage: .bf16, to: path)
    #expect(try SafeTensorsFile.read(path).tensors["t"]?.values == values)
  }

  @Test func orderOfReadingIsThatOfTheBytes() throws {
    let header =
      "{\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]},"
      + " \"a\":{\"data_offsets\":[0,1],\"shape\":[1],\"dtype\":\"U8\"}}  "
    let tensors = try SafeTensorsFile.read(file(header, data: [5, 6])).tensors
    #expect(tensors.names == ["a", "b"])
    #expect(tensors["a"]?.values == [5])
  }

  /// Each header with the tensor that the error must name and a word of what it must say.
  @Test(
    arguments: [
      ("{", nil, "expected"),
      ("[]", nil, "begin with {"),
      ("{}x", nil, "nothing but spaces"),
      ("{\"a\":1}", "a", "expected {"),
      ("{\"a\":{}}", "a", "expected dtype, shape and two data_offsets"),
      ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"x\":1}}", "a", "unknown key"),
      ("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", "a", "occurs twice"),
      ("{\"a\":{\"dtype\":\"Q4\",\"shape\":[1],\"data_offsets\":[0,4]}}", "a", "element type \"Q4\""),
      ("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", "a", "integer from 0 up"),
      ("{\"a\":{\"dtype\":\"F32\",\"shape\":[01],\"data_offsets\":[0,4]}}", "a", "integer from 0 up"),
      ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1.0],\"data_offsets\":[0,4]}}", "a", "expected ]"),
      ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,4]}}", "a", "two data_offsets"),
      ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}", "a", "in order inside"),
      ("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", "a", "in order inside"),
      ("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", "a", "takes 8 bytes, data_offsets give 4"),
      ("{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,4]}}", "a", "64 bits"),
      ("{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296,0],\"data_offsets\":[0,0]}}", "a", "64 bits"),
      ("{\"a\":{\"dtype\":\"F64\",\"shape\":[2305843009213693952],\"data_offsets\":[0,0]}}", "a", "64 bits"),
      ("{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[2,4]}}", "a", "leaves a hole"),
      ("{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}", nil, "end at data byte 2"),
      ("{}", nil, "end at data byte 0"),
      (
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]},"
          + "\"b\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[1,4]}}", "b", "overlaps"
      ),
      (
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
          + "\"\\u0061\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}", nil, "\"a\" occurs twice"
      ),
      ("{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}}", nil, "metadata key \"k\" occurs twice"),
      ("{\"__metadata__\":{\"k\":1}}", nil, "expected \""),
      ("{\"__metadata__\":{\"k\":\"\\ud800\"}}", nil, "surrogate"),
      ("{\"__metadata__\":{\"k\":\"\\x\"}}", nil, "unknown escape"),
      ("{\"__metadata__\":{\"k\":\"a\nb\"}}", nil, "control character"),
      ("{\"__metadata__\":{\"k\":\"a", nil, "does not end"),
    ] as [(String, String?, String)])
  func badHeadersAreRefused(header: String, tensor: String?, words: String) throws {
    let path = try file(header, data: [0, 0, 0, 0])
    let error = try #require(throws: SafeTensorsError.self) { try SafeTensorsFile.read(path) }
    #expect(error.kind == .malformed)
    #expect(error.path == path)
    #expect(error.tensor == tensor)
    #expect(error.expectation.contains(words), "\(error)")
    #expect(throws: SafeTensorsError.self) { try SafeTensorsFile.readMetadata(path) }
  }

  @Test(arguments: [0, 1, 3, 100_000_001, UInt64(1) << 63, .max])
  func badHeaderLengthsAreRefused(length: UInt64) throws {
    let path = try file("{}", length: length)
    let error = try #require(throws: SafeTensorsError.self) { try SafeTensorsFile.read(path) }
    #expect(error.kind == .malformed)
  }

  @Test func invalidTextIsRefused() throws {
    let path = folder.path + "/bad.safetensors"
    let header = Array("{\"__metadata__\":{\"k\":\"".utf8) + [0xFF] + Array("\"}}".utf8)
    try Data([UInt8(header.count), 0, 0, 0, 0, 0, 0, 0] + header).write(to: URL(fileURLWithPath: path))
    let error = try #require(throws: SafeTensorsError.self) { try SafeTensorsFile.read(path) }
    #expect(error.expectation.contains("UTF-8"))
  }

  @Test func missingAndShortFilesAreNamed() throws {
    let missing = folder.path + "/none.safetensors"
    #expect(try #require(throws: SafeTensorsError.self) { try SafeTensorsFile.read(missing) }.kind == .missing)
    #expect(
      try #require(throws: SafeTensorsError.self) { try SafeTensorsFile.read(folder.path) }.kind == .unreadable)
    try Data([1, 2, 3]).write(to: URL(fileURLWithPath: missing))
    let error = try #require(throws: SafeTensorsError.self) { try SafeTensorsFile.read(missing) }
    #expect(error.description == "\(missing): 3 bytes, expected at least 8")
  }

  /// Every prefix of a valid file, and every file with one byte changed, is read or refused, never trapped on.
  @Test func damagedFilesNeverTrap() throws {
    let path = folder.path + "/model.safetensors"
    try SafeTensorsFile.write(store([("a", [2, 1], [1, 2]), ("b", [1], [3])]), metadata: ["k": "v"], to: path)
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    let damaged = folder.path + "/damaged.safetensors"
    for count in bytes.indices {
      try Data(bytes[..<count]).write(to: URL(fileURLWithPath: damaged))
      #expect(throws: SafeTensorsError.self) { try SafeTensorsFile.read(damaged) }
    }
    for index in 0..<(bytes.count - 12) {
      for change: UInt8 in [1, 0x10, 0x80] {
        var changed = bytes
        changed[index] ^= change
        try Data(changed).write(to: URL(fileURLWithPath: damaged))
        _ = try? SafeTensorsFile.read(damaged)
      }
    }
  }

  @Test func unwritablePlacesAreNamed() throws {
    let path = folder.path + "/absent/model.safetensors"
    let error = try #require(throws: OutputError.self) { try SafeTensorsFile.write(ParameterStore(), to: path) }
    #expect(error.kind == .refused)
    #expect(error.path == path)
  }
}
