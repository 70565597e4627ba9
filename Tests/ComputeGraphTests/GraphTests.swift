import ComputeGraph
import Tensors
import Testing

@Suite struct GraphTests {
  @Test func nodesComeInTheOrderOfCalls() {
    let graph = Graph(inputChannels: 3) { images in
      let x = Convolution("stem", inputChannels: 3, outputChannels: 8, kernelSize: 3)(images)
      let y = BatchNormalization("stem.norm", channels: 8)(x)
      return [y.relu(), x]
    }
    #expect(graph.nodes.map(\.name) == ["images", "stem", "stem.norm", "relu"])
    #expect(graph.nodes.map(\.inputs) == [[], [0], [1], [2]])
    #expect(graph.outputs == [3, 1])
    #expect(
      graph.nodes.map(\.operation.title) == ["input", "convolution", "batch norm", "ReLU"])
  }

  @Test func parametersComeInTheOrderOfUse() {
    let graph = Graph(inputChannels: 3) { images in
      let x = Convolution("stem", inputChannels: 3, outputChannels: 8, kernelSize: 3, groups: 1)(images)
      let y = BatchNormalization("norm", channels: 8)(x).globallyAveraged().flattened()
      return [InnerProduct("classes", inputFeatures: 8, outputFeatures: 5)(y)]
    }
    #expect(
      graph.parameters == [
        ParameterSpecification(name: "stem.weight", shape: [8, 3, 3, 3], role: .weight),
        ParameterSpecification(name: "stem.bias", shape: [8], role: .bias),
        ParameterSpecification(name: "norm.weight", shape: [8], role: .scale),
        ParameterSpecification(name: "norm.bias", shape: [8], role: .shift),
        ParameterSpecification(name: "norm.running_mean", shape: [8], role: .runningMean),
        ParameterSpecification(name: "norm.running_var", shape: [8], role: .runningVariance),
        ParameterSpecification(name: "classes.weight", shape: [5, 8], role: .weight),
        ParameterSpecification(name: "classes.bias", shape: [5], role: .bias),
      ])
    #expect(graph.parameters.filter(\.isTrainable).count == 6)
    #expect(graph.parameters.filter(\.hasWeightDecay).map(\.name) == ["stem.weight", "classes.weight"])
  }

  @Test func aLayerCalledTwiceSharesItsParameters() {
    let layer = Convolution("c", inputChannels: 4, outputChannels: 4, kernelSize: 1)
    let graph = Graph(inputChannels: 4) { [layer(layer($0))] }
    #expect(graph.nodes.count == 3)
    #expect(graph.parameters.map(\.name) == ["c.weight", "c.bias"])
  }

  @Test func kernelsOfTransposedAndGroupedConvolutionsHavePyTorchsShapes() {
    let graph = Graph(inputChannels: 8) { images in
      let grouped = Convolution("g", inputChannels: 8, outputChannels: 12, kernelSize: 3, groups: 4, hasBias: false)
      return [
        Convolution(
          "t",
          geometry: .init(
            inputChannels: 12, outputChannels: 6, kernelSize: 2, stride: 2, groups: 3, isTransposed: true),
          hasBias: true)(grouped(images))
      ]
    }
    #expect(graph.parameters.map(\.shape) == [[12, 2, 3, 3], [12, 2, 2, 2], [6]])
  }

  @Test func twoLayersOfOneNameTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = Graph(inputChannels: 4) { images in
        let x = Convolution("c", inputChannels: 4, outputChannels: 4, kernelSize: 1)(images)
        return [Convolution("c", inputChannels: 4, outputChannels: 4, kernelSize: 3)(x)]
      }
    }
  }

  @Test func aValueOfAnotherGraphTraps() async {
    await #expect(processExitsWith: .failure) {
      _ = Graph(inputChannels: 4) { outer in
        _ = Graph(inputChannels: 4) { [$0 + outer] }
        return [outer]
      }
    }
  }
}
