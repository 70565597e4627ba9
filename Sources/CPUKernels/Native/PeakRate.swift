internal import CConvolutions
import ComputeGraph

/// What the processor can do at most: multiplications and additions of 32-bit floats on registers alone.
public enum PeakRate {
  /// Operations a second on the kernels' threads, the best of a few measurements of some milliseconds each.
  public static func measure() -> Double {
    let (block, threads) = (Int32(OneDNN.channelBlock), Int32(KernelThreads.count))
    return (0..<8).reduce(0) { best, _ in
      var operations = 0.0
      let time = ContinuousClock().measure { operations = pbk_multiply_and_add(block, threads, 1_000_000) }
      return max(best, operations / (time / .seconds(1)))
    }
  }
}
