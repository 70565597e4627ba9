/// From the classes of a source to the classes of the dataset.
struct ClassMapping {
  let classes: [ObjectClass]
  /// By index in the source; nil where the class is not in the fixed list, and no object has it.
  private let targets: [Int?]

  subscript(source: Int) -> Int? { targets[source] }

  /// - Throws: ``DatasetError`` naming the mapping where an object has a class that is not in the fixed list.
  init(source: DatasetSource, fixedNames: [String]?, path: String, audit: inout DatasetAudit) throws {
    audit.addSimilar(classNames: source.classes.map(\.name))
    guard let fixedNames else {
      classes = source.classes
      targets = source.classes.indices.map { $0 }
      return
    }
    var places: [String: Int] = [:]
    for (index, name) in fixedNames.enumerated() {
      guard places.updateValue(index, forKey: name) == nil else {
        throw DatasetError(path: path, problem: "the class list has '\(name)' twice")
      }
    }
    let targets = source.classes.map { places[$0.name] }
    self.targets = targets

    let used = Set(source.images.flatMap { $0.objects.compactMap(\.classIndex) })
    let missing = used.filter { targets[$0] == nil }.sorted()
    guard missing.isEmpty else {
      let mapping = source.classes.indices.filter { used.contains($0) }
        .map { index in
          "\(source.classes[index].name) → " + (targets[index].map { "\($0) \(fixedNames[$0])" } ?? "?")
        }
      throw DatasetError(
        path: path,
        problem: "labels of \(missing.count) classes that are not in the list: "
          + missing.map { "'\(source.classes[$0].name)'" }.joined(separator: ", ") + "; expected one of "
          + fixedNames.joined(separator: ", ") + "; the mapping: " + mapping.joined(separator: ", "))
    }

    var named: [Int: ObjectClass] = [:]
    for (index, target) in targets.enumerated() {
      if let target { named[target] = source.classes[index] }
    }
    // Classes that the source lacks get ids that it does not use.
    let usedIDs = Set(source.classes.map(\.id))
    let largest = usedIDs.max() ?? 0
    var id = largest < Int.max - fixedNames.count ? largest : 0
    classes = fixedNames.enumerated().map { index, name in
      if let label = named[index] { return label }
      repeat { id += 1 } while usedIDs.contains(id)
      return ObjectClass(id: id, name: name)
    }
  }
}
