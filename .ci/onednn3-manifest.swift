
// Appended to Package.swift by .ci/onednn3: keeps what its tests reach, and builds the shim on PyPI's oneDNN.
keepTargets(reachableFrom: tests.split(separator: " ").map(String.init))
let shim = package.targets.first { $0.name == "COneDNN" }!
shim.cSettings = (shim.cSettings ?? []) + [.unsafeFlags(["-I\(library)/include", "-Wall", "-Wextra", "-Werror"])]
shim.linkerSettings =
  [.unsafeFlags(["-L\(library)/lib", "-Xlinker", "-rpath", "-Xlinker", "\(library)/lib"])] + (shim.linkerSettings ?? [])
