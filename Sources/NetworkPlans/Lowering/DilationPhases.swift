import CPUKernels
import ComputeGraph
import Tensors

/// A map taken apart into the d² maps of every d-th row and column, as images of their own: a convolution whose taps lie d
/// apart is one with dense taps on each of them (Shensa 1992, the trous algorithm).
///
/// Where rows or columns are no multiple of d, the shorter maps end in zeros, which is what lies beyond the edge anyway.
struct DilationPhases {
  private let blocks: Int
  private let height: Int
  private let width: Int
  private let dilation: Int
  private let images: Int
  /// N·d² × C × ⌈H/d⌉ × ⌈W/d⌉.
  let shape: TensorShape

  /// - Parameter map: N×C×H×W.
  init(of map: TensorShape, dilation: Int) {
    (images, height, width) = (map[0], map[2], map[3])
    blocks = (map[1] + OneDNN.channelBlock - 1) / OneDNN.channelBlock
    self.dilation = dilation
    shape = [
      images * dilation * dilation, map[1], (height + dilation - 1) / dilation, (width + dilation - 1) / dilation,
    ]
  }

  /// Takes a map in blocks of channels apart.
  func split(_ map: UnsafeRawPointer, into phases: UnsafeMutableRawPointer) {
    let (source, target) = (
      map.assumingMemoryBound(to: Float.self), phases.assumingMemoryBound(to: Float.self)
    )
    let block = OneDNN.channelBlock
    forEachRow { row, phaseRow, first in
      for column in 0..<shape[3] {
        let place = target + (phaseRow + column) * block
        let x = first + column * dilation
        if let row, x < width {
          place.update(from: source + (row + x) * block, count: block)
        } else {
          place.update(repeating: 0, count: block)
        }
      }
    }
  }

  /// Puts the maps together again; what lies beyond the edge is dropped.
  func join(_ phases: UnsafeRawPointer, into map: UnsafeMutableRawPointer) {
    let (source, target) = (
      phases.assumingMemoryBound(to: Float.self), map.assumingMemoryBound(to: Float.self)
    )
    let block = OneDNN.channelBlock
    forEachRow { row, phaseRow, first in
      guard let row else { return }
      for column in 0..<shape[3] where first + column * dilation < width {
        (target + (row + first + column * dilation) * block).update(
          from: source + (phaseRow + column) * block, count: block)
      }
    }
  }

  /// - Parameter body: gets for a row of a phase the place of its row in the map, nil beyond the edge, its own place, both in
  ///   cells, and the column of its first cell.
  private func forEachRow(_ body: (_ row: Int?, _ phaseRow: Int, _ first: Int) -> Void) {
    KernelThreads.run(images * blocks) { item in
      let (image, part) = item.quotientAndRemainder(dividingBy: blocks)
      for phase in 0..<dilation * dilation {
        let start = ((image * dilation * dilation + phase) * blocks + part) * shape[2]
        for row in 0..<shape[2] {
          let y = row * dilation + phase / dilation
          body(y < height ? (item * height + y) * width : nil, (start + row) * shape[3], phase % dilation)
        }
      }
    }
  }
}

extension PlanBuilder {
  /// The phases of a map; the map itself where there are none.
  func split(_ phases: DilationPhases?, _ map: MemorySlice, _ name: String, node: Int) -> MemorySlice {
    guard let phases else { return map }
    let result = buffer(canonicalLayout(phases.shape).byteCount)
    emit("\(name) (phases)", node: node, using: [map, result], implementation: "copy") { arena in
      phases.split(arena.address(map), into: arena.address(result))
    }
    return result
  }

  /// Memory for a result in phases; the result's own where there are none.
  func phaseBuffer(_ phases: DilationPhases?, for result: MemorySlice) -> MemorySlice {
    phases.map { buffer(canonicalLayout($0.shape).byteCount) } ?? result
  }

  /// Puts phases together where there are any.
  func join(_ phases: DilationPhases?, _ parts: MemorySlice, into map: MemorySlice, _ name: String, node: Int) {
    guard let phases else { return }
    emit("\(name) (joined)", node: node, using: [parts, map], implementation: "copy") { arena in
      phases.join(arena.address(parts), into: arena.address(map))
    }
  }
}
