import ComputeGraph
import NetworkPlans
import Tensors
import Testing

@Suite struct IntegerChoiceTests {
  /// Three convolutions behind a pooling, 8 channels of 6×6 each.
  static let graph = Graph(inputChannels: 3) { images in
    func convolution(_ name: String, _ input: Int) -> Convolution {
      Convolution(name, inputChannels: input, outputChannels: 8, kernelSize: 3, padding: 1)
    }
    let stem = convolution("stem", 3)(images).pooled(.init(kind: .maximum, kernelSize: 2, stride: 2))
    return [convolution("c", 8)(convolution("b", 8)(convolution("a", 8)(stem)))]
  }
  /// Of one map.
  static let copy = 8 * 6 * 6 * IntegerChoice.secondsPerCopiedValue

  private func choice(floats: [Double], integers: [Double]) throws -> (IntegerChoice, nodes: [Int]) {
    let nodes = try ["a", "b", "c"].map { name in
      try #require(Self.graph.nodes.firstIndex { $0.name == name })
    }
    let choice = IntegerChoice(
      Self.graph, shapes: try Self.graph.shapes(input: [1, 3, 12, 12]),
      floats: Dictionary(uniqueKeysWithValues: zip(nodes, floats)),
      integers: Dictionary(uniqueKeysWithValues: zip(nodes, integers)))
    return (choice, nodes)
  }

  @Test func valuesAreCopiedWhereTheFormChanges() throws {
    let (choice, nodes) = try choice(floats: [1, 2, 4], integers: [0.5, 1, 2])
    #expect(choice.seconds([]) == 7)
    // To bytes before the first and to floats behind the last; none in between.
    #expect(abs(choice.seconds(Set(nodes)) - (3.5 + 2 * Self.copy)) < 1e-12)
    #expect(abs(choice.seconds([nodes[0], nodes[2]]) - (4.5 + 4 * Self.copy)) < 1e-12)
  }

  @Test func allWhereIntegersGainMoreThanCopiesCost() throws {
    let (choice, nodes) = try choice(floats: [1, 1, 1], integers: [0.9, 0.9, 0.9])
    #expect(choice.best() == Set(nodes))
  }

  @Test func noneWhereCopiesCostMore() throws {
    let gain = Self.copy / 2
    let (choice, _) = try choice(floats: [1, 1, 1], integers: [1 - gain, 1 - gain, 1 - gain])
    #expect(choice.best().isEmpty)
  }

  /// None of them gains by itself.
  @Test func aChainWhoseGainsTogetherPayTheCopies() throws {
    let gain = Self.copy
    let (choice, nodes) = try choice(floats: [1, 1, 1], integers: [1 - gain, 1 - gain, 1 - gain])
    #expect(choice.best() == Set(nodes))
  }

  @Test func aLayerThatIsMuchQuickerInFloatsIsTakenOut() throws {
    let (choice, nodes) = try choice(floats: [1, 0.1, 1], integers: [0.5, 1, 0.5])
    #expect(choice.best() == [nodes[0], nodes[2]])
  }
}
