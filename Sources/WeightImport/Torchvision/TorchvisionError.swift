/// Weights that are not those of the torchvision architecture that the user named.
public struct TorchvisionError: Error, Hashable, CustomStringConvertible {
  public var path: String
  public var problem: String

  public init(path: String, problem: String) {
    self.path = path
    self.problem = problem
  }

  public var description: String { "\(path): \(problem)" }
}
