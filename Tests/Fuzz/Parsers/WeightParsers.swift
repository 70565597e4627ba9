import DarknetTesting
import Foundation
import ModelStorage
import WeightImport
import YOLO

extension FuzzedParser {
  /// Weights and networks of other programs, and safetensors.
  static let weightParsers = [
    FuzzedParser(
      name: "safetensors", isBinary: true, longestInput: 4096,
      dictionary: ["dtype", "shape", "data_offsets", "F32", "F16", "BF16", "F64", "I64", "U8", "BOOL", "__metadata__"],
      seeds: safeTensorsSeeds
    ) { _ = try SafeTensorsFile.read(bytes: $0, name: "fuzz") },
    // A whole checkpoint, an archive or of the legacy form.
    FuzzedParser(name: "pytorch", isBinary: true, longestInput: 4096, seeds: pyTorchSeeds) {
      _ = try PyTorchCheckpoint.read(bytes: $0, name: "fuzz")
    },
    // The pickle of a checkpoint, in an archive that is good otherwise.
    FuzzedParser(name: "pickle", isBinary: true, longestInput: 4096, seeds: pickles.map(\.bytes)) { bytes in
      var archive = archive(byteCount: bytes.count)
      archive.replaceSubrange(pickleStart..<pickleStart + bytes.count, with: bytes)
      try archive.withUnsafeBytes { _ = try PyTorchCheckpoint.read(bytes: $0, name: "fuzz") }
    },
    // The text of a Darknet `.cfg`, up to its graph.
    FuzzedParser(
      name: "darknet", isBinary: true, longestInput: 2048, dictionary: numbers + darknetWords, seeds: darknetSeeds
    ) { bytes in _ = try network(String(decoding: bytes, as: UTF8.self)) },
    // The `.weights` of a small Darknet network.
    FuzzedParser(
      name: "weights", isBinary: true, longestInput: 4400,
      seeds: [Array(SmallDarknet.weights()), Array(SmallDarknet.weights(minor: 1, wide: false))]
    ) { _ = try DarknetWeights(Data($0), of: smallNetwork.get(), path: "fuzz") },
  ]

  private static func network(_ text: String) throws -> DarknetNetwork {
    try DarknetNetwork(DarknetConfigurationFile(text, path: "fuzz"))
  }

  private static let smallNetwork = Result { try network(SmallDarknet.cfg) }
}

extension FuzzedParser {
  private static let safeTensorsSeeds =
    [
      "{}", #"{"__metadata__":{"a":"\u00e9\n"}}"#,
      #"{"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}"#,
      #"{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"BF16","shape":[2],"data_offsets":[4,8]}}"#,
      #"{"a":{"dtype":"F64","shape":[],"data_offsets":[0,8]},"b":{"dtype":"BOOL","shape":[0],"data_offsets":[8,8]}}"#,
      #"{"a":{"dtype":"I64","shape":[1,1,1],"data_offsets":[0,8]}}"#,
    ].map { header in
      littleEndian(header.utf8.count, count: 8) + header.bytes
        + [UInt8](repeating: 1, count: header.contains("dtype") ? 8 : 0)
    }

  private static let pyTorchSeeds = pickles.flatMap { pickle, counts in
    var archive = archive(around: pickle)
    let narrow = archive.bytes
    archive.isWide = true
    let storages = counts.enumerated().map { (key: "\($0)", count: $1, bytes: storage) }
    return [narrow, archive.bytes, legacyFile(pickle, storages: storages)]
  }

  private static let darknetWords = [
    "[convolutional]", "[maxpool]", "[avgpool]", "[route]", "[shortcut]", "[upsample]", "[yolo]", "[region]",
    "[detection]", "[connected]", "[softmax]", "[dropout]", "[reorg]", "[local]", "[crop]", "filters=", "size=",
    "stride=", "pad=", "padding=", "groups=", "group_id=", "layers=", "from=", "mask=", "anchors=", "classes=", "num=",
    "activation=", "leaky", "mish", "width=", "height=", "channels=", "side=", "output=", "batch_normalize=1",
    "dilation=", "antialiasing=1",
  ]

  private static let darknetSeeds = [
    SmallDarknet.cfg,
    """
    [net]
    width=64
    height=64
    [convolutional]
    filters=8
    groups=1
    size=3
    stride=2
    padding=1
    activation=mish
    [route]
    layers=-1
    groups=2
    group_id=1
    [upsample]
    stride=2
    [reorg]
    stride=2
    [shortcut]
    from=-1
    activation=swish
    [maxpool]
    size=2
    [avgpool]
    [dropout]
    [convolutional]
    filters=6
    [region]
    anchors=1,2
    classes=1
    softmax=1
    """,
  ].map(\.bytes)

  private static let storage = [UInt8](0..<32)

  /// Without checksums, so that a changed byte is not all that is found.
  private static func archive(around pickle: [UInt8]) -> ArchiveAssembly {
    var archive = ArchiveAssembly(pickle: pickle, storages: [storage, storage])
    for index in archive.entries.indices { archive.entries[index].checksum = 0 }
    return archive
  }

  /// Behind the header of the archive's first entry.
  private static let pickleStart = 30 + "archive/data.pkl".utf8.count
  nonisolated(unsafe) private static var archives: [Int: [UInt8]] = [:]

  /// An archive with room for a pickle of that many bytes; kept, since writing it takes longer than reading it.
  private static func archive(byteCount: Int) -> [UInt8] {
    if let archive = archives[byteCount] { return archive }
    let archive = archive(around: [UInt8](repeating: 0, count: byteCount)).bytes
    archives[byteCount] = archive
    return archive
  }

  /// State dicts, and how many elements their storages of 32 bytes have.
  private static let pickles: [(bytes: [UInt8], counts: [Int])] = [
    (
      PickleAssembly.program { pickle in
        pickle.dictionary {
          $0.text("a")
          $0.tensor(key: "0", count: 8, shape: [2, 4], strides: [4, 1])
          $0.text("b")
          $0.tensor("DoubleStorage", key: "1", count: 4, offset: 1, shape: [3, 2], strides: [1, 0])
        }
      }, [8, 4]
    ),
    (
      PickleAssembly.program { pickle in
        pickle.dictionary {
          $0.text("epoch")
          $0.integer(3)
          $0.text("model")
          $0.dictionary {
            $0.text("module.h")
            $0.tensor("HalfStorage", key: "0", count: 16, shape: [4, 2], strides: [1, 4])
            $0.text("module.n")
            $0.tensor("LongStorage", key: "1", count: 4, shape: [], strides: [])
          }
          $0.text("args")
          $0.global("argparse", "Namespace")
          $0.raw([0x29, 0x81])
          $0.code("}X\u{2}\0\0\0lrG\0\0\0\0\0\0\0\0sb")
        }
      }, [16, 4]
    ),
    // Protocol 4: a frame, remembered values, a class named on the stack, an untyped storage.
    (
      PickleAssembly.program { pickle in
        pickle.raw([0x80, 4, 0x95, 9, 0, 0, 0, 0, 0, 0, 0, 0x7D, 0x94, 0x8C, 1, 0x77, 0x94])
        pickle.text("torch._utils")
        pickle.text("_rebuild_tensor_v3")
        pickle.raw([0x93])
        pickle.code("(")
        pickle.storage("UntypedStorage", key: "0", count: 32)
        pickle.code("K\u{1}")
        for _ in 0..<2 { pickle.raw([0x4B, 3, 0x85]) }
        pickle.code("NN")
        pickle.global("torch", "bfloat16")
        pickle.code("tRs")
      }, [32]
    ),
  ]
}
