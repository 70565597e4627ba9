internal import CConvolutions
internal import CKernelRuntime
internal import COneDNN
import ComputeGraph
import Tensors

/// Maps in bf16, the upper half of a float, in blocks of 16 channels.
public enum BFloat16 {
  /// Whether the processor multiplies pairs of bf16, and is allowed to.
  public static var isAvailable: Bool { pdn_has_bf16() && pkr_has_avx512_bf16() && OneDNN.channelBlock == 16 }

  /// By what products are formed.
  package enum Instructions: Hashable, Sendable, CaseIterable {
    /// `vdpbf16ps` of AVX-512 with bf16: 16 sums of two products at a time.
    case avx512
    /// `tdpbf16ps` of AMX: 256 sums of up to 32 products.
    case amx
  }

  /// The best that the processor has, the system permits and `ONEDNN_MAX_CPU_ISA` allows: `AVX512_CORE_BF16` leaves out AMX.
  package static var instructions: Instructions { pdn_has_amx() && pkr_has_amx_bf16() ? .amx : .avx512 }

  /// Floats to the nearest bf16, halfway to even.
  package static func round(_ source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer, count: Int) {
    pbk_bf16_round(source.assumingMemoryBound(to: Float.self), destination, count, Int32(KernelThreads.count))
  }

  /// bf16 to floats.
  package static func widen(_ source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer, count: Int) {
    pbk_bf16_widen(source, destination.assumingMemoryBound(to: Float.self), count, Int32(KernelThreads.count))
  }

  /// The sum of two maps of `count` values in whole blocks, which may be the destination.
  package static func add(
    _ left: UnsafeRawPointer, _ right: UnsafeRawPointer, to destination: UnsafeMutableRawPointer, count: Int, relu: Bool
  ) {
    pbk_bf16_add(left, right, destination, count, relu, Int32(KernelThreads.count))
  }

  /// Every cell of a map of this shape `factor` × `factor` times.
  package static func upsample(
    _ source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer, shape: TensorShape, factor: Int
  ) {
    let blocks = shape[0] * ((shape[1] + 15) / 16)
    pbk_bf16_upsample(
      source, destination, Int32(blocks), Int32(shape[2]), Int32(shape[3]), Int32(factor), Int32(KernelThreads.count))
  }
}
