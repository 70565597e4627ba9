import ComputeGraph
import Tensors
import Testing

@Suite struct GraphCostTests {
  @Test func theFirstLayerOfAlexNet() throws {
    let graph = Graph(inputChannels: 3) { images in
      [Convolution("conv1", inputChannels: 3, outputChannels: 96, kernelSize: 11, stride: 4)(images)]
    }
    let cost = try #require(try graph.costs(input: [1, 3, 227, 227]).last)
    #expect(cost.output == [1, 96, 55, 55])
    // 11 · 11 · 3 · 96 weights and 96 biases.
    #expect(cost.parameterCount == 34_848 + 96)
    #expect(cost.floatingPointOperations == 2 * 55 * 55 * 34_848)
    #expect(cost.receptiveField == 11)
  }

  @Test func threeToTenChannels() throws {
    let graph = Graph(inputChannels: 3) { images in
      [Convolution("c", inputChannels: 3, outputChannels: 10, kernelSize: 3, hasBias: false)(images)]
    }
    #expect(try graph.costs(input: [1, 3, 5, 5]).map(\.parameterCount) == [0, 270])
  }

  @Test func receptiveFieldsGrowByTheStridesSoFar() throws {
    let graph = Graph(inputChannels: 1) { images in
      func layer(_ name: String, _ size: Int, _ stride: Int, dilation: Int = 1) -> Convolution {
        Convolution(
          name, inputChannels: 1, outputChannels: 1, kernelSize: size, stride: stride, padding: size / 2,
          dilation: dilation)
      }
      var x = layer("a", 7, 2)(images)
      x = x.maxPooled(kernelSize: 3, stride: 2, padding: 1)
      x = layer("b", 3, 1)(x)
      let side = layer("c", 1, 1)(x)
      return [layer("d", 3, 1, dilation: 2)(x + side).relu()]
    }
    // 7; + 2 · 2; + 2 · 4; + 0; the sum; + 4 · 4; ReLU.
    #expect(try graph.costs(input: [1, 1, 64, 64]).map(\.receptiveField) == [1, 7, 11, 19, 19, 19, 35, 35])
  }

  @Test func aSharedLayerCountsItsParametersOnceAndItsWorkTwice() throws {
    let layer = Convolution("c", inputChannels: 2, outputChannels: 2, kernelSize: 1)
    let graph = Graph(inputChannels: 2) { images in [layer(layer(images))] }
    let costs = try graph.costs(input: [1, 2, 3, 3])
    #expect(costs.map(\.parameterCount) == [0, 6, 0])
    #expect(costs.map(\.floatingPointOperations) == [0, 72, 72])
    #expect(try graph.floatingPointOperations(input: [2, 2, 3, 3]) == 288)
  }

  @Test func groupsTransposesAndFullyConnectedLayers() throws {
    let graph = Graph(inputChannels: 4) { images in
      let depthwise = Convolution("d", inputChannels: 4, outputChannels: 4, kernelSize: 3, padding: 1, groups: 4)
      let up = Convolution(
        "u",
        geometry: .init(inputChannels: 4, outputChannels: 2, kernelSize: 2, stride: 2, isTransposed: true),
        hasBias: false)
      return [InnerProduct("f", inputFeatures: 200, outputFeatures: 3)(up(depthwise(images)).flattened())]
    }
    // 2 · 25 · 4 · 9; 2 · 25 inputs · 4 · 2 · 4; 2 · 200 · 3.
    #expect(try graph.costs(input: [1, 4, 5, 5]).map(\.floatingPointOperations) == [0, 1800, 1600, 0, 1200])
  }
}
