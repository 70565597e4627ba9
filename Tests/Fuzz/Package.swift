// swift-tools-version: 6.2
import PackageDescription

// Copied by run.sh beside links to Sources and Tests: what is fuzzed, instrumented. C targets of oneDNN are not.
let instrumented: [SwiftSetting] = [.unsafeFlags(["-sanitize=fuzzer,address"])]

let package = Package(
  name: "fuzz",
  products: [.library(name: "FuzzedParsers", type: .static, targets: ["FuzzedParsers"])],
  dependencies: [.package(url: "https://github.com/apple/swift-collections", from: "1.6.0")],
  targets: [
    .target(name: "COneDNN"),
    .target(name: "Tensors", exclude: ["Tensors.docc"], swiftSettings: instrumented),
    .target(
      name: "OneDNNKernels", dependencies: ["COneDNN", "Tensors"], exclude: ["OneDNNKernels.docc"],
      swiftSettings: instrumented),
    .target(
      name: "NeuralNetwork",
      dependencies: [
        "Tensors", "OneDNNKernels", .product(name: "OrderedCollections", package: "swift-collections"),
      ],
      exclude: ["NeuralNetwork.docc"], swiftSettings: instrumented),
    .target(name: "CImageCodecs"),
    .target(name: "ImageCodecs", dependencies: ["CImageCodecs"], exclude: ["ImageCodecs.docc"]),
    .target(name: "DetectionUtilities", exclude: ["DetectionUtilities.docc"]),
    .target(
      name: "Detectors", dependencies: ["ImageCodecs", "NeuralNetwork", "DetectionUtilities"],
      exclude: ["Detectors.docc"]),
    .target(name: "Backbones", dependencies: ["NeuralNetwork"], exclude: ["Backbones.docc"]),
    .target(
      name: "YOLO", dependencies: ["Detectors", "Backbones"], exclude: ["YOLO.docc"], swiftSettings: instrumented),
    .target(
      name: "WeightImport", dependencies: ["YOLO"], sources: ["PyTorch", "Darknet", "SHA256.swift"],
      swiftSettings: instrumented),
    // The harness, with the tests' writers of pickles and archives.
    .target(
      name: "FuzzedParsers", dependencies: ["NeuralNetwork", "WeightImport", "YOLO"], path: "FuzzedParsers",
      swiftSettings: instrumented),
  ],
  swiftLanguageModes: [.v6]
)
