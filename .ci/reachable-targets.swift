
/// Appended to Package.swift by scripts that build a part of the package: keeps some targets and what they depend on, and
/// the packages that those use.
@MainActor
func keepTargets(reachableFrom roots: [String]) {
  var names = Set<String>()
  var waiting = roots
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
}
