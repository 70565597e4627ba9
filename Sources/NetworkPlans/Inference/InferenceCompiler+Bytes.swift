import CPUKernels
import ComputeGraph
import Tensors

/// Values travel as bytes, channels last, along chains of convolutions in integers; everything else reads and writes
/// floats in blocks of channels. A value exists in either form or both.
extension InferenceCompiler {
  /// Emits a node that computes on bytes; false where it does not.
  func compileBytes(_ index: Int) throws -> Bool {
    guard let quantization else { return false }
    let node = graph.nodes[index]
    if let convolution = node.convolution, let scales = quantization.weightScales[index] {
      try compile(index, convolution, weightScales: scales, quantization)
      return true
    }
    guard node.operation.choosesElements, hasByteReader(index, quantization), let source = bytes[node.inputs[0]],
      let range = quantization.ranges[index]
    else { return false }
    let (from, to) = (byteLayout(node.inputs[0], range), byteLayout(index, range))
    let kernel: Kernel
    if let pooling = node.operation as? PoolingOperation {
      kernel = try Kernel.pooling(pooling.geometry, .inference, source: from, destination: to)
    } else {
      kernel = try Kernel.upsampling(.inference, source: from, destination: to)
    }
    guard !kernel.isReference else { return false }
    let result = builder.buffer(to.byteCount)
    builder.emit(node.name, node: index, kernel, [(.source, source), (.destination, result)])
    bytes[index] = result
    int8OnlyValues.insert(index)
    return true
  }

  /// Whether some layer reads a value as bytes.
  private func hasByteReader(_ index: Int, _ quantization: QuantizedLayers) -> Bool {
    readers[index].contains { reader in
      let node = graph.nodes[reader]
      if quantization.weightScales[reader] != nil {
        return node.inputs[0] == index || writesBytes(reader, quantization)
      }
      return node.operation.choosesElements && hasByteReader(reader, quantization)
    }
  }

  private func writesBytes(_ index: Int, _ quantization: QuantizedLayers) -> Bool {
    quantization.ranges[index] != nil && !graph.outputs.contains(index) && hasByteReader(index, quantization)
  }

  private func compile(
    _ index: Int, _ node: ConvolutionOperation, weightScales: [Float], _ quantization: QuantizedLayers
  ) throws {
    let inputs = graph.nodes[index].inputs
    guard let sourceRange = quantization.ranges[inputs[0]] else {
      preconditionFailure("\(graph.nodes[index].name) has an input without range")
    }
    let source = try makeBytes(of: inputs[0], sourceRange)
    let factor = Kernel.quantizedWeightFactor(source: sourceRange.element)
    let scales = weightScales.map { sourceRange.scale * $0 / factor }
    var epilogue = QuantizedEpilogue(scales: scales, activation: node.epilogue.activation)

    var destination: (slice: MemorySlice, layout: TensorLayout)
    let range = writesBytes(index, quantization) ? quantization.ranges[index] : nil
    if let range {
      destination = (MemorySlice(buffer: 0), byteLayout(index, range))
      if node.epilogue.addsDestination, let addend = quantization.ranges[inputs[1]] {
        destination.slice = try addendBytes(index, addend, as: range)
        epilogue.sumScale = Range(largest: addend.largest, isSigned: range.isSigned).scale
      } else {
        destination.slice = builder.buffer(destination.layout.byteCount)
      }
      epilogue.store(in: range.scale)
      bytes[index] = destination.slice
      int8OnlyValues.insert(index)
    } else {
      let layout = TensorLayout(.channelsLast, shape: shapes[index])
      destination = (builder.buffer(layout.byteCount), layout)
      if node.epilogue.addsDestination {
        try makeFloats(of: inputs[1], for: index)
        try builder.emitReorder(
          "\(graph.nodes[index].name) (copy)", node: index,
          from: (slice(of: inputs[1]), canonicalLayout(shapes[index])), to: destination)
        epilogue.sumScale = 1
      }
    }

    let kernel = try Kernel.quantizedConvolution(
      node.geometry, source: byteLayout(inputs[0], sourceRange), destination: destination.layout,
      hasBias: node.bias != nil, epilogue: epilogue)
    let weight = try builder.packed(
      node.weight, node.geometry.plainWeightLayout, kernel, .weights, scales: weightScales.map { factor / $0 })
    var arguments = [(Kernel.Role.source, source), (.weights, weight), (.destination, destination.slice)]
    if let bias = node.bias {
      let packed = try builder.packed(
        bias, vector(node.geometry.outputChannels), kernel, .bias, scales: scales.map { 1 / $0 })
      arguments.append((.bias, packed))
    }
    builder.emit(graph.nodes[index].name, node: index, kernel, arguments)
    if range == nil {
      try builder.emitReorder(
        "\(graph.nodes[index].name) (to blocks)", node: index, from: destination,
        to: (slice(of: index), canonicalLayout(shapes[index])))
    }
  }

  private typealias Range = QuantizationRecipe.Range

  private func byteLayout(_ index: Int, _ range: Range) -> TensorLayout {
    TensorLayout(.channelsLast, of: range.element, shape: shapes[index])
  }

  /// A value as bytes, copied from the floats where nothing has computed them.
  private func makeBytes(of index: Int, _ range: Range) throws -> MemorySlice {
    if let known = bytes[index] { return known }
    let layout = byteLayout(index, range)
    let result = builder.buffer(layout.byteCount)
    try emitScaling(
      "\(graph.nodes[index].name) (to bytes)", index, from: (slice(of: index), canonicalLayout(shapes[index])),
      to: (result, layout), scale: 1 / range.scale)
    bytes[index] = result
    return result
  }

  /// Computes the floats of a value that exists as bytes only, before a node that reads them.
  func makeFloats(of index: Int, for reader: Int) throws {
    guard int8OnlyValues.remove(index) != nil, let source = bytes[index], let range = quantization?.ranges[index] else {
      return
    }
    try emitScaling(
      "\(graph.nodes[index].name) (to floats)", reader, from: (source, byteLayout(index, range)),
      to: (slice(of: index), canonicalLayout(shapes[index])), scale: range.scale)
  }

  /// The second operand of a sum in the memory of the result: what it adds to, of the result's type.
  private func addendBytes(_ index: Int, _ addend: Range, as range: Range) throws -> MemorySlice {
    let value = graph.nodes[index].inputs[1]
    let source = try makeBytes(of: value, addend)
    let isSameType = addend.isSigned == range.isSigned
    if isSameType && isDisposable(value, after: index) { return source }
    let result = builder.buffer(byteLayout(index, range).byteCount)
    let scale = isSameType ? 1 : addend.scale / Range(largest: addend.largest, isSigned: range.isSigned).scale
    try emitScaling(
      "\(graph.nodes[index].name) (copy)", index, from: (source, byteLayout(value, addend)),
      to: (result, byteLayout(index, range)), scale: scale)
    return result
  }

  private func emitScaling(
    _ name: String, _ node: Int, from source: (MemorySlice, TensorLayout), to destination: (MemorySlice, TensorLayout),
    scale: Float
  ) throws {
    let kernel = try Kernel.reorder(from: source.1, to: destination.1, scales: [scale])
    builder.emit(name, node: node, kernel, [(.source, source.0), (.destination, destination.0)])
  }
}

extension QuantizedEpilogue {
  /// Divides the result by the scale of its bytes: beforehand where the activation allows it, which costs nothing.
  fileprivate mutating func store(in scale: Float) {
    switch activation {
    case nil, .relu:
      scales = scales.map { $0 / scale }
      sumScale = sumScale.map { $0 / scale }
    default: finalScale = 1 / scale
    }
  }
}
