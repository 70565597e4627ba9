// Appended to Package.swift by run.sh, beside links to Sources and Tests: the parsers of files that strangers wrote, with
// what they need, instrumented. The C targets of kernels and codecs are not.
let instrumentation: [SwiftSetting] = [.unsafeFlags(["-sanitize=fuzzer,address"])]
package.targets.append(
  .target(
    name: "FuzzedParsers", dependencies: ["DarknetTesting", "ModelStorage", "WeightImport", "YOLO"],
    path: "FuzzedParsers",
    swiftSettings: instrumentation))
keepTargets(reachableFrom: ["FuzzedParsers"])
let instrumented = ["Tensors", "ComputeGraph", "JSONScanning", "ModelStorage", "WeightImport", "YOLO"]
for target in package.targets where instrumented.contains(target.name) {
  target.swiftSettings = instrumentation
}
package.products = [.library(name: "FuzzedParsers", type: .static, targets: ["FuzzedParsers"])]
