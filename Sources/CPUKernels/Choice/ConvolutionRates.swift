/// What the native convolutions of an instruction set reach on one thread: the measured half of ``ConvolutionCost``.
///
/// The choice between kernels is a function of the problem and of this table alone, so that the same network is computed in
/// the same way on the same kind of processor; the ratios are what matters. `peregrine benchmark rates` measures the table of
/// the machine at hand and prints it.
package struct ConvolutionRates: Sendable, Hashable {
  /// Of products, whose weights are in a cache.
  package var secondsPerOperation: Double
  /// Of Winograd's transforms, input and output alike.
  package var secondsPerTransformedValue: Double
  /// Of weights that are in no cache, while products run.
  package var secondsPerWeightByte: Double
  /// Of weights packed into memory that the process has not touched before.
  package var secondsPerPackedByte: Double
  /// The part of the smaller one of arithmetic and fetching of weights that the larger one does not hide.
  package var exposedShare: Double
  /// Bytes of transformed tiles that stay in a core's second-level cache beside the weights that pass through it.
  package var groupByteCount: Int
  /// Transformed weights up to this size are read again for every group of tiles.
  package var sharedWeightByteCount: Int
  /// Bytes of weights that are read again and again, for each byte of transformed tiles that passes through a farther cache
  /// where there are no groups.
  package var weightBytesPerTransformedByte: Double

  package init(
    secondsPerOperation: Double, secondsPerTransformedValue: Double, secondsPerWeightByte: Double,
    secondsPerPackedByte: Double, exposedShare: Double, groupByteCount: Int, sharedWeightByteCount: Int,
    weightBytesPerTransformedByte: Double
  ) {
    self.secondsPerOperation = secondsPerOperation
    self.secondsPerTransformedValue = secondsPerTransformedValue
    self.secondsPerWeightByte = secondsPerWeightByte
    self.secondsPerPackedByte = secondsPerPackedByte
    self.exposedShare = exposedShare
    self.groupByteCount = groupByteCount
    self.sharedWeightByteCount = sharedWeightByteCount
    self.weightBytesPerTransformedByte = weightBytesPerTransformedByte
  }

  /// AMD Zen 3, 512 KiB of second-level cache; 3×3 layers of ResNet-18 at 320. Measured in 2026.
  package static let avx2 = ConvolutionRates(
    secondsPerOperation: 1 / 90e9, secondsPerTransformedValue: 0.24e-9, secondsPerWeightByte: 1 / 14e9,
    secondsPerPackedByte: 1 / 1.6e9, exposedShare: 0.5, groupByteCount: 450_000, sharedWeightByteCount: 4_000_000,
    weightBytesPerTransformedByte: .infinity)

  /// AMD Zen 4, 1 MiB of second-level cache; `peregrine benchmark rates` of 2026-11-30. Packing is that of a process
  /// that has just started, which is when it counts. Groups: layers of ResNet-18 at 320 and 640 and of YOLOv3 at 416, with and
  /// without.
  package static let avx512 = ConvolutionRates(
    secondsPerOperation: 1 / 112e9, secondsPerTransformedValue: 0.27e-9, secondsPerWeightByte: 1 / 21e9,
    secondsPerPackedByte: 1 / 1.6e9, exposedShare: 0.05, groupByteCount: 450_000, sharedWeightByteCount: .max,
    weightBytesPerTransformedByte: 7.5)

  /// Of the instructions that native kernels use on this machine.
  package static var current: ConvolutionRates { OneDNN.channelBlock == 16 ? avx512 : avx2 }
}
