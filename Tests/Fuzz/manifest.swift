// Appended to Package.swift, beside links to Sources and Tests, by run.sh and .ci/sanitizers/address, which share what they
// build: the parsers of files that strangers wrote, and the targets in `tested`, with what they need, instrumented: Swift by
// these settings, C by the options of `c_options`.
let instrumentation: [SwiftSetting] = [.unsafeFlags(["-sanitize=fuzzer,address"])]
package.targets.append(
  .target(
    name: "FuzzedParsers",
    dependencies: [
      "CZlib", "ComputeGraph", "DarknetTesting", "Datasets", "DetectionUtilities", "Evaluation", "FasterRCNN",
      "ImageCodecs", "JSONScanning", "ModelStorage", "ModelZoo", "Models", "Reports", "Training", "WeightImport",
      "YOLO",
    ],
    path: "FuzzedParsers"))
keepTargets(reachableFrom: ["FuzzedParsers"] + tested)
for target in package.targets {
  switch target.type {
  case .regular: target.swiftSettings = instrumentation
  case .executable, .test: target.linkerSettings = [.unsafeFlags(["-sanitize=address"])]
  default: break
  }
}
package.products = [.library(name: "FuzzedParsers", type: .static, targets: ["FuzzedParsers"])]
