import NeuralNetwork
import OneDNNKernels
import Testing
import WeightImport
import YOLO

@Suite struct DarknetNetworkTests {
  @Test func graphAndHead() throws {
    let network = try SmallDarknet.network()
    #expect(network.inputSize.width == 32)
    // Finest first: the second head of the file.
    #expect(network.headInputs == [6, 2])
    let shapes = try network.graph.shapes(input: [1, 3, 32, 32])
    #expect(network.graph.outputs.map { shapes[$0] } == [[1, 7, 16, 16], [1, 14, 8, 8]])
    #expect(network.head.strides == [2, 4])
    #expect(network.head.anchors.map { $0.map(\.width) } == [[4], [8, 16]])
    #expect(network.head.scaleXY.map { ($0 * 10).rounded() } == [11, 10])
    #expect(network.head.boxParameterisation == .exponential)
    #expect(network.head.classProbability == .independent)
    #expect(network.graph.parameters.reduce(0) { $0 + $1.shape.elementCount } == SmallDarknet.elementCount)
    #expect(network.graph.parameters.map(\.name).contains("layers.5.normalization.running_var"))
  }

  @Test func regionAnchorsAreCells() throws {
    let network = try SmallDarknet.network(
      """
      [net]
      width=64
      height=64
      [maxpool]
      size=32
      stride=32
      padding=0
      [convolutional]
      filters=14
      size=1
      activation=linear
      [region]
      anchors=1.5,2, 0.5,1
      classes=2
      coords=4
      num=2
      softmax=1
      """)
    #expect(network.head.anchors == [[.init(width: 48, height: 64), .init(width: 16, height: 32)]])
    #expect(network.head.classProbability == .softmax)
  }

  @Test func poolingKeepsTheSizeAtStrideOne() throws {
    let cfg = SmallDarknet.cfg.replacing("[maxpool]\nsize=2\nstride=2", with: "[maxpool]\nsize=2\nstride=1")
    let network = try SmallDarknet.network(cfg)
    #expect(network.head.strides == [2, 2])
  }

  /// A line of the small network, what stands there instead, and the refusal.
  @Test(arguments: [
    ("size=3", "sise=3", "a.cfg:9: [convolutional] unknown key \"sise\"; did you mean \"size\"?"),
    (
      "[maxpool]", "[lstm]",
      "a.cfg:14: unknown section [lstm]; expected convolutional, maxpool, avgpool, route, shortcut, upsample, "
        + "reorg, dropout, yolo or region"
    ),
    ("filters=8", "filters=-1", "a.cfg:8: [convolutional] filters=-1: expected a whole number from 1 to 65536"),
    (
      "filters=8", "filters=99999999999999999999",
      "a.cfg:8: [convolutional] filters=99999999999999999999: expected a whole number from 1 to 65536"
    ),
    (
      "activation=leaky", "activation=gelu",
      "a.cfg:12: [convolutional] activation=gelu is not supported; expected linear, leaky, relu, relu6, logistic, mish, "
        + "swish, tanh, elu, hardtan, loggy, relie"
    ),
    ("filters=14", "filters=18", "a.cfg:26: [yolo] 2 anchors and 2 classes want 14 channels, the layer before has 18"),
    ("layers=-4", "layers=-9", "a.cfg:30: [route] layers=-9: expected a layer before this one, which is 4"),
    ("layers=-4", "layers=3", "a.cfg:30: [route] layer 3 is [yolo], whose boxes no layer can read"),
    ("num=3", "num=4", "a.cfg:27: [yolo] num=4 with 3 anchors; expected as many"),
    ("mask=1,2", "mask=1,3", "a.cfg:24: [yolo] mask: expected numbers from 0 to 2, one for each anchor used"),
    ("pad=1", "binary=1", "a.cfg:11: [convolutional] binary=1 is not supported; expected 0"),
    ("channels=3", "channels=1", "a.cfg:4: [net] channels=1: expected 3, red, green and blue"),
    (
      "width=32", "width=33",
      "a.cfg:23: [yolo] a map of 9×8 for an input of 33×32; expected cells of equal whole sides"
    ),
  ])
  func refusesWithTheLine(_ line: String, _ replacement: String, _ message: String) throws {
    let range = try #require(SmallDarknet.cfg.range(of: line))
    let text = SmallDarknet.cfg.replacingCharacters(in: range, with: replacement)
    #expect(throws: DarknetError(refusal: message)) { try SmallDarknet.network(text) }
  }

  @Test func refusesWhatIsNoDetector() {
    #expect(throws: DarknetError(refusal: "a.cfg: has no [yolo] or [region] section; expected a detector")) {
      try SmallDarknet.network("[net]\nwidth=8\nheight=8\n[convolutional]\nfilters=4\n")
    }
  }

  /// A few lines that claim maps of many terabytes.
  @Test func refusesAbsurdShapes() {
    let growth = String(repeating: "[upsample]\nstride=16\n", count: 4)
    #expect(throws: DarknetError.self) { try SmallDarknet.network("[net]\nwidth=16\nheight=16\n\(growth)") }
  }

  @Test func otherClasses() throws {
    let file = try DarknetConfigurationFile(SmallDarknet.cfg, path: "a.cfg").withClasses(5)
    let network = try DarknetNetwork(file)
    #expect(network.head.classCount == 5)
    let shapes = try network.graph.shapes(input: [1, 3, 32, 32])
    #expect(network.graph.outputs.map { shapes[$0][1] } == [10, 20])
  }
}
