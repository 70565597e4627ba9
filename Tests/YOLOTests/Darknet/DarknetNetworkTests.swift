import DarknetTesting
import Testing
import YOLO

@Suite struct DarknetNetworkTests {
  @Test func graphAndHead() throws {
    let network = try SmallDarknet.network()
    #expect(network.inputSize.width == 32)
    // Finest first: the second head of the file.
    #expect(network.outputLayers == [6, 2])
    let shapes = try network.graph.shapes(input: [1, 3, 32, 32])
    #expect(network.graph.outputs.map { shapes[$0] } == [[1, 7, 16, 16], [1, 14, 8, 8]])
    #expect(network.grid?.strides == [2, 4])
    #expect(network.grid?.anchors.map { $0.map(\.width) } == [[4], [8, 16]])
    #expect(network.grid?.scaleXY.map { ($0 * 10).rounded() } == [11, 10])
    #expect(network.grid?.boxParameterisation == .exponential)
    #expect(network.grid?.classProbability == .independent)
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
    #expect(network.grid?.anchors == [[.init(width: 48, height: 64), .init(width: 16, height: 32)]])
    #expect(network.grid?.classProbability == .softmax)
  }

  @Test func poolingKeepsTheSizeAtStrideOne() throws {
    let cfg = SmallDarknet.cfg.replacing("[maxpool]\nsize=2\nstride=2", with: "[maxpool]\nsize=2\nstride=1")
    let network = try SmallDarknet.network(cfg)
    #expect(network.grid?.strides == [2, 2])
  }

  /// A line of the small network, what stands there instead, and the refusal.
  @Test(arguments: [
    ("size=3", "sise=3", "a.cfg:9: [convolutional] unknown key \"sise\"; did you mean \"size\"?"),
    (
      "[maxpool]", "[pooling]",
      "a.cfg:14: unknown section [pooling]; expected convolutional, connected, local, batchnorm, activation, maxpool, "
        + "avgpool, local_avgpool, route, shortcut, scale_channels, sam, upsample, reorg, reorg3d, crop, softmax, cost, "
        + "dropout, yolo, gaussian_yolo, region or detection"
    ),
    (
      "[maxpool]", "[lstm]",
      "a.cfg:14: [lstm] is not supported: a recurrent layer, which remembers what it saw before; expected a network that "
        + "sees each image by itself"
    ),
    ("pad=1", "dontload=1", "a.cfg:11: [convolutional] dontload=1 is not supported; expected 0"),
    ("pad=1", "xnor=1", "a.cfg:11: [convolutional] xnor=1 is not supported; expected 0"),
    ("filters=8", "filters=-1", "a.cfg:8: [convolutional] filters=-1: expected a whole number from 1 to 65536"),
    (
      "filters=8", "filters=99999999999999999999",
      "a.cfg:8: [convolutional] filters=99999999999999999999: expected a whole number from 1 to 65536"
    ),
    (
      "activation=leaky", "activation=gelu",
      "a.cfg:12: [convolutional] activation=gelu is not supported; expected linear, leaky, relu, relu6, logistic, mish, "
        + "swish, tanh, elu, selu, ramp, hardtan, lhtan, plse, loggy, relie, hard_mish, revleaky"
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

  @Test func networksWithoutAHead() throws {
    let network = try SmallDarknet.network("[net]\nwidth=8\nheight=8\n[convolutional]\nfilters=4\n[cost]\n")
    #expect(network.head == nil && network.grid == nil)
    #expect(network.summary == "a Darknet network without a detection head, which gives a map of 4×8×8")
  }

  /// A few lines that claim maps of many terabytes.
  @Test func refusesAbsurdShapes() {
    let growth = String(repeating: "[upsample]\nstride=16\n", count: 4)
    #expect(throws: DarknetError.self) { try SmallDarknet.network("[net]\nwidth=16\nheight=16\n\(growth)") }
  }

  @Test func otherClasses() throws {
    let file = try DarknetConfigurationFile(SmallDarknet.cfg, path: "a.cfg").withClasses(5)
    let network = try DarknetNetwork(file)
    #expect(network.grid?.classCount == 5)
    let shapes = try network.graph.shapes(input: [1, 3, 32, 32])
    #expect(network.graph.outputs.map { shapes[$0][1] } == [10, 20])
  }
}
