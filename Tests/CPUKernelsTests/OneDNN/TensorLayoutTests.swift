import CPUKernels
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
    #expect(part.byteCount == 2 * Self.block * 3 * 5 * 4)
    #expect(whole.channels(from: 3, count: Self.block) == nil)
    // Plain channels line up everywhere.
    #expect(TensorLayout(.plain, shape: [1, 8, 3, 5]).channels(from: 3, count: 2)?.byteOffset == 3 * 15 * 4)
  }

  @Test(
    arguments: [TensorLayout.Order.channelBlocked, .plain, .channelsLast],
    [[1, 5, 5], [3, 5, 5], [1, 1, 1], [3, 1, 1]])
  func aRangeOfChannelsReachesAsFarFromAnyStart(_ order: TensorLayout.Order, _ extents: [Int]) throws {
    let whole = TensorLayout(order, shape: [extents[0], 3 * Self.block, extents[1], extents[2]])
    let first = try #require(whole.channels(from: 0, count: Self.block))
    let last = try #require(whole.channels(from: 2 * Self.block, count: Self.block))
    #expect(last.byteCount == first.byteCount)
    #expect(last.byteCount >= Self.block * extents[1] * extents[2] * 4)
  }

  @Test(arguments: [TensorLayout.Order.channelBlocked, .plain])
  func aRangeOfChannelsIsCopiedOut(_ order: TensorLayout.Order) throws {
    let shape: TensorShape = [2, 3 * Self.block, 2, 5]
    let whole = TensorLayout(order, shape: shape)
    let part = try #require(whole.channels(from: Self.block, count: Self.block))
    let copy = try Kernel.reorder(from: part, to: TensorLayout(.channelBlocked, shape: part.shape))
    #expect(copy.byteCount(of: .source) > 0)
    // The part's kernel is given the whole tensor's memory.
    let source = try BoundKernel(Kernel.reorder(from: TensorLayout(.plain, shape: shape), to: whole))
    try source.give(.source, Tensor(shape: shape, values: (0..<shape.elementCount).map(Float.init)))
    try source.reserve(.destination)
    try source.execute()
    let result = try BoundKernel(copy)
    try result.share(.source, with: source, as: .destination)
    try result.reserve(.destination)
    try result.execute()
    let expected = (0..<2).flatMap { image in
      (0..<Self.block * 10).map { Float((image * 3 + 1) * Self.block * 10 + $0) }
    }
    #expect(try result.take(.destination, part.shape).values == expected)
  }

  @Test func impossibleOrdersTrap() async {
    await #expect(processExitsWith: .failure) { _ = TensorLayout(.channelBlocked, shape: [2, 3]) }
  }
}
