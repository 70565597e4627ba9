// Appended to Package.swift by .ci/onednn3: keeps what its tests reach, and builds the shim on PyPI's oneDNN.
var names = Set<String>()
var waiting = tests.split(separator: " ").map(String.init)
while let name = waiting.popLast() {
  guard names.insert(name).inserted, let target = package.targets.first(where: { $0.name == name }) else { continue }
  for case .byNameItem(let name, _) in target.dependencies { waiting.append(name) }
}
package.targets = package.targets.filter { names.contains($0.name) }
package.products = []
let used = package.targets.flatMap(\.dependencies).compactMap { dependency -> String? in
  if case .productItem(_, let package, _, _) = dependency { package } else { nil }
}
package.dependencies = package.dependencies.filter { dependency in
  guard case .sourceControl(_, let location, _) = dependency.kind else { return true }
  return used.contains { location.hasSuffix("/" + $0) }
}
let shim = package.targets.first { $0.name == "COneDNN" }!
shim.cSettings = (shim.cSettings ?? []) + [.unsafeFlags(["-I\(library)/include", "-Wall", "-Wextra", "-Werror"])]
shim.linkerSettings =
  [.unsafeFlags(["-L\(library)/lib", "-Xlinker", "-rpath", "-Xlinker", "\(library)/lib"])] + (shim.linkerSettings ?? [])
