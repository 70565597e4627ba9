extension ParameterStore {
  /// The same tensors, each name preceded by `prefix`.
  public func prefixed(_ prefix: String) -> ParameterStore {
    var result = ParameterStore()
    for name in names { result[prefix + name] = self[name] }
    return result
  }

  /// The tensors whose names begin with `prefix`, under the names without it, in their order.
  public func removingPrefix(_ prefix: String) -> ParameterStore {
    var result = ParameterStore()
    for name in names where name.hasPrefix(prefix) { result[String(name.dropFirst(prefix.count))] = self[name] }
    return result
  }

  /// Adds the other store's tensors after this one's; a name that both have takes the other's tensor.
  public mutating func merge(_ other: ParameterStore) {
    for name in other.names { self[name] = other[name] }
  }
}
