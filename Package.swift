// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "peregrine",
  products: [
    .executable(name: "peregrine", targets: ["peregrine"]),
    // Every target is a library of its own, so that a program links no more than it uses.
    .library(name: "Files", targets: ["Files"]),
    .library(name: "JSONScanning", targets: ["JSONScanning"]),
    .library(name: "ParallelWork", targets: ["ParallelWork"]),
    .library(name: "ImageCodecs", targets: ["ImageCodecs"]),
    .library(name: "Tensors", targets: ["Tensors"]),
    .library(name: "ComputeGraph", targets: ["ComputeGraph"]),
    .library(name: "CPUKernels", targets: ["CPUKernels"]),
    .library(name: "NetworkPlans", targets: ["NetworkPlans"]),
    .library(name: "ModelStorage", targets: ["ModelStorage"]),
    .library(name: "ONNX", targets: ["ONNX"]),
    .library(name: "DetectionUtilities", targets: ["DetectionUtilities"]),
    .library(name: "ImageFilters", targets: ["ImageFilters"]),
    .library(name: "Models", targets: ["Models"]),
    .library(name: "Backbones", targets: ["Backbones"]),
    .library(name: "YOLO", targets: ["YOLO"]),
    .library(name: "FasterRCNN", targets: ["FasterRCNN"]),
    .library(name: "Classification", targets: ["Classification"]),
    .library(name: "Segmentation", targets: ["Segmentation"]),
    .library(name: "WeightImport", targets: ["WeightImport"]),
    .library(name: "Datasets", targets: ["Datasets"]),
    .library(name: "Augmentation", targets: ["Augmentation"]),
    .library(name: "SampleScenes", targets: ["SampleScenes"]),
    .library(name: "Training", targets: ["Training"]),
    .library(name: "WorkedExamples", targets: ["WorkedExamples"]),
    .library(name: "Visualization", targets: ["Visualization"]),
    .library(name: "Inference", targets: ["Inference"]),
    .library(name: "Evaluation", targets: ["Evaluation"]),
    .library(name: "Reports", targets: ["Reports"]),
    .library(name: "ModelZoo", targets: ["ModelZoo"]),
    .library(
      name: "Peregrine",
      targets: [
        "Files", "JSONScanning", "ParallelWork", "ImageCodecs", "Tensors", "ComputeGraph", "CPUKernels",
        "NetworkPlans", "ModelStorage", "ONNX", "DetectionUtilities", "ImageFilters", "Models", "Backbones", "YOLO",
        "FasterRCNN", "Classification", "Segmentation", "WeightImport", "Datasets", "Augmentation", "SampleScenes",
        "Training", "Inference", "Evaluation", "Reports", "ModelZoo", "Visualization", "WorkedExamples",
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
    // libwebp and libtiff are loaded when they are needed.
    .target(
      name: "CImageCodecs", dependencies: ["CKernelRuntime"],
      linkerSettings: ["jpeg", "png"].map { .linkedLibrary($0) }),
    .target(
      name: "COneDNN", dependencies: ["CKernelRuntime"],
      linkerSettings: [.linkedLibrary("dnnl"), .linkedLibrary("m")]),
    .target(name: "CConvolutions", dependencies: ["CKernelRuntime"]),
    .target(name: "CRegionPooling", dependencies: ["CKernelRuntime"]),
    // The sample model as bytes of the program.
    .target(name: "CSampleModel", cSettings: [.headerSearchPath("../../Samples/Model")]),
    // CRC-32 of ZIP archives.
    .systemLibrary(name: "CZlib"),
    // What becomes of half-written files and of the exit code where a program crashes.
    .target(name: "CCrashHandler"),
    .target(name: "Files", dependencies: ["CCrashHandler"]),
    .target(name: "JSONScanning"),
    .target(name: "ParallelWork"),
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
    .target(name: "ModelStorage", dependencies: ["ComputeGraph", "Files", "JSONScanning", "Tensors"]),
    .target(
      name: "ONNX",
      dependencies: [
        "ComputeGraph", "Files", "Tensors", .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      exclude: ["Schema/onnx.proto"]),
    // Imports nothing: the first thing to read.
    .target(name: "DetectionUtilities"),
    .target(name: "ImageFilters", dependencies: ["ComputeGraph", "ImageCodecs", "NetworkPlans", "Tensors"]),
    .target(
      name: "Models",
      dependencies: [
        "CPUKernels", "ComputeGraph", "DetectionUtilities", "Files", "ImageCodecs", "ModelStorage", "NetworkPlans",
        "Tensors",
      ]),
    .target(name: "Backbones", dependencies: ["ComputeGraph"]),
    .target(
      name: "YOLO",
      dependencies: [
        "Backbones", "ComputeGraph", "DetectionUtilities", "Files", "ImageCodecs", "Models", "NetworkPlans", "Tensors",
      ]),
    .target(
      name: "FasterRCNN",
      dependencies: [
        "Backbones", "CPUKernels", "CRegionPooling", "ComputeGraph", "DetectionUtilities", "Files", "ImageCodecs",
        "JSONScanning", "Models", "NetworkPlans", "Tensors",
      ]),
    .target(
      name: "Classification",
      dependencies: [
        "Backbones", "ComputeGraph", "DetectionUtilities", "ImageCodecs", "Models", "NetworkPlans", "Tensors",
      ]),
    .target(
      name: "Segmentation",
      dependencies: [
        "Backbones", "CPUKernels", "ComputeGraph", "DetectionUtilities", "ImageCodecs", "Models", "NetworkPlans",
        "Tensors",
      ]),
    .target(
      name: "WeightImport",
      dependencies: [
        "Backbones", "CZlib", "Classification", "ComputeGraph", "FasterRCNN", "Files", "ImageCodecs", "ModelStorage",
        "Models", "Segmentation", "Tensors", "YOLO",
      ]),
    .target(
      name: "Datasets",
      dependencies: [
        "CZlib", "DetectionUtilities", "Files", "ImageCodecs", "JSONScanning", "ParallelWork",
        .product(name: "Yams", package: "Yams"),
      ]),
    .target(name: "Augmentation", dependencies: ["Datasets", "DetectionUtilities", "ImageCodecs", "ParallelWork"]),
    .target(
      name: "SampleScenes",
      dependencies: ["Datasets", "DetectionUtilities", "Files", "ImageCodecs", "ParallelWork"]),
    .target(
      name: "Training",
      dependencies: [
        "Augmentation", "CPUKernels", "ComputeGraph", "DetectionUtilities", "Files", "ImageCodecs", "ModelStorage",
        "Models", "NetworkPlans", "Tensors", .product(name: "Yams", package: "Yams"),
      ]),
    // Small calculations written out number by number.
    .target(
      name: "WorkedExamples",
      dependencies: [
        "ComputeGraph", "DetectionUtilities", "ImageCodecs", "NetworkPlans", "Tensors", "Training",
        .product(name: "Yams", package: "Yams"),
      ]),
    // What a network has learnt and what it looks at.
    .target(
      name: "Visualization",
      dependencies: ["ComputeGraph", "DetectionUtilities", "ImageCodecs", "Models", "NetworkPlans", "Tensors"]),
    // Detectors at work on many images.
    .target(
      name: "Inference",
      dependencies: [
        "CPUKernels", "DetectionUtilities", "Files", "ImageCodecs", "Models", "NetworkPlans", "ParallelWork",
      ]),
    .target(
      name: "Evaluation",
      dependencies: [
        "CPUKernels", "ComputeGraph", "Datasets", "DetectionUtilities", "Files", "ImageCodecs", "Inference", "Models",
        "ParallelWork",
      ]),
    .target(
      name: "Reports",
      dependencies: ["Datasets", "DetectionUtilities", "Evaluation", "Files", "ImageCodecs", "Models"]),
    // The one list of model families.
    .target(
      name: "ModelZoo",
      dependencies: [
        "Backbones", "CSampleModel", "Classification", "ComputeGraph", "Datasets", "DetectionUtilities", "FasterRCNN",
        "Files",
        "ImageCodecs", "Models", "NetworkPlans", "Segmentation", "Tensors", "Training", "YOLO",
      ]),
    .executableTarget(
      name: "peregrine",
      dependencies: [
        "Augmentation", "CPUKernels", "ComputeGraph", "Datasets", "DetectionUtilities", "Evaluation", "FasterRCNN",
        "Files", "ImageCodecs", "ImageFilters", "Inference", "ModelStorage", "ModelZoo", "Models", "NetworkPlans",
        "ONNX", "ParallelWork", "Reports", "SampleScenes", "Tensors", "Training", "Visualization", "WeightImport",
        "WorkedExamples", "YOLO",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // A small Darknet network and weights for it.
    .target(name: "DarknetTesting", dependencies: ["Tensors", "YOLO"], path: "Tests/DarknetTesting"),
    // Sets and comparisons made by hand.
    .target(
      name: "EvaluationTesting",
      dependencies: [
        "Datasets", "DetectionUtilities", "Evaluation", "FolderTesting", "ImageCodecs", "Models",
      ],
      path: "Tests/EvaluationTesting"),
    // A folder of its own for one test.
    .target(name: "FolderTesting", dependencies: ["ImageCodecs"], path: "Tests/FolderTesting"),
    // Kernels as plain loops.
    .target(name: "KernelTesting", dependencies: ["ComputeGraph", "Tensors"], path: "Tests/KernelTesting"),
    // Networks of every kind of layer, and the same in double precision with plain loops.
    .target(
      name: "NetworkTesting",
      dependencies: [
        "CPUKernels", "ComputeGraph", "KernelTesting", "TensorTesting", "Tensors",
      ],
      path: "Tests/NetworkTesting"),
    // What several test targets need to make tensors and compare them.
    .target(name: "TensorTesting", dependencies: ["Tensors"], path: "Tests/TensorTesting"),
    .testTarget(name: "FilesTests", dependencies: ["Files", "FolderTesting"]),
    .testTarget(name: "JSONScanningTests", dependencies: ["JSONScanning"]),
    .testTarget(name: "ParallelWorkTests", dependencies: ["Inference", "ParallelWork"]),
    .testTarget(name: "ImageCodecsTests", dependencies: ["ImageCodecs"]),
    .testTarget(name: "TensorsTests", dependencies: ["Tensors"]),
    .testTarget(
      name: "ComputeGraphTests",
      dependencies: ["ComputeGraph", "NetworkPlans", "NetworkTesting", "TensorTesting", "Tensors"]),
    .testTarget(
      name: "CPUKernelsTests",
      dependencies: ["CPUKernels", "ComputeGraph", "KernelTesting", "TensorTesting", "Tensors"]),
    .testTarget(
      name: "NetworkPlansTests",
      dependencies: ["CPUKernels", "ComputeGraph", "NetworkPlans", "NetworkTesting", "TensorTesting", "Tensors"]),
    .testTarget(
      name: "ModelStorageTests",
      dependencies: ["ComputeGraph", "Files", "FolderTesting", "ModelStorage", "Tensors"]),
    .testTarget(
      name: "ONNXTests",
      dependencies: [
        "ComputeGraph", "Files", "ModelStorage", "NetworkPlans", "ONNX", "TensorTesting", "Tensors",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ]),
    .testTarget(name: "DetectionUtilitiesTests", dependencies: ["DetectionUtilities"]),
    .testTarget(name: "ImageFiltersTests", dependencies: ["ImageCodecs", "ImageFilters"]),
    .testTarget(
      name: "ModelsTests",
      dependencies: [
        "ComputeGraph", "DetectionUtilities", "FolderTesting", "ImageCodecs", "ModelStorage", "Models", "NetworkPlans",
        "Tensors",
      ]),
    .testTarget(
      name: "BackbonesTests",
      dependencies: ["Backbones", "ComputeGraph", "ModelStorage", "NetworkPlans", "TensorTesting", "Tensors"]),
    .testTarget(
      name: "YOLOTests",
      dependencies: [
        "ComputeGraph", "DarknetTesting", "DetectionUtilities", "ImageCodecs", "Models", "NetworkPlans", "Tensors",
        "Training", "YOLO",
      ]),
    .testTarget(
      name: "FasterRCNNTests",
      dependencies: [
        "Backbones", "CPUKernels", "ComputeGraph", "DetectionUtilities", "FasterRCNN", "ImageCodecs", "ModelStorage",
        "Models", "NetworkPlans", "Tensors", "Training",
      ]),
    .testTarget(
      name: "ClassificationTests",
      dependencies: [
        "Backbones", "Classification", "ComputeGraph", "DetectionUtilities", "ImageCodecs", "Models", "NetworkPlans",
        "Tensors",
      ]),
    .testTarget(
      name: "SegmentationTests",
      dependencies: [
        "Backbones", "ComputeGraph", "DetectionUtilities", "ImageCodecs", "Models", "NetworkPlans", "Segmentation",
        "Tensors",
      ]),
    .testTarget(
      name: "WeightImportTests",
      dependencies: [
        "Backbones", "Classification", "ComputeGraph", "DarknetTesting", "DetectionUtilities", "FasterRCNN",
        "ImageCodecs", "ModelStorage", "Models", "NetworkPlans", "Segmentation", "Tensors", "WeightImport", "YOLO",
      ]),
    .testTarget(
      name: "DatasetsTests",
      dependencies: ["Datasets", "DetectionUtilities", "Files", "FolderTesting", "ImageCodecs"]),
    .testTarget(
      name: "AugmentationTests",
      dependencies: ["Augmentation", "Datasets", "DetectionUtilities", "FolderTesting", "ImageCodecs"]),
    .testTarget(name: "SampleScenesTests", dependencies: ["Datasets", "FolderTesting", "ImageCodecs", "SampleScenes"]),
    .testTarget(
      name: "TrainingTests",
      dependencies: [
        "Augmentation", "ComputeGraph", "Datasets", "DetectionUtilities", "FolderTesting", "ImageCodecs",
        "ModelStorage", "Models", "Tensors", "Training",
      ]),
    .testTarget(
      name: "VisualizationTests",
      dependencies: [
        "Classification", "ComputeGraph", "DetectionUtilities", "FasterRCNN", "ImageCodecs", "ModelZoo", "Models",
        "NetworkPlans", "Tensors", "Visualization", "YOLO",
      ]),
    .testTarget(
      name: "WorkedExamplesTests", dependencies: ["FolderTesting", "ImageCodecs", "Tensors", "WorkedExamples"]),
    .testTarget(
      name: "InferenceTests",
      dependencies: ["CPUKernels", "EvaluationTesting", "FolderTesting", "ImageCodecs", "Inference", "Models"]),
    .testTarget(
      name: "EvaluationTests",
      dependencies: [
        "Datasets", "DetectionUtilities", "Evaluation", "EvaluationTesting", "FolderTesting", "ImageCodecs",
        "Inference", "Models",
      ]),
    .testTarget(
      name: "ReportsTests",
      dependencies: [
        "Datasets", "DetectionUtilities", "Evaluation", "EvaluationTesting", "FolderTesting", "ImageCodecs", "Reports",
      ]),
    .testTarget(
      name: "ModelZooTests",
      dependencies: [
        "Backbones", "Classification", "ComputeGraph", "DarknetTesting", "Datasets", "DetectionUtilities",
        "FasterRCNN", "FolderTesting", "ImageCodecs", "ModelStorage", "ModelZoo", "Models", "NetworkPlans",
        "Segmentation", "Tensors", "Training", "YOLO",
      ]),
    .testTarget(
      name: "CommandLineTests",
      dependencies: [
        "CPUKernels", "ComputeGraph", "Datasets", "DetectionUtilities", "Evaluation", "FasterRCNN", "Files",
        "FolderTesting", "ImageCodecs", "Inference", "ModelStorage", "ModelZoo", "Models", "NetworkPlans", "Reports",
        "Tensors",
        "peregrine",
      ],
      exclude: ["Help"]),
  ],
  swiftLanguageModes: [.v6]
)

// Tests are compiled in half the time without optimisation. What compares kernels with plain loops needs it.
let optimizedTests: Set = [
  "AugmentationTests", "CPUKernelsTests", "ComputeGraphTests", "DetectionUtilitiesTests", "FasterRCNNTests",
  "ImageCodecsTests", "ImageFiltersTests", "NetworkPlansTests", "ONNXTests", "SegmentationTests", "TensorsTests",
  "YOLOTests",
]
for target in package.targets where target.type == .test && !optimizedTests.contains(target.name) {
  target.swiftSettings = [.unsafeFlags(["-Onone"])]
}
