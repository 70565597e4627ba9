import ComputeGraph
import DarknetTesting
import DetectionUtilities
import Foundation
import ImageCodecs
import ModelStorage
import ModelZoo
import Models
import Training

extension FuzzedParser {
  /// Model files: what their headers say, up to a network that has run; checkpoints; what is none of these.
  static let modelParsers = [
    FuzzedParser(
      name: "model", isBinary: true, longestInput: 2048, dictionary: jsonWords + modelWords, seeds: modelSeeds
    ) { bytes in
      let parts = FuzzedInput.parts(of: bytes, count: modelKeys.count)
      let model = LoadedModel(try modelFile(parts), path: "fuzz")
      _ = try RunConfiguration(startingFrom: model)
      do {
        let networks = try ModelCatalog.networks(of: model)
        if FuzzedInput.isOne(of: 64, bytes) { try detect(model, networks) }
        _ = try ModelCatalog.detector(of: model)
      } catch ModelFileError.weights, ModelFileError.noDetector {
        // Its weights are missing, or it is a backbone.
      }
    },
    FuzzedParser(
      name: "checkpoint", isBinary: true, longestInput: 2048, dictionary: jsonWords + checkpointWords,
      seeds: checkpointSeeds
    ) { bytes in
      // A header and, behind the separator, the bytes of the tensors.
      let parts = FuzzedInput.parts(of: bytes, count: 2)
      let file = littleEndian(parts[0].count, count: 8) + parts[0] + parts[1]
      _ = try Checkpoint.read(ScratchFolder.write(file, to: "last.checkpoint"))
    },
    FuzzedParser(
      name: "foreign-model", isBinary: true, longestInput: 1024,
      dictionary: ["PK\u{3}\u{4}", "GGUF", "TFL3", "HDF\r\n", "NUMPY", "[net]", "data.pkl", "ultralytics.", ".npy"],
      seeds: ["[net]\nwidth=3\n".bytes, Array(SmallDarknet.weights().prefix(64)), "PK\u{3}\u{4}model.weights.h5".bytes]
    ) { bytes in
      let file = ScratchFolder.write(bytes, to: "a.safetensors")
      do {
        _ = try ModelFile(contentsOf: file)
      } catch ModelFileError.wrongKind(_, let found) {
        expect(found == ForeignModelFile(contentsOf: file), "a file of two kinds")
      }
    },
  ]

  /// The order of an input's parts. The last may be missing.
  private static let modelKeys = [
    "architecture", "configuration", "classes", "preprocessing", "provenance", "quantization", "version",
  ]

  /// A model file without tensors.
  private static func modelFile(_ parts: [[UInt8]]) throws -> ModelFile {
    var metadata = ["peregrine.version": "2"]
    for (key, part) in zip(modelKeys, parts) where !part.isEmpty {
      metadata["peregrine." + key] = String(decoding: part, as: UTF8.self)
    }
    let header = try JSONEncoder().encode(["__metadata__": metadata])
    let file = littleEndian(header.count, count: 8) + header
    return try file.withUnsafeBytes { try ModelFile(bytes: $0, name: "fuzz") }
  }

  /// Runs the network with random weights, where it is a small one.
  private static func detect(_ model: LoadedModel, _ networks: ModelNetworks) throws {
    let size = model.file.preprocessing.inputSize
    guard networks.regionHead == nil, !model.file.preprocessing.resize.variesSize, size.width * size.height <= 1 << 14
    else { return }
    let graph = networks.image.graph
    guard graph.nodes.count < 100, graph.parameters.reduce(0, { $0 + $1.shape.elementCount }) < 1 << 18 else { return }
    var generator = SeededGenerator(seed: 1)
    var file = model.file
    file.parameters = graph.initialParameters(using: &generator)
    let detector = try ModelCatalog.detector(of: LoadedModel(file, path: "fuzz"))
    let image = RGBImage(size: ImageSize(width: 9, height: 7), pixels: [UInt8](repeating: 90, count: 3 * 9 * 7))
    _ = try detector.predict(SourceImage(DecodedImage(image), name: "fuzz"))
  }

  private static let modelWords = [
    "yolo", "faster-rcnn", "darknet", "darknet-network", "backbone", "\"inputSize\":", "\"width\":", "\"height\":",
    "\"letterbox\"", "\"stretch\"", "\"shorterSide\":", "\"longerSideAtMost\":", "\"mean\":", "\"standardDeviation\":",
    "\"antialias\":", "\"method\":", "\"max\"", "\"mean-square\"", "\"weightBits\":", "\"ranges\":", "\"largest\":",
    "\"isSigned\":", "\"layers\":", "\"weights\":", "\"kept\":", "\"calibration\":", "\"anchors\":",
    "\"pyramidChannels\":", "\"depth\":", "\"widthMultiplier\":", "\"configuration\":", "\"header\":", "\\n",
  ]

  private static let preprocessing =
    #"{"inputSize":{"width":32,"height":32},"resize":"letterbox","antialias":true,"mean":[0,0,0],"standardDeviation":[1,1,1]}"#
  private static let provenance = #"{"trainingDataHash":"","licence":"","programVersion":"0.1.0","metrics":{"AP":0.5}}"#

  /// A model of each family, as the program writes it.
  private static let modelSeeds: [[UInt8]] = {
    func text(_ value: some Encodable) -> String {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      return String(decoding: (try? encoder.encode(value)) ?? Data(), as: UTF8.self)
    }
    var run = RunConfiguration()
    run.yolo.inputSize = ImageSize(width: 32, height: 32)
    run.yolo.backbone.widthMultiplier = 0.125
    run.yolo.pyramidChannels = 4
    run.yolo.headConvolutions = 1
    run.yolo.anchorsPerLevel = 1
    run.yolo.anchors = Array(repeating: [AnchorSize(width: 8, height: 9)], count: 3)
    run.fasterRCNN.inputSize = run.yolo.inputSize
    run.fasterRCNN.backbone = run.yolo.backbone
    run.fasterRCNN.pyramid.channels = 8
    let darknet = ["configuration": SmallDarknet.cfg]
    let header = #""header":{"major":0,"minor":2,"revision":5,"seen":32013312}}"#
    let recipe =
      #"{"method":"max","weightBits":7,"ranges":{},"layers":[],"weights":[],"kept":[],"calibration":{"imageCount":1,"fingerprint":"a"}}"#
    let two = #"[{"name":"cat","id":1},{"name":"dog","id":2}]"#
    return [
      FuzzedInput.joined("yolo", text(run.yolo), two, preprocessing, provenance),
      FuzzedInput.joined("yolo", text(run.yolo), two, preprocessing, provenance, recipe),
      FuzzedInput.joined("faster-rcnn", text(run.fasterRCNN), two, preprocessing, provenance),
      FuzzedInput.joined("darknet", text(darknet).dropLast() + "," + header, two, preprocessing, provenance),
      FuzzedInput.joined("backbone", text(run.yolo.backbone), "[]", preprocessing, provenance),
    ]
  }()

  private static let checkpointWords = [
    "\"__metadata__\":", "\"format\":", "peregrine-checkpoint-1", "\"epoch\":", "\"stepInEpoch\":", "\"bestAP\":",
    "\"lossName.0\":", "\"lossSum.0\":", "\"lossStepCount\":", "\"dtype\":", "\"F32\"", "\"shape\":",
    "\"data_offsets\":",
    "\"parameters.", "\"average.", "\"optimiser.", "\"threadCount\":", "\"setting.",
  ]

  private static let checkpointSeeds = [
    FuzzedInput.joined(
      #"""
      {"__metadata__":{"format":"peregrine-checkpoint-1","averageUpdateCount":"3","optimiserStepCount":"4","epoch":"1",
      "stepInEpoch":"2","epochImageCount":"9","epochSeconds":"1.5","trainingDataHash":"ab","lossStepCount":"2",
      "bestAP":"0.5","bestAP50":"0.75","threadCount":"2","lossName.0":"total","lossSum.0":"1.25","setting.seed":"1"},
      "parameters.a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},
      "average.a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]},
      "optimiser.m.a":{"dtype":"F32","shape":[2],"data_offsets":[16,24]}}
      """#, "abcdefghijklmnopqrstuvwx")
  ]
}
