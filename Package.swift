// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "peregrine",
  products: [
    .executable(name: "peregrine", targets: ["peregrine"]),
    // Every target is a library of its own, so that a program links no more than it uses.
    .library(name: "Files", targets: ["Files"]),
    .library(name: "ImageCodecs", targets: ["ImageCodecs"]),
    .library(name: "Tensors", targets: ["Tensors"]),
    .library(name: "OneDNNKernels", targets: ["OneDNNKernels"]),
    .library(name: "NeuralNetwork", targets: ["NeuralNetwork"]),
    .library(name: "ONNXExport", targets: ["ONNXExport"]),
    .library(name: "DetectionUtilities", targets: ["DetectionUtilities"]),
    .library(name: "Detectors", targets: ["Detectors"]),
    .library(name: "Backbones", targets: ["Backbones"]),
    .library(name: "YOLO", targets: ["YOLO"]),
    .library(name: "FasterRCNN", targets: ["FasterRCNN"]),
    .library(name: "WeightImport", targets: ["WeightImport"]),
    .library(name: "Datasets", targets: ["Datasets"]),
    .library(name: "SampleScenes", targets: ["SampleScenes"]),
    .library(name: "Training", targets: ["Training"]),
    .library(name: "Inference", targets: ["Inference"]),
    .library(name: "Evaluation", targets: ["Evaluation"]),
    .library(name: "Reports", targets: ["Reports"]),
    .library(name: "DetectorFamilies", targets: ["DetectorFamilies"]),
    .library(
      name: "Peregrine",
      targets: [
        "Files", "ImageCodecs", "Tensors", "OneDNNKernels", "NeuralNetwork", "ONNXExport", "DetectionUtilities",
        "Detectors", "Backbones", "YOLO", "FasterRCNN", "WeightImport", "Datasets", "SampleScenes", "Training",
        "Inference", "Evaluation", "Reports", "DetectorFamilies",
      ]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // A target imports only what stands above it.
    // CPU features, threads, the parallel loop: the only target that calls OpenMP.
    .target(name: "CKernelRuntime", linkerSettings: [.linkedLibrary("gomp")]),
    .target(
      name: "CImageCodecs", dependencies: ["CKernelRuntime"],
      linkerSettings: ["jpeg", "png", "webp", "tiff"].map { .linkedLibrary($0) }),
    .target(
      name: "COneDNN", dependencies: ["CKernelRuntime"],
      linkerSettings: [.linkedLibrary("dnnl"), .linkedLibrary("m")]),
    .target(name: "CBlockedKernels", dependencies: ["CKernelRuntime"]),
    .target(name: "CRegionPooling", dependencies: ["CKernelRuntime"]),
    // The sample model as bytes of the program.
    .target(name: "CSampleModel", cSettings: [.headerSearchPath("../../Samples/Model")]),
    .target(name: "Files"),
    .target(name: "ImageCodecs", dependencies: ["CImageCodecs", "Files"]),
    .target(name: "Tensors"),
    .target(name: "OneDNNKernels", dependencies: ["CKernelRuntime", "COneDNN", "Tensors"]),
    .target(
      name: "NeuralNetwork",
      dependencies: [
        "CBlockedKernels", "Files", "Tensors", "OneDNNKernels",
        .product(name: "OrderedCollections", package: "swift-collections"),
      ]),
    .target(
      name: "ONNXExport",
      dependencies: ["Files", "NeuralNetwork", .product(name: "SwiftProtobuf", package: "swift-protobuf")],
      exclude: ["Schema/onnx.proto"]),
    .target(name: "DetectionUtilities"),
    .target(name: "Detectors", dependencies: ["ImageCodecs", "NeuralNetwork", "DetectionUtilities"]),
    .target(name: "Backbones", dependencies: ["NeuralNetwork"]),
    .target(name: "YOLO", dependencies: ["Detectors", "Backbones"]),
    .target(name: "FasterRCNN", dependencies: ["CRegionPooling", "Files", "Detectors", "Backbones"]),
    .target(name: "WeightImport", dependencies: ["YOLO", "FasterRCNN"]),
    .target(
      name: "Datasets",
      dependencies: ["Files", "ImageCodecs", "DetectionUtilities", .product(name: "Yams", package: "Yams")]),
    .target(name: "SampleScenes", dependencies: ["Datasets"]),
    .target(
      name: "Training",
      dependencies: ["Files", "Detectors", "Datasets", .product(name: "Yams", package: "Yams")]),
    .target(
      name: "Inference",
      dependencies: ["DetectionUtilities", "Detectors", "Files", "ImageCodecs", "NeuralNetwork", "OneDNNKernels"]),
    .target(
      name: "Evaluation",
      dependencies: [
        "Datasets", "DetectionUtilities", "Detectors", "Files", "ImageCodecs", "Inference", "OneDNNKernels",
      ]),
    .target(
      name: "Reports", dependencies: ["Datasets", "DetectionUtilities", "Evaluation", "Files", "ImageCodecs"]),
    .target(name: "DetectorFamilies", dependencies: ["CSampleModel", "Files", "WeightImport", "Training"]),
    .executableTarget(
      name: "peregrine",
      dependencies: [
        "DetectorFamilies", "Evaluation", "Files", "Inference", "ONNXExport", "Reports", "SampleScenes",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // What several test targets need to make tensors and compare them.
    .target(name: "TensorTesting", dependencies: ["Tensors"], path: "Tests/TensorTesting"),
    // Kernels as plain loops.
    .target(name: "KernelTesting", dependencies: ["OneDNNKernels"], path: "Tests/KernelTesting"),
    // A scripted detector, and small sets and comparisons worked by hand.
    .target(
      name: "EvaluationTesting",
      dependencies: ["Datasets", "DetectionUtilities", "Detectors", "Evaluation", "ImageCodecs"],
      path: "Tests/EvaluationTesting"),
    .testTarget(name: "FilesTests", dependencies: ["Files"]),
    .testTarget(name: "TensorsTests", dependencies: ["Tensors"]),
    .testTarget(name: "ImageCodecsTests", dependencies: ["ImageCodecs"]),
    .testTarget(name: "OneDNNKernelsTests", dependencies: ["OneDNNKernels", "KernelTesting", "TensorTesting"]),
    .testTarget(
      name: "NeuralNetworkTests", dependencies: ["Files", "NeuralNetwork", "KernelTesting", "TensorTesting"]),
    .testTarget(
      name: "ONNXExportTests",
      dependencies: [
        "Files", "ONNXExport", "TensorTesting", .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ]),
    .testTarget(name: "DetectionUtilitiesTests", dependencies: ["DetectionUtilities"]),
    .testTarget(name: "BackbonesTests", dependencies: ["Backbones", "TensorTesting"]),
    .testTarget(name: "YOLOTests", dependencies: ["YOLO"]),
    .testTarget(name: "FasterRCNNTests", dependencies: ["FasterRCNN", "TensorTesting"]),
    .testTarget(name: "WeightImportTests", dependencies: ["WeightImport", "TensorTesting"]),
    .testTarget(name: "DatasetsTests", dependencies: ["Files", "Datasets", "ImageCodecs", "DetectionUtilities"]),
    .testTarget(name: "DetectorsTests", dependencies: ["Detectors"]),
    .testTarget(name: "SampleScenesTests", dependencies: ["SampleScenes", "Datasets", "ImageCodecs"]),
    .testTarget(name: "TrainingTests", dependencies: ["Training"]),
    .testTarget(
      name: "InferenceTests",
      dependencies: ["Inference", "Detectors", "ImageCodecs", "OneDNNKernels", "EvaluationTesting"]),
    .testTarget(
      name: "EvaluationTests",
      dependencies: [
        "Evaluation", "Inference", "Datasets", "DetectionUtilities", "Detectors", "ImageCodecs", "EvaluationTesting",
      ]),
    .testTarget(
      name: "ReportsTests",
      dependencies: ["Reports", "Evaluation", "Datasets", "DetectionUtilities", "ImageCodecs", "EvaluationTesting"]),
    .testTarget(name: "DetectorFamiliesTests", dependencies: ["DetectorFamilies"]),
    .testTarget(
      name: "CommandLineTests", dependencies: ["peregrine", "DetectorFamilies", "Evaluation", "Inference", "Reports"],
      exclude: ["Help"]),
  ],
  swiftLanguageModes: [.v6]
)
