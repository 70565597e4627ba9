import ComputeGraph

extension TestNetwork {
  package static let all: [TestNetwork] = residual + joined + shared + gated + various

  private static let residual: [TestNetwork] = [
    TestNetwork(
      name: "residual block with identity", removed: [.foldBatchNormalization: 3, .fuseReLU: 3], removedByAll: 7
    ) { images in
      let x = normalization("n1", 16, convolution("c1", 16, 16)(images)).relu()
      let y = normalization("n2", 16, convolution("c2", 16, 16)(x)).relu()
      return [(normalization("n3", 16, convolution("c3", 16, 16)(y)) + x).relu()]
    },
    TestNetwork(
      name: "residual block with projection", removed: [.foldBatchNormalization: 3, .fuseReLU: 2], removedByAll: 6
    ) { images in
      let y = normalization("n1", 32, convolution("c1", 16, 32, stride: 2)(images)).relu()
      let z = normalization("n2", 32, convolution("c2", 32, 32)(y))
      let shortcut = normalization("n3", 32, convolution("c3", 16, 32, kernelSize: 1, stride: 2)(images))
      return [(z + shortcut).relu()]
    },
    TestNetwork(
      name: "residual blocks large enough for Winograd", channels: 32, height: 24, width: 24,
      removed: [.foldBatchNormalization: 3, .fuseReLU: 1], removedByAll: 7
    ) { images in
      let x = normalization("n1", 32, convolution("c1", 32, 32)(images)).relu(slope: 0.1)
      let y = normalization("n2", 32, convolution("c2", 32, 32)(x)).relu(slope: 0.1) + images
      return [(normalization("n3", 32, convolution("c3", 32, 32)(y)) + y).relu()]
    },
    TestNetwork(
      name: "sums of activated convolutions", height: 12, width: 10, removed: [.fuseActivation: 4], removedByAll: 4
    ) { images in
      // Of a value that is not needed again, of one that is, of the convolution's own input, and by products.
      let x = convolution("c1", 16, 16)(convolution("c2", 16, 16)(images)).relu(slope: 0.1) + images
      let y = convolution("c3", 16, 16)(x).silu() + x
      let z = convolution("c4", 16, 16)(convolution("c5", 16, 16)(y)).relu(slope: 0.1) + x
      let joined = Value.concatenated([convolution("c6", 16, 16, kernelSize: 1)(z).relu() + y, z])
      return [convolution("c7", 32, 16)(joined), z]
    },
    TestNetwork(name: "image plus its convolution", channels: 3, removed: [.fuseResidualSum: 1], removedByAll: 1) {
      [$0 + convolution("c", 3, 3)($0)]
    },
    TestNetwork(name: "input read by every sum", removed: [.fuseResidualSum: 2], removedByAll: 2) { images in
      let x = convolution("c1", 16, 16)(images) + images
      return [images + convolution("c2", 16, 16)(x)]
    },
    TestNetwork(
      name: "sum of two convolutions", removed: [.fuseResidualSum: 1, .fuseReLU: 1], removedByAll: 2
    ) { images in
      [(convolution("c1", 16, 20)(images) + convolution("c2", 16, 20, kernelSize: 1)(images)).relu()]
    },
    TestNetwork(name: "value plus itself", removed: [.fuseReLU: 1], removedByAll: 1) { images in
      let x = convolution("c", 16, 16)(images)
      return [(x + x).relu()]
    },
    TestNetwork(
      name: "feature pyramid", height: 8, width: 12, removed: [.fuseResidualSum: 1, .fuseActivation: 2],
      removedByAll: 3
    ) { images in
      let fine = convolution("c1", 16, 32, stride: 2)(images).relu()
      let coarse = convolution("c2", 32, 32, stride: 2)(fine).relu()
      let top = convolution("inner1", 32, 16, kernelSize: 1)(coarse)
      let bottom = convolution("inner0", 32, 16, kernelSize: 1)(fine) + top.upsampled(by: 2)
      return [convolution("layer0", 16, 16)(bottom), convolution("layer1", 16, 16)(top)]
    },
  ]

  private static let joined: [TestNetwork] = [
    TestNetwork(name: "concatenation of whole blocks", removed: [.fuseActivation: 2], removedByAll: 2) { images in
      let x = convolution("c1", 16, 16)(images).relu()
      let y = convolution("c2", 16, 32)(x).silu()
      return [convolution("c3", 48, 16, kernelSize: 1)(.concatenated([x, y]))]
    },
    TestNetwork(name: "concatenation of parts of blocks") { images in
      let parts = [convolution("c1", 16, 5)(images), images, convolution("c2", 16, 10)(images)]
      return [convolution("c3", 31, 7)(.concatenated(parts))]
    },
    TestNetwork(name: "nested concatenation") { images in
      let x = convolution("c1", 16, 16)(images)
      let y = convolution("c2", 16, 16)(x)
      let inner = Value.concatenated([x, y])
      let z = convolution("c3", 32, 16)(inner)
      let outer = Value.concatenated([inner, z])
      // Parts of one concatenation are also read elsewhere, and by a second concatenation.
      return [convolution("c4", 48, 16)(outer), Value.concatenated([z, x]).sigmoid(), y.silu()]
    },
    TestNetwork(name: "concatenation with itself, and of one value") { images in
      let x = convolution("c", 16, 16)(images)
      return [.concatenated([x, x]), Value.concatenated([x]).relu()]
    },
    TestNetwork(
      name: "concatenation of a dropped out and an added part", removed: [.removeDropout: 1, .fuseResidualSum: 1],
      removedByAll: 2
    ) { images in
      let x = convolution("c1", 16, 16)(images)
      let y = convolution("c2", 16, 16)(x) + x
      return [convolution("c3", 32, 16)(.concatenated([x.droppedOut(rate: 0.4), y]))]
    },
    TestNetwork(name: "activation of a part behind the concatenation") { images in
      let x = convolution("c1", 16, 16)(images)
      let joined = Value.concatenated([x, convolution("c2", 16, 16)(images)])
      // Written over its input, it would change what the convolution reads.
      let y = x.silu()
      return [y, convolution("c3", 32, 16)(joined)]
    },
    TestNetwork(name: "activation of a concatenation whose part is read later") { images in
      let x = convolution("c1", 16, 16)(images)
      let y = Value.concatenated([x, convolution("c2", 16, 16)(images)]).silu()
      return [y, convolution("c3", 16, 16)(x)]
    },
    TestNetwork(
      name: "pooled convolutions", height: 20, width: 28, removed: [.fuseActivation: 3], removedByAll: 3
    ) { images in
      // Read by the pooling alone, by something else too, of odd sides, and pooled by other windows.
      let x = convolution("c1", 16, 20)(images).relu(slope: 0.1).maxPooled(kernelSize: 2, stride: 2)
      let y = convolution("c2", 20, 16)(x).silu()
      let z = convolution("c3", 16, 24)(y.maxPooled(kernelSize: 2, stride: 2)).maxPooled(kernelSize: 2, stride: 2)
      let w = convolution("c4", 24, 16)(z).relu().maxPooled(kernelSize: 2, stride: 1)
      return [y, z, w]
    },
    TestNetwork(name: "grey images", channels: 1, height: 9, width: 8) { images in
      [convolution("c2", 20, 6)(convolution("c1", 1, 20)(images))]
    },
    TestNetwork(name: "concatenation of pooled maps", height: 7, width: 6) { images in
      let x = convolution("c1", 16, 16)(images)
      let pooled = [5, 9].map { x.maxPooled(kernelSize: $0, stride: 1, padding: $0 / 2) }
      return [.concatenated(pooled + [x])]
    },
  ]

  private static let shared: [TestNetwork] = [
    TestNetwork(name: "activation whose input is read twice") { images in
      let x = convolution("c", 16, 16)(images)
      return [x.relu() + x]
    },
    TestNetwork(name: "convolution behind two normalisations", removed: [.fuseReLU: 1], removedByAll: 1) { images in
      let x = convolution("c", 16, 16)(images)
      return [normalization("n1", 16, x) + normalization("n2", 16, x).relu()]
    },
    TestNetwork(name: "layers applied twice") { images in
      let layer = convolution("c", 16, 16)
      let x = normalization("n", 16, layer(images)).silu()
      return [normalization("n", 16, layer(x))]
    },
    TestNetwork(name: "outputs in the middle") { images in
      let x = convolution("c1", 16, 5)(images)
      let y = x.relu()
      return [x, y, convolution("c2", 5, 16)(y), y]
    },
    TestNetwork(name: "input is an output", channels: 3) { [$0, $0.relu()] },
  ]

  private static let gated: [TestNetwork] = [
    TestNetwork(
      name: "squeeze and excitation", channels: 12, removed: [.fuseActivation: 3], removedByAll: 3
    ) { images in
      let x = convolution("c1", 12, 20)(images).hardSwish()
      let squeezed = convolution("s1", 20, 8, kernelSize: 1)(x.globallyAveraged()).relu()
      let gate = convolution("s2", 8, 20, kernelSize: 1)(squeezed).hardSigmoid()
      return [convolution("c2", 20, 16)(x * gate)]
    },
    TestNetwork(name: "product of two maps") { images in
      let x = convolution("c1", 16, 12)(images)
      return [x * convolution("c2", 16, 12)(images), x * x]
    },
    TestNetwork(name: "channels in whole blocks", removed: [.fuseResidualSum: 1], removedByAll: 1) { images in
      let x = convolution("c1", 16, 48)(images)
      let second = x.channels(from: 16, count: 32)
      let third = convolution("c2", 32, 16)(second) + x.channels(from: 0, count: 16)
      return [.concatenated([second, third]), x.channels(from: 32, count: 16).relu(slope: 0.1), x]
    },
    TestNetwork(name: "channels in parts of blocks") { images in
      let x = convolution("c1", 16, 22)(images)
      return [convolution("c2", 11, 5)(x.channels(from: 11, count: 11)), x.channels(from: 3, count: 7).silu()]
    },
    TestNetwork(name: "squares of cells as channels", channels: 8, height: 4, width: 6) { images in
      let x = convolution("c1", 8, 20)(images)
      return [convolution("c2", 80, 6)(x.reorganized(stride: 2)), images.reorganized(stride: 2)]
    },
    TestNetwork(name: "elements in other places", channels: 12, height: 4, width: 6) { images in
      let x = convolution("c1", 12, 12)(images)
      let squares = convolution("c2", 48, 5)(x.rearranged(.spaceToDepth(stride: 2)))
      let cells = convolution("c3", 3, 6)(x.rearranged(.depthToSpace(stride: 2)))
      let gate = convolution("c4", 6, 1)(cells).rearranged(.repetition(count: 6))
      return [
        squares, cells * gate, x.rearranged(.crop(rows: 1..<4, columns: 2..<5)),
        x.rearranged(.sampling(rowStride: 3, columnStride: 2)), images.rearranged(.crop(rows: 0..<1, columns: 0..<1)),
      ]
    },
    // Weights of their own at each of 2×3 places: windows, a convolution in as many groups, and back to a map.
    TestNetwork(name: "locally connected", channels: 5, height: 3, width: 5) { images in
      let windows = convolution("c1", 5, 3)(images).rearranged(.patches(kernelSize: 3, stride: 2, padding: 1))
      let local = Convolution("local", inputChannels: 6 * 27, outputChannels: 6 * 4, kernelSize: 1, groups: 6)(windows)
      return [local.rearranged(.positions(rows: 2, columns: 3)).relu(slope: 0.1)]
    },
    TestNetwork(
      name: "connected to a whole map", channels: 5, height: 3, width: 4, removed: [.fuseActivation: 1], removedByAll: 1
    ) { images in
      var geometry = ConvolutionGeometry(inputChannels: 6, outputChannels: 10, kernelSize: 3)
      geometry.kernelWidth = 4
      let x = convolution("c1", 5, 6)(images)
      return [Convolution("connected", geometry: geometry, hasBias: true)(x).relu(slope: 0.1)]
    },
    TestNetwork(name: "one-sided pooling", height: 5, width: 7) { images in
      let x = convolution("c1", 16, 10)(images)
      return [1, 2].map { x.maxPooled(kernelSize: 2, stride: $0, farPadding: 1) }
    },
    TestNetwork(name: "activations without a fused form", removed: [.fuseActivation: 5], removedByAll: 5) { images in
      let x = convolution("c1", 16, 20)(images).mish()
      let y = convolution("c2", 20, 20)(x).activated(.elu(slope: 0.7))
      let z = convolution("c3", 20, 12)(y).activated(.tanh)
      let u = convolution("c4", 12, 12)(z).activated(.linear(scale: 1.5, shift: 0.25))
      return [convolution("c5", 12, 9)(u).activated(.clip(low: -0.5, high: 0.4))]
    },
  ]

  private static let various: [TestNetwork] = [
    TestNetwork(
      name: "classifier", channels: 3, height: 11, width: 14, removed: [.removeDropout: 2, .fuseActivation: 1],
      removedByAll: 4
    ) { images in
      let maps = convolution("c", 3, 20, stride: 2)(images).relu()
      let features = maps.maxPooled(kernelSize: 2, stride: 2).droppedOut(rate: 0.3).flattened()
      let hidden = InnerProduct("f1", inputFeatures: 180, outputFeatures: 24)(features.droppedOut(rate: 0.5))
      return [InnerProduct("f2", inputFeatures: 24, outputFeatures: 5, hasBias: false)(hidden).softmax()]
    },
    TestNetwork(
      name: "fully connected layers on maps", channels: 12, removed: [.fuseActivation: 1, .fuseFlatten: 2],
      removedByAll: 3
    ) { images in
      let maps = convolution("c", 12, 20, stride: 2)(images).relu()
      return [
        InnerProduct("f1", inputFeatures: 240, outputFeatures: 9)(maps.flattened()),
        InnerProduct("f2", inputFeatures: 504, outputFeatures: 4, hasBias: false)(images.flattened()),
      ]
    },
    TestNetwork(name: "adaptive average pooling", channels: 4, height: 5, width: 8) { images in
      let x = convolution("c", 4, 6)(images)
      // Overlapping windows, windows of one size, repeated cells, the map itself.
      return [(2, 3), (1, 4), (7, 9), (5, 8)].map { x.adaptivelyAveraged(rows: $0.0, columns: $0.1) }
    },
    // Enlarged, shrunk and of odd factors; like a value that is read otherwise, like the images, and like one that nothing reads.
    TestNetwork(
      name: "maps resized like others", channels: 3, height: 9, width: 14,
      removed: [.foldBatchNormalization: 1, .fuseReLU: 1], removedByAll: 2
    ) { images in
      let fine = convolution("c1", 3, 20, stride: 2)(images)
      let coarse = normalization("n", 11, convolution("c2", 20, 11, stride: 2)(fine)).relu()
      let joined = convolution("c3", 31, 6)(.concatenated([fine, coarse.resized(like: fine)]))
      return [joined.resized(like: images), fine.resized(like: coarse), images.resized(like: joined.relu())]
    },
    TestNetwork(
      name: "maps doubled and cropped", channels: 5, height: 5, width: 7, removed: [.fuseResidualSum: 1],
      removedByAll: 1
    ) {
      images in
      let doubled = ConvolutionGeometry(
        inputChannels: 12, outputChannels: 5, kernelSize: 4, stride: 2, padding: 1, isTransposed: true)
      let coarse = convolution("c1", 5, 12, stride: 2)(images)
      let y = Convolution("t", geometry: doubled, hasBias: false)(coarse).cropped(like: images)
      return [y + convolution("c2", 5, 5)(images)]
    },
    TestNetwork(
      name: "maps cropped to their middle", channels: 3, height: 9, width: 12, removed: [.fuseActivation: 1],
      removedByAll: 1
    ) {
      images in
      let fine = convolution("c1", 3, 6)(images).relu()
      let inner = Convolution("c2", inputChannels: 6, outputChannels: 5, kernelSize: 4, padding: 0)(fine)
      return [convolution("c3", 11, 4)(.concatenated([fine.cropped(like: inner, keeping: .middle), inner]))]
    },
    TestNetwork(
      name: "dilated convolutions", channels: 16, height: 9, width: 8, removed: [.fuseActivation: 1], removedByAll: 1
    ) {
      images in
      let wide = Convolution("d1", inputChannels: 16, outputChannels: 20, kernelSize: 3, padding: 2, dilation: 2)(
        images)
      return [
        Convolution("d2", inputChannels: 20, outputChannels: 16, kernelSize: 3, padding: 12, dilation: 12)(wide.relu()),
        Convolution("d3", inputChannels: 16, outputChannels: 16, kernelSize: 5, padding: 4, dilation: 2, groups: 16)(
          images),
      ]
    },
    TestNetwork(name: "locally connected layer", channels: 3, height: 5, width: 7) { images in
      let layer = LocallyConnected(
        "l", inputChannels: 3, outputChannels: 4, inputRows: 5, inputColumns: 7, kernelSize: 3, stride: 2, padding: 1)
      return [layer(images).relu()]
    },
    TestNetwork(
      name: "shortcut without parameters", channels: 6, height: 6, width: 7,
      removed: [.fuseResidualSum: 1, .fuseReLU: 1], removedByAll: 2
    ) { images in
      let shortcut = images.rearranged(.sampling(rowStride: 2, columnStride: 2))
        .rearranged(.zeroChannels(before: 2, behind: 3))
      return [(convolution("c", 6, 11, stride: 2)(images) + shortcut).relu()]
    },
    TestNetwork(name: "dropout of a dropout", removed: [.removeDropout: 2], removedByAll: 3) {
      [convolution("c", 16, 6)($0).droppedOut(rate: 0.2).droppedOut(rate: 0.3).relu()]
    },
    TestNetwork(
      name: "activation of a dropout whose input is read later", removed: [.removeDropout: 1], removedByAll: 1
    ) {
      let x = convolution("c1", 16, 16)($0)
      let y = x.droppedOut(rate: 0.5).silu()
      return [y, convolution("c2", 16, 16)(x)]
    },
    TestNetwork(name: "transposed convolutions", removed: [.fuseActivation: 1], removedByAll: 1) { images in
      let x = convolution("c", 16, 20)(images)
      let doubled = ConvolutionGeometry(
        inputChannels: 20, outputChannels: 16, kernelSize: 3, stride: 2, padding: 1, isTransposed: true,
        outputPadding: 1)
      let grouped = ConvolutionGeometry(
        inputChannels: 16, outputChannels: 32, kernelSize: 2, stride: 2, groups: 2, isTransposed: true)
      let y = normalization("n", 16, Convolution("t1", geometry: doubled, hasBias: false)(x)).silu()
      return [Convolution("t2", geometry: grouped, hasBias: true)(y).silu()]
    },
    TestNetwork(
      name: "depthwise convolutions", channels: 20, height: 9, width: 11,
      removed: [.foldBatchNormalization: 2, .fuseActivation: 1, .fuseResidualSum: 1], removedByAll: 6
    ) { images in
      func depthwise(_ name: String, _ channels: Int, kernelSize: Int, stride: Int = 1, bias: Bool = false)
        -> Convolution
      {
        Convolution(
          name, inputChannels: channels, outputChannels: channels, kernelSize: kernelSize, stride: stride,
          padding: kernelSize / 2, groups: channels, hasBias: bias)
      }
      let x = normalization("n1", 20, depthwise("d1", 20, kernelSize: 3)(images)).activated(.hardSwish)
      let y = normalization("n2", 20, depthwise("d2", 20, kernelSize: 5, stride: 2)(x)).relu(slope: 0.1)
      let z = depthwise("d3", 20, kernelSize: 5, bias: true)(y) + y
      return [
        convolution("c", 20, 7, kernelSize: 1)(z), depthwise("d4", 20, kernelSize: 3, stride: 2, bias: true)(x).silu(),
      ]
    },
    TestNetwork(
      name: "grouped convolutions", removed: [.foldBatchNormalization: 2, .fuseReLU: 1], removedByAll: 3
    ) { images in
      let depthwise = Convolution(
        "c1", inputChannels: 16, outputChannels: 16, kernelSize: 3, padding: 2, dilation: 2, groups: 16, hasBias: false)
      let grouped = Convolution("c2", inputChannels: 16, outputChannels: 24, kernelSize: 3, padding: 1, groups: 2)
      return [normalization("n2", 24, grouped(normalization("n1", 16, depthwise(images)).relu()))]
    },
    TestNetwork(name: "pooling", height: 9, width: 8) { images in
      let x = convolution("c", 16, 10)(images)
      let y = x.averagePooled(kernelSize: 3, stride: 2, padding: 1, countsPadding: true)
        .maxPooled(kernelSize: 2, stride: 2, ceilMode: true)
      let z = x.averagePooled(kernelSize: 3, stride: 2, padding: 1, countsPadding: false)
      return [y.globallyAveraged(), z.averagePooled(kernelSize: 2, stride: 2, ceilMode: true)]
    },
    TestNetwork(name: "L2 pooling", height: 9, width: 8) { images in
      let x = convolution("c", 16, 10)(images).l2Pooled(kernelSize: 3, stride: 2, padding: 1)
      return [x.l2Pooled(kernelSize: 2, stride: 2, ceilMode: true), images.l2Pooled(kernelSize: 2, stride: 1)]
    },
    TestNetwork(name: "activations", removed: [.fuseActivation: 3], removedByAll: 3) { images in
      let x = convolution("c1", 16, 16)(images).sigmoid()
      let y = normalization("n", 16, convolution("c2", 16, 16, stride: 2)(x).relu(slope: 0.2)).silu()
      return [convolution("c3", 16, 5)(y).relu().sigmoid(), y.relu(slope: 0.3)]
    },
    TestNetwork(name: "activations in a row, behind a pooling") {
      [convolution("c", 16, 12)($0).maxPooled(kernelSize: 2, stride: 1).relu(slope: 0.1).silu().sigmoid()]
    },
    TestNetwork(name: "local response normalisation", removed: [.fuseActivation: 1], removedByAll: 1) { images in
      let x = convolution("c1", 16, 19)(images).relu().locallyNormalized(scale: 0.5, offset: 2)
      let y = convolution("c2", 19, 10, stride: 2)(x).locallyNormalized(channelCount: 3, scale: 0.7, exponent: 0.6)
      return [y, convolution("c3", 10, 4)(y)]
    },
    TestNetwork(name: "softmax of maps", channels: 10, removed: [.foldBatchNormalization: 1], removedByAll: 1) {
      [normalization("n", 5, convolution("c", 10, 5, bias: true)($0)).softmax().upsampled(by: 3)]
    },
  ]

  private static func convolution(
    _ name: String, _ input: Int, _ output: Int, kernelSize: Int = 3, stride: Int = 1, bias: Bool = true
  ) -> Convolution {
    Convolution(
      name, inputChannels: input, outputChannels: output, kernelSize: kernelSize, stride: stride,
      padding: kernelSize / 2, hasBias: bias)
  }

  private static func normalization(_ name: String, _ channels: Int, _ x: Value) -> Value {
    BatchNormalization(name, channels: channels, epsilon: 1e-3)(x)
  }
}
