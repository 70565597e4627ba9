import ComputeGraph
import DetectionUtilities
import ImageCodecs
import Models
import Tensors

/// A Darknet `.cfg` as a network: its layers, their graph, and the order in which a `.weights` file holds the parameters.
///
/// Redmon's framework (<https://pjreddie.com/darknet>) and its successors. Layers are counted from the one behind [net], as
/// Darknet and OpenCV do; parameters of layer 12 are `layers.12.convolution.weight`, `layers.12.normalization.weight`….
public struct DarknetNetwork: Sendable {
  /// Size of the network's input, from [net].
  public let inputSize: ImageSize
  /// Images to what the head reads: the raw maps in front of each [yolo] or [region], the finest first, or the vector in
  /// front of [detection]. Without a head, to what the last layer gives.
  public let graph: Graph
  /// How those outputs become boxes; nil for a network that finds none, a classifier or the first part of a detector.
  public let head: SingleStageHead?
  /// The layers that give those outputs, by their places behind [net].
  public let outputLayers: [Int]
  /// Numbers of an image in the last layer's map: channels, rows and columns.
  public let lastShape: (channels: Int, rows: Int, columns: Int)
  /// Settings of the `.cfg` that were read over, beyond those of Darknet's training; a line each.
  public let notes: [String]
  /// What a `.weights` file holds, in its order.
  let parameterBlocks: [DarknetParameterBlock]

  /// Floats of a `.weights` file.
  var elementCount: Int { parameterBlocks.reduce(0) { $0 + $1.elementCount } }

  /// What a network without a head is, for messages.
  public var summary: String {
    let (channels, rows, columns) = lastShape
    let output = rows * columns == 1 ? "\(channels) numbers an image" : "a map of \(channels)×\(rows)×\(columns)"
    return "a Darknet network without a detection head, which gives \(output)"
  }

  /// The maps of a network with anchors; nil for others.
  public var grid: YOLOHeadConfiguration? {
    if case .grid(let grid) = head { grid } else { nil }
  }

  /// Throws a ``DarknetError`` that names the line, and what was expected there.
  public init(_ file: DarknetConfigurationFile) throws(DarknetError) {
    let noted = DarknetNotes()
    let net = DarknetSection(file.sections[0], path: file.path, notes: noted)
    if let section = file.sections.first(where: { DarknetLayer.recurrentSections.contains($0.name) }) {
      // Its [net] mostly has no size of images, which would be the lesser complaint.
      _ = try DarknetLayer(DarknetSection(section, path: file.path, notes: noted), index: 0)
    }
    try net.checkKeys(["width", "height", "channels"], ignoring: DarknetKeys.network)
    let width = try net.integer("width", default: 0, in: 0...Preprocessing.longestSide)
    let height = try net.integer("height", default: 0, in: 0...Preprocessing.longestSide)
    guard width > 0, height > 0 else { throw net.failure("expected width and height above 0") }
    guard Preprocessing.allows(ImageSize(width: width, height: height)) else {
      throw net.failure("an input of \(width)×\(height); expected at most \(Preprocessing.mostPixels) pixels")
    }
    let channels = try net.integer("channels", default: 3, in: 1...65_536)
    guard channels == 3 else {
      throw net.failure("channels=\(channels): expected 3, red, green and blue", key: "channels")
    }
    inputSize = ImageSize(width: width, height: height)

    var sections: [DarknetSection] = []
    var layers: [DarknetLayer] = []
    for section in file.sections.dropFirst() {
      let reader = DarknetSection(section, path: file.path, notes: noted)
      layers.append(try DarknetLayer(reader, index: layers.count))
      sections.append(reader)
    }
    guard !layers.isEmpty else { throw net.failure("stands alone; expected layers behind it") }
    let builder = DarknetGraphBuilder(layers: layers, sections: sections, inputSize: inputSize)
    try builder.check()
    graph = Graph(inputChannels: 3, builder.build)
    parameterBlocks = builder.parameterBlocks
    outputLayers = builder.outputLayers
    head = builder.head
    let last = builder.shapes[layers.count - 1]
    lastShape = (last.channels, last.rows, last.columns)
    notes = noted.lines
  }
}
