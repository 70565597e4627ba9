import OneDNNKernels
import Tensors
import Testing

@Suite struct TensorLayoutTests {
  static let block = OneDNN.channelBlock

  @Test func byteCountsIncludeThePadding() {
    let shape: TensorShape = [2, 5, 3, 4]
    #expect(TensorLayout(.plain, shape: shape).byteCount == 2 * 5 * 3 * 4 * 4)
    #expect(TensorLayout(.channelsLast, shape: shape).byteCount == 2 * 5 * 3 * 4 * 4)
    #expect(TensorLayout(.channelBlocked, shape: shape).byteCount == 2 * Self.block * 3 * 4 * 4)
  }

  @Test func equalLayoutsHaveEqualOrdersAndShapes() {
    let layout = TensorLayout(.channelBlocked, shape: [1, 32, 4, 4])
    #expect(layout == TensorLayout(.channelBlocked, shape: [1, 32, 4, 4]))
    #expect(layout != TensorLayout(.plain, shape: [1, 32, 4, 4]))
    #expect(layout != TensorLayout(.channelBlocked, shape: [1, 32, 4, 5]))
  }

  @Test func aRangeOfChannelsBeginsWhereTheChannelsDo() throws {
    let whole = TensorLayout(.channelBlocked, shape: [1, 4 * Self.block, 3, 5])
    let part = try #require(whole.channels(from: Self.block, count: 2 * Self.block))
    #expect(part.shape == [1, 2 * Self.block, 3, 5])
    #expect(part.byteOffset == Self.block * 3 * 5 * 4)
    #expect(whole.channels(from: 3, count: Self.block) == nil)
    // Plain channels line up everywhere.
    #expect(TensorLayout(.plain, shape: [1, 8, 3, 5]).channels(from: 3, count: 2)?.byteOffset == 3 * 15 * 4)
  }

  @Test func impossibleOrdersTrap() async {
    await #expect(processExitsWith: .failure) { _ = TensorLayout(.channelBlocked, shape: [2, 3]) }
  }
}
