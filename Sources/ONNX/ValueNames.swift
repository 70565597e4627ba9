/// Gives every value of a network a name of its own.
struct ValueNames {
  private var taken: Set<String>

  init(taken: some Sequence<String>) { self.taken = Set(taken) }

  /// The name, with a number behind it where it is taken: relu, relu.2, relu.3.
  mutating func unique(_ name: String) -> String {
    if taken.insert(name).inserted { return name }
    var number = 2
    while !taken.insert("\(name).\(number)").inserted { number += 1 }
    return "\(name).\(number)"
  }
}
