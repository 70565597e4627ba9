/// What convolutions in bf16 reach on one thread: the measured half of ``BFloat16Cost``, one table for each way of forming
/// products. `peregrine benchmark rates` measures the table of the machine at hand and prints it.
package struct BFloat16Rates: Sendable, Hashable {
  /// Of products, whose weights are in a cache.
  package var secondsPerOperation: Double
  /// Of those of Winograd's transforms, which are formed by AVX-512 everywhere.
  package var secondsPerFilteredOperation: Double
  /// Of Winograd's transforms, input and output alike.
  package var secondsPerTransformedValue: Double
  /// Of the source, brought into the order in which products read it.
  package var secondsPerCopiedValue: Double
  /// Whether it is brought into that order without a border as well.
  package var copiesAlways: Bool
  /// Of results of products.
  package var secondsPerResult: Double
  /// Of weights that are in no cache, while products run.
  package var secondsPerWeightByte: Double
  /// Packing writes memory that the process has not touched before.
  package var secondsPerPackedByte: Double
  /// From floats to bf16 or back.
  package var secondsPerConvertedValue: Double

  /// AMD Zen 4, 2026: layers of ResNet-18, ResNet-50 and YOLOv3-tiny.
  package static let avx512 = BFloat16Rates(
    secondsPerOperation: 1 / 220e9, secondsPerFilteredOperation: 1 / 220e9, secondsPerTransformedValue: 0.13e-9,
    secondsPerCopiedValue: 0.06e-9, copiesAlways: false, secondsPerResult: 0, secondsPerWeightByte: 1 / 14e9,
    secondsPerPackedByte: 1 / 1.6e9, secondsPerConvertedValue: 0.25e-9)

  /// Intel Emerald Rapids, 2 MiB of second-level cache, 2026. Products: the quickest runs of single layers of ResNet-18 and
  /// ResNet-50; transforms, weights from memory, packing and conversions are Zen 4's. Products are so quick that no choice
  /// comes near either.
  package static let amx = BFloat16Rates(
    secondsPerOperation: 1 / 1600e9, secondsPerFilteredOperation: 1 / 83e9, secondsPerTransformedValue: 0.13e-9,
    secondsPerCopiedValue: 0.06e-9, copiesAlways: true, secondsPerResult: 0.1e-9, secondsPerWeightByte: 1 / 14e9,
    secondsPerPackedByte: 1 / 1.6e9, secondsPerConvertedValue: 0.25e-9)

  package static func of(_ instructions: BFloat16.Instructions) -> BFloat16Rates {
    switch instructions {
    case .avx512: avx512
    case .amx: amx
    }
  }

  /// Of the instructions that are used on this machine.
  package static var current: BFloat16Rates { of(BFloat16.instructions) }
}
