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
    .library(name: "ComputeGraph", targets: ["ComputeGraph"]),
    .library(name: "CPUKernels", targets: ["CPUKernels"]),
    .library(name: "NetworkPlans", targets: ["NetworkPlans"]),
    .library(name: "ModelStorage", targets: ["ModelStorage"]),
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
    .library(name: "Evaluation", targets: ["Evaluation"]),
    .library(name: "DetectorFamilies", targets: ["DetectorFamilies"]),
    .library(
      name: "Peregrine",
      targets: [
        "Files", "ImageCodecs", "Tensors", "ComputeGraph", "CPUKernels", "NetworkPlans", "ModelStorage", "ONNXExport",
        "DetectionUtilities", "Detectors", "Backbones", "YOLO", "FasterRCNN", "WeightImport", "Datasets",
        "SampleScenes", "Training",
        "Evaluation", "DetectorFamilies",
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
    .target(name: "CConvolutions", dependencies: ["CKernelRuntime"]),
    .target(name: "CRegionPooling", dependencies: ["CKernelRuntime"]),
    // The sample model as bytes of the program.
    .target(name: "CSampleModel", cSettings: [.headerSearchPath("../../Samples/Model")]),
    .target(name: "Files"),
    .target(name: "ImageCodecs", dependencies: ["CImageCodecs", "Files"]),
    .target(name: "Tensors"),
    // A network as data; no kernel library.
    .target(
      name: "ComputeGraph",
      dependencies: ["Tensors", .product(name: "OrderedCollections", package: "swift-collections")]),
    .target(
      name: "CPUKernels",
      dependencies: ["CConvolutions", "CKernelRuntime", "COneDNN", "ComputeGraph", "Tensors"]),
    .target(name: "NetworkPlans", dependencies: ["CPUKernels", "ComputeGraph", "Files", "Tensors"]),
    .target(name: "ModelStorage", dependencies: ["ComputeGraph", "Files", "Tensors"]),
    .target(
      name: "ONNXExport",
      dependencies: ["ComputeGraph", "Files", "Tensors", .product(name: "SwiftProtobuf", package: "swift-protobuf")],
      exclude: ["Schema/onnx.proto"]),
    .target(name: "DetectionUtilities"),
    .target(
      name: "Detectors",
      dependencies: ["ComputeGraph", "DetectionUtilities", "ImageCodecs", "ModelStorage", "NetworkPlans", "Tensors"]),
    .target(name: "Backbones", dependencies: ["ComputeGraph"]),
    .target(
      name: "YOLO",
      dependencies: [
        "Backbones", "ComputeGraph", "DetectionUtilities", "Detectors", "ImageCodecs", "NetworkPlans", "Tensors",
      ]),
    .target(
      name: "FasterRCNN",
      dependencies: [
        "Backbones", "CPUKernels", "CRegionPooling", "ComputeGraph", "DetectionUtilities", "Detectors", "Files",
        "ImageCodecs", "NetworkPlans", "Tensors",
      ]),
    .target(
      name: "WeightImport",
      dependencies: [
        "Backbones", "ComputeGraph", "DetectionUtilities", "Detectors", "FasterRCNN", "ImageCodecs", "ModelStorage",
        "Tensors", "YOLO",
      ]),
    .target(
      name: "Datasets",
      dependencies: ["Files", "ImageCodecs", "DetectionUtilities", .product(name: "Yams", package: "Yams")]),
    .target(name: "SampleScenes", dependencies: ["Datasets", "DetectionUtilities", "ImageCodecs"]),
    .target(
      name: "Training",
      dependencies: [
        "CPUKernels", "ComputeGraph", "Datasets", "DetectionUtilities", "Detectors", "Files", "ModelStorage", "Tensors",
        .product(name: "Yams", package: "Yams"),
      ]),
    .target(
      name: "Evaluation",
      dependencies: [
        "CPUKernels", "Datasets", "DetectionUtilities", "Detectors", "Files", "ImageCodecs", "NetworkPlans",
      ]),
    .target(
      name: "DetectorFamilies",
      dependencies: [
        "Backbones", "CSampleModel", "ComputeGraph", "Datasets", "DetectionUtilities", "Detectors", "FasterRCNN",
        "Files", "ImageCodecs", "NetworkPlans", "Tensors", "Training", "WeightImport", "YOLO",
      ]),
    .executableTarget(
      name: "peregrine",
      dependencies: [
        "Backbones", "CPUKernels", "ComputeGraph", "Datasets", "DetectionUtilities", "DetectorFamilies", "Detectors",
        "Evaluation", "FasterRCNN", "Files", "ImageCodecs", "ModelStorage", "NetworkPlans", "ONNXExport",
        "SampleScenes", "Tensors", "Training", "WeightImport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // What several test targets need to make tensors and compare them.
    .target(name: "TensorTesting", dependencies: ["Tensors"], path: "Tests/TensorTesting"),
    // Networks of every kind of layer, and the same in double precision with plain loops.
    .target(
      name: "NetworkTesting", dependencies: ["CPUKernels", "ComputeGraph", "KernelTesting", "NetworkPlans", "Tensors"],
      path: "Tests/NetworkTesting"),
    // Kernels as plain loops.
    .target(name: "KernelTesting", dependencies: ["ComputeGraph"], path: "Tests/KernelTesting"),
    .testTarget(name: "FilesTests", dependencies: ["Files"]),
    .testTarget(name: "TensorsTests", dependencies: ["Tensors"]),
    .testTarget(name: "ImageCodecsTests", dependencies: ["ImageCodecs"]),
    .testTarget(
      name: "ComputeGraphTests", dependencies: ["ComputeGraph", "NetworkPlans", "NetworkTesting", "TensorTesting"]),
    .testTarget(
      name: "CPUKernelsTests", dependencies: ["CPUKernels", "ComputeGraph", "KernelTesting", "TensorTesting"]),
    .testTarget(
      name: "NetworkPlansTests",
      dependencies: ["CPUKernels", "ComputeGraph", "NetworkPlans", "NetworkTesting", "TensorTesting"]),
    .testTarget(name: "ModelStorageTests", dependencies: ["ComputeGraph", "Files", "ModelStorage", "TensorTesting"]),
    .testTarget(
      name: "ONNXExportTests",
      dependencies: [
        "ComputeGraph", "Files", "ModelStorage", "NetworkPlans", "ONNXExport", "TensorTesting",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ]),
    .testTarget(name: "DetectionUtilitiesTests", dependencies: ["DetectionUtilities"]),
    .testTarget(
      name: "BackbonesTests",
      dependencies: ["Backbones", "ComputeGraph", "ModelStorage", "NetworkPlans", "TensorTesting"]),
    .testTarget(name: "YOLOTests", dependencies: ["Training", "YOLO"]),
    .testTarget(name: "FasterRCNNTests", dependencies: ["FasterRCNN", "ModelStorage", "TensorTesting", "Training"]),
    .testTarget(name: "WeightImportTests", dependencies: ["WeightImport", "NetworkPlans", "TensorTesting"]),
    .testTarget(name: "DatasetsTests", dependencies: ["Files", "Datasets", "ImageCodecs", "DetectionUtilities"]),
    .testTarget(name: "DetectorsTests", dependencies: ["Detectors"]),
    .testTarget(name: "SampleScenesTests", dependencies: ["SampleScenes", "Datasets", "ImageCodecs"]),
    .testTarget(name: "TrainingTests", dependencies: ["ComputeGraph", "Training"]),
    .testTarget(name: "EvaluationTests", dependencies: ["CPUKernels", "Evaluation"]),
    .testTarget(name: "DetectorFamiliesTests", dependencies: ["DetectorFamilies", "ModelStorage"]),
    .testTarget(
      name: "CommandLineTests", dependencies: ["peregrine", "DetectorFamilies", "Evaluation"], exclude: ["Help"]),
  ],
  swiftLanguageModes: [.v6]
)
