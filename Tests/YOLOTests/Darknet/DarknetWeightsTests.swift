import DarknetTesting
import Foundation
import Testing
import YOLO

@Suite struct DarknetWeightsTests {
  @Test func orderOfTheFile() throws {
    let network = try SmallDarknet.network()
    let weights = try DarknetWeights(SmallDarknet.weights(), of: network, path: "a.weights")
    #expect(weights.header.seen == 32_013_312)
    func values(_ name: String) throws -> [Int] {
      try #require(weights.parameters[name]).values.map { Int(($0 * 1000).rounded()) }
    }
    // Biases, scales, means, variances, weights.
    #expect(try values("layers.0.normalization.bias") == Array(1...8))
    #expect(try values("layers.0.normalization.weight") == Array(9...16))
    #expect(try values("layers.0.normalization.running_mean") == Array(17...24))
    #expect(try values("layers.0.normalization.running_var") == Array(25...32))
    #expect(try values("layers.0.convolution.weight") == Array(33...248))
    #expect(try values("layers.2.convolution.bias") == Array(249...262))
    #expect(try values("layers.2.convolution.weight") == Array(263...374))
  }

  @Test(arguments: [(Int32(0), Int32(2), true), (0, 1, false), (1, 0, true), (0, 5, true)])
  func writtenBackByteByByte(_ major: Int32, _ minor: Int32, _ wide: Bool) throws {
    let network = try SmallDarknet.network()
    let data = SmallDarknet.weights(major: major, minor: minor, wide: wide)
    let weights = try DarknetWeights(data, of: network, path: "a.weights")
    #expect(weights.header.seen == (wide ? 32_013_312 : 6_400))
    #expect(try weights.bytes(of: network) == data)
  }

  /// Bytes too few or too many, and the refusal.
  @Test(arguments: [
    (-4, "4196 bytes, the .cfg wants 4200: the file ends in layer 6, of line 39 of the .cfg"),
    (-3000, "1200 bytes, the .cfg wants 4200: the file ends in layer 2, of line 18 of the .cfg"),
    (4, "4204 bytes, the .cfg wants 4200: there are 4 bytes behind the last layer"),
    (1, "4201 bytes, the .cfg wants 4200: there are 1 bytes behind the last layer"),
    (-4190, "10 bytes; expected the header of a .weights file, 16 or 20"),
    (-4182, "ends within its header of 20 bytes"),
  ])
  func refusesAnotherSize(_ change: Int, _ found: String) throws {
    let problem = found + (found.contains("wants") ? "; expected the weights of this network" : "")
    let network = try SmallDarknet.network()
    var data = SmallDarknet.weights()
    if change < 0 { data.removeLast(-change) } else { data.append(Data(repeating: 0, count: change)) }
    #expect(throws: DarknetError(path: "a.weights", problem: problem)) {
      try DarknetWeights(data, of: network, path: "a.weights")
    }
  }

  @Test func refusesWhatIsNoNumber() throws {
    let network = try SmallDarknet.network()
    var data = SmallDarknet.weights()
    data.replaceSubrange(20 + 4 * 300..<24 + 4 * 300, with: [0, 0, 0xC0, 0x7F])
    #expect(
      throws: DarknetError(
        path: "a.weights",
        problem: "layer 2, of line 18 of the .cfg, holds a number that is not finite; are these weights of another "
          + "network?"
      )
    ) { try DarknetWeights(data, of: network, path: "a.weights") }
  }
}
