extension ComparedPair {
  /// Objects by who finds them: all together, then by every property. Groups without objects are left out.
  static func groups(_ first: ObjectOutcomes, _ second: ObjectOutcomes, by properties: [ObjectGroups]) -> [Group] {
    let all = ObjectGroups(property: "all", names: ["all objects"], places: first.isFound.map { _ in 0 })
    return ([all] + properties).flatMap { property in
      var groups = property.names.map {
        Group(
          property: property.property, name: $0, objects: 0, foundByBoth: 0, onlyFirst: 0, onlySecond: 0,
          missedByBoth: 0)
      }
      for (index, place) in property.places.enumerated() {
        guard let place, let byFirst = first.isFound[index], let bySecond = second.isFound[index] else { continue }
        groups[place].objects += 1
        switch (byFirst, bySecond) {
        case (true, true): groups[place].foundByBoth += 1
        case (true, false): groups[place].onlyFirst += 1
        case (false, true): groups[place].onlySecond += 1
        case (false, false): groups[place].missedByBoth += 1
        }
      }
      return groups.filter { $0.objects > 0 }
    }
  }
}
