import ComputeGraph
import DarknetTesting
import Foundation
import NetworkPlans
import Tensors
import Testing
import YOLO

/// A small map, 0 beyond its edges.
struct SmallMap {
  var channels: Int
  var rows: Int
  var columns: Int
  var values: [Float]

  init(channels: Int, rows: Int, columns: Int, _ value: (_ channel: Int, _ row: Int, _ column: Int) -> Float) {
    (self.channels, self.rows, self.columns) = (channels, rows, columns)
    values = (0..<channels * rows * columns).map { value($0 / (rows * columns), $0 / columns % rows, $0 % columns) }
  }

  subscript(channel: Int, row: Int, column: Int) -> Float {
    guard (0..<rows).contains(row), (0..<columns).contains(column) else { return 0 }
    return values[(channel * rows + row) * columns + column]
  }
}

/// Each layer of Darknet against a plain loop: on an input of 3×4×6, with the weights 0.01, −0.02, 0.03, −0.04….
@Suite struct DarknetLayerTests {
  struct Layer: CustomTestStringConvertible, Sendable {
    var name: String
    var cfg: String
    /// Numbers in the `.weights` file.
    var weightCount = 0
    var expected: @Sendable (_ x: SmallMap, _ weights: [Float]) -> SmallMap

    var testDescription: String { name }
  }

  private static func like(
    _ x: SmallMap, channels: Int = 3, rows: Int = 4, columns: Int = 6, _ value: (Int, Int, Int) -> Float
  ) -> SmallMap {
    SmallMap(channels: channels, rows: rows, columns: columns, value)
  }

  static let joining: [Layer] = [
    // Six channels plus three: the common ones are added.
    Layer(name: "shortcut from fewer channels", cfg: "[activation]\n[route]\nlayers=0,0\n[shortcut]\nfrom=0\n") {
      x, _ in
      like(x, channels: 6) { $0 < 3 ? 2 * x[$0, $1, $2] : x[$0 - 3, $1, $2] }
    },
    Layer(
      name: "shortcut from more channels, and from two layers",
      cfg: "[activation]\n[route]\nlayers=0,0\n[route]\nlayers=0\n[shortcut]\nfrom=-2,0\nactivation=leaky\n"
    ) { x, _ in like(x) { max(3 * x[$0, $1, $2], 0.3 * x[$0, $1, $2]) } },
    Layer(
      name: "shortcut from a larger map", cfg: "[activation]\n[maxpool]\nsize=2\nstride=2\n[shortcut]\nfrom=0\n"
    ) { x, _ in
      like(x, rows: 2, columns: 3) { channel, row, column in
        let cells = [(0, 0), (0, 1), (1, 0), (1, 1)].map { x[channel, 2 * row + $0.0, 2 * column + $0.1] }
        return (cells.max() ?? 0) + cells[0]
      }
    },
    Layer(name: "scale_channels", cfg: "[activation]\n[avgpool]\n[scale_channels]\nfrom=0\n") { x, _ in
      like(x) { channel, row, column in
        x[channel, row, column] * x.values[channel * 24..<channel * 24 + 24].reduce(0, +) / 24
      }
    },
    Layer(
      name: "scale_channels by position",
      cfg: "[activation]\n[route]\nlayers=0\ngroups=3\ngroup_id=1\n[scale_channels]\nfrom=0\nscale_wh=1\n"
    ) { x, _ in like(x) { x[$0, $1, $2] * x[1, $1, $2] } },
    Layer(name: "sam", cfg: "[activation]\n[activation]\nactivation=relu\n[sam]\nfrom=-2\n") { x, _ in
      like(x) { x[$0, $1, $2] * max(x[$0, $1, $2], 0) }
    },
  ]

  static let moving: [Layer] = [
    Layer(name: "reorg3d", cfg: "[reorg3d]\nstride=2\n") { x, _ in
      like(x, channels: 12, rows: 2, columns: 3) { x[$0 % 3, 2 * $1 + $0 / 3 / 2, 2 * $2 + $0 / 3 % 2] }
    },
    Layer(name: "reorg, reverse", cfg: "[reorg3d]\nstride=2\n[reorg]\nstride=2\nreverse=1\n") { x, _ in x },
    Layer(name: "crop", cfg: "[crop]\ncrop_height=2\ncrop_width=3\nflip=1\nangle=7\n") { x, _ in
      like(x, rows: 2, columns: 3) { 2 * x[$0, $1 + 1, $2 + 1] - 1 }
    },
    Layer(name: "softmax over all", cfg: "[softmax]\ntemperature=2\n[cost]\n") { x, _ in
      let powers = x.values.map { exp($0 / 2) }
      return SmallMap(channels: 72, rows: 1, columns: 1) { channel, _, _ in powers[channel] / powers.reduce(0, +) }
    },
    Layer(name: "softmax in groups", cfg: "[avgpool]\n[route]\nlayers=0,0\n[softmax]\ngroups=2\n") { x, _ in
      let means = (0..<3).map { exp(x.values[$0 * 24..<$0 * 24 + 24].reduce(0, +) / 24) }
      return SmallMap(channels: 6, rows: 1, columns: 1) { channel, _, _ in means[channel % 3] / means.reduce(0, +) }
    },
    Layer(name: "maxpool with unequal strides", cfg: "[maxpool]\nsize=2\nstride_x=3\nstride_y=1\npadding=0\n") { x, _ in
      like(x, rows: 3, columns: 2) { channel, row, column in
        [(0, 0), (0, 1), (1, 0), (1, 1)].map { x[channel, row + $0.0, 3 * column + $0.1] }.max() ?? 0
      }
    },
    // One of padding in front and one behind, which do not count.
    Layer(name: "local_avgpool", cfg: "[local_avgpool]\nsize=3\nstride=1\n") { x, _ in
      like(x) { channel, row, column in
        let places = (max(row - 1, 0)...min(row + 1, 3)).flatMap { y in
          (max(column - 1, 0)...min(column + 1, 5)).map { (y, $0) }
        }
        return places.reduce(0) { $0 + x[channel, $1.0, $1.1] } / Float(places.count)
      }
    },
    Layer(name: "antialiasing", cfg: "[maxpool]\nsize=1\nstride=2\nantialiasing=1\n") { x, _ in
      like(x, rows: 2, columns: 3) { channel, row, column in
        (0..<9).reduce(Float(0)) { sum, tap in
          let factor: Float = [1, 2, 1, 2, 4, 2, 1, 2, 1][tap] / 16
          return sum + factor * x[channel, 2 * row + tap / 3 - 1, 2 * column + tap % 3 - 1]
        }
      }
    },
    Layer(name: "antialiasing by means", cfg: "[maxpool]\nsize=1\nstride=2\nantialiasing=2\n") { x, _ in
      like(x, rows: 2, columns: 3) { channel, row, column in
        (0..<4).reduce(0) { $0 + x[channel, 2 * row + $1 / 2, 2 * column + $1 % 2] / 4 }
      }
    },
  ]

  static let weighted: [Layer] = [
    Layer(name: "batchnorm", cfg: "[batchnorm]\n", weightCount: 12) { x, w in
      like(x) { w[$0] + w[3 + $0] * (x[$0, $1, $2] - w[6 + $0]) / (abs(w[9 + $0]) + 1e-5).squareRoot() }
    },
    Layer(name: "connected", cfg: "[connected]\noutput=5\nactivation=leaky\n", weightCount: 5 + 5 * 72) { x, w in
      SmallMap(channels: 5, rows: 1, columns: 1) { output, _, _ in
        let sum = (0..<72).reduce(w[output]) { $0 + w[5 + output * 72 + $1] * x.values[$1] }
        return max(sum, sum * 0.1)
      }
    },
    // Biases, weights, then scales, means and variances.
    Layer(
      name: "normalised connected", cfg: "[connected]\noutput=3\nbatch_normalize=1\nactivation=linear\n",
      weightCount: 12 + 216
    ) { x, w in
      SmallMap(channels: 3, rows: 1, columns: 1) { output, _, _ in
        let sum = (0..<72).reduce(0) { $0 + w[3 + output * 72 + $1] * x.values[$1] }
        let normal = (sum - w[222 + output]) / (abs(w[225 + output]) + 1e-5).squareRoot()
        return normal * w[219 + output] + w[output]
      }
    },
    // Two filters at each of 2×3 places: biases filter by filter, weights place by place.
    Layer(
      name: "local", cfg: "[local]\nfilters=2\nsize=3\nstride=2\npad=1\nactivation=linear\n",
      weightCount: 12 + 6 * 2 * 27
    ) { x, w in
      SmallMap(channels: 2, rows: 2, columns: 3) { filter, row, column in
        let place = row * 3 + column
        return (0..<27).reduce(w[filter * 6 + place]) { sum, tap in
          sum + w[12 + (place * 2 + filter) * 27 + tap]
            * x[tap / 9, 2 * row + tap / 3 % 3 - 1, 2 * column + tap % 3 - 1]
        }
      }
    },
    Layer(
      name: "shared weights",
      cfg:
        "[convolutional]\nfilters=3\nactivation=linear\n[convolutional]\nshare_index=0\nfilters=3\nactivation=relu\n",
      weightCount: 12
    ) { x, w in
      func once(_ x: SmallMap) -> SmallMap {
        like(x) { filter, row, column in (0..<3).reduce(w[filter]) { $0 + w[3 + 3 * filter + $1] * x[$1, row, column] }
        }
      }
      let twice = once(once(x))
      return like(x) { max(twice[$0, $1, $2], 0) }
    },
    Layer(
      name: "convolution with unequal strides, cross-iteration normalised",
      cfg: "[convolutional]\nfilters=2\nsize=3\npad=1\nstride_x=1\nstride_y=2\nbatch_normalize=2\nactivation=linear\n",
      weightCount: 8 + 54
    ) { x, w in
      SmallMap(channels: 2, rows: 2, columns: 6) { filter, row, column in
        let sum = (0..<27).reduce(Float(0)) { sum, tap in
          sum + w[8 + filter * 27 + tap] * x[tap / 9, 2 * row + tap / 3 % 3 - 1, column + tap % 3 - 1]
        }
        return (sum - w[4 + filter]) / (abs(w[6 + filter]) + 1e-6).squareRoot() * w[2 + filter] + w[filter]
      }
    },
  ]

  /// Where a layer's variances stand in its weights: they are written positive.
  private static let variances = [
    "batchnorm": 9..<12, "normalised connected": 225..<228,
    "convolution with unequal strides, cross-iteration normalised": 6..<8,
  ]

  @Test(arguments: joining + moving + weighted)
  func agreesWithAPlainLoop(_ layer: Layer) throws {
    let network = try SmallDarknet.network("[net]\nheight=4\nwidth=6\nchannels=3\n\(layer.cfg)")
    let weights = (0..<layer.weightCount).map { index -> Float in
      let value = Float(index % 17 + 1) / 100 * (index % 2 == 0 ? 1 : -1)
      return Self.variances[layer.name]?.contains(index) == true ? abs(value) : value
    }
    var data = Data([0, 0, 0, 0, 2, 0, 0, 0, 5, 0, 0, 0] + [UInt8](repeating: 0, count: 8))
    for value in weights { withUnsafeBytes(of: value) { data.append(contentsOf: $0) } }
    let read = try DarknetWeights(data, of: network, path: "a.weights")
    #expect(try read.bytes(of: network) == data)

    let x = SmallMap(channels: 3, rows: 4, columns: 6) { Float(($0 * 31 + $1 * 7 + $2 * 3) % 23) / 10 - 1 }
    let plan = try InferencePlan(network.graph, parameters: read.parameters, inputShape: [1, 3, 4, 6])
    let found = try plan.run(Tensor(shape: [1, 3, 4, 6], values: x.values))[0]
    let expected = layer.expected(x, weights)
    let (channels, rows, columns) = network.lastShape
    #expect((channels, rows, columns) == (expected.channels, expected.rows, expected.columns))
    #expect(found.elementCount == expected.values.count)
    let worst = zip(found.values, expected.values).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
    #expect(worst < 1e-4, "\(layer.name): \(worst)")
  }

  @Test(
    arguments: [
      ("ramp", [-0.3, 0, 2.2]), ("selu", [1.0507 * 1.6732 * (exp(Float(-3)) - 1), 0, 2.1014]),
      ("hard_mish", [0, 0, 2]),
      ("lhtan", [-0.003, 0, 1.001]), ("plse", [0.125, 0.5, 0.75]), ("revleaky", [-0.3, 0, 2]), ("relu6", [0, 0, 2]),
    ] as [(String, [Float])])
  func activations(_ name: String, _ expected: [Float]) throws {
    let network = try SmallDarknet.network("[net]\nheight=1\nwidth=1\n[activation]\nactivation=\(name)\n")
    let plan = try InferencePlan(network.graph, parameters: ParameterStore(), inputShape: [1, 3, 1, 1])
    let found = try plan.run(Tensor(shape: [1, 3, 1, 1], values: [-3, 0, 2]))[0].values
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-5 }, "\(found)")
  }

  /// Between −2 and 0 it is x²/2 + x.
  @Test func hardMishIsAParabolaBelowZero() throws {
    let network = try SmallDarknet.network("[net]\nheight=1\nwidth=1\n[activation]\nactivation=hard_mish\n")
    let plan = try InferencePlan(network.graph, parameters: ParameterStore(), inputShape: [1, 3, 1, 1])
    #expect(try plan.run(Tensor(shape: [1, 3, 1, 1], values: [-1, -0.5, -2]))[0].values == [-0.5, -0.375, 0])
  }

  /// Fully connected weights of files of version 1000 and more stand input by input.
  @Test func oldFilesHaveTransposedConnections() throws {
    let network = try SmallDarknet.network("[net]\nheight=1\nwidth=1\n[connected]\noutput=2\nactivation=linear\n")
    var data = Data([0, 0, 0, 0, 0xE9, 3, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 4))
    for value in [Float](arrayLiteral: 0, 0, 1, 4, 2, 5, 3, 6) {
      withUnsafeBytes(of: value) { data.append(contentsOf: $0) }
    }
    let weights = try DarknetWeights(data, of: network, path: "a.weights")
    #expect(weights.parameters["layers.0.connected.weight"]?.values == [1, 2, 3, 4, 5, 6])
    #expect(try weights.bytes(of: network) == data)
  }

  @Test(arguments: [
    ("[shortcut]\nfrom=0\nweights_type=per_channel\n", "weights_type=per_channel is not supported"),
    ("[local]\nsize=5\npad=1\n", "pad=1 with size=5; expected size=3 or pad=0"),
    ("[softmax]\ntree=9k.tree\n", "tree is not supported: a hierarchy of classes"),
    ("[crop]\ncrop_height=9\ncrop_width=9\n", "takes 9×9 of a map of 3×4×6; expected a larger one"),
    ("[scale_channels]\nfrom=0\n", "scales layer 0 of 3×4×6 by 3×4×6; expected factors of 3×1×1"),
    ("[sam]\nfrom=0\nactivation=mish\n", "activation=mish: Darknet does not apply it in this layer; expected another"),
    ("[convolutional]\nshare_index=0\nfilters=2\n", "uses the weights of layer 0; expected a convolutional layer"),
    ("[maxpool]\nmaxpool_depth=1\n", "maxpool_depth=1 is not supported; expected 0"),
    ("[detection]\nclasses=2\ncoords=4\nside=2\nnum=1\n", "want 28 numbers, the layer before has 72"),
  ])
  func refusals(_ cfg: String, _ problem: String) {
    let error = #expect(throws: DarknetError.self) {
      try SmallDarknet.network("[net]\nheight=4\nwidth=6\n[activation]\n\(cfg)")
    }
    #expect(error?.problem.contains(problem) == true, "\(error?.problem ?? "none")")
  }
}
