import ArgumentParser
import ImageCodecs
import ModelZoo

/// Values of an option, separated by commas, each once.
struct OptionList<Value: ListedValue>: ExpressibleByArgument, Sendable {
  let values: [Value]

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    let values = parts.compactMap { Value(listed: String($0)) }
    guard values.count == parts.count, Set(values).count == values.count else { return nil }
    self.values = values
  }
}

/// What a list of an option can hold.
protocol ListedValue: Hashable, Sendable {
  init?(listed text: String)
}

extension Int: ListedValue {
  init?(listed text: String) { self.init(text) }
}

extension RequestedPrecision: ListedValue {
  init?(listed text: String) { self.init(rawValue: text) }
}

/// `320x256`, or `512` for a square.
extension ImageSize: ListedValue {
  init?(listed text: String) {
    let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard (1...2).contains(sides.count), let width = sides[0], let height = sides[sides.count - 1] else { return nil }
    self.init(width: width, height: height)
  }
}
