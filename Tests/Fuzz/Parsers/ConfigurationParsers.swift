import Datasets
import Foundation
import ModelZoo
import Training

extension FuzzedParser {
  /// Configurations of training runs and lists of class names.
  static let configurationParsers = [
    FuzzedParser(name: "configuration", dictionary: numbers + configurationWords, seeds: configurationSeeds) { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      // It would be opened.
      guard !text.contains("cfg") else { return }
      let run = try ConfigurationFile.decode(text, path: "fuzz", over: RunConfiguration())
      if FuzzedInput.isOne(of: 4, bytes) {
        let written = try ConfigurationFile.text(of: run)
        let again = try ConfigurationFile.decode(written, path: "fuzz", over: RunConfiguration())
        let (settings, expected) = (try ConfigurationFile.settings(of: again), try ConfigurationFile.settings(of: run))
        expect(settings == expected, "another configuration after writing and reading")
      }
      // What a setting may be is said without the file's name, which the commands put before it.
      if FuzzedInput.isOne(of: 2, bytes) { _ = try? ModelCatalog.networks(run, classCount: 3) }
      guard (try? run.training.validate()) != nil else { return }
      _ = run.training.optimiser.makeOptimiser()
      _ = run.training.schedule.makeSchedule(baseRate: 0.1, epochs: run.training.epochs, batchCount: 1 << 20)
    },
    FuzzedParser(
      name: "class-names", longestInput: 512, dictionary: ["\r\n", "\u{FEFF}", "\u{2028}"],
      seeds: ["cat\ndog\n".bytes, "\u{FEFF}cat\r\ntraffic light".bytes]
    ) { bytes in
      let names = try ClassNamesFile.read(ScratchFolder.write(bytes, to: "classes.txt"))
      expect(!names.isEmpty && names.allSatisfy { !$0.isEmpty }, "an empty list or name")
    },
  ]

  private static let configurationWords = [
    "detector: ", "yolo", "faster-rcnn", "darknet", "fasterRCNN:", "inputSize: ", "width: ", "height: ", "backbone: ",
    "depth: ", "widthMultiplier: ", "pyramid: ", "channels: ", "anchors: ", "anchorSizes: ", "training:", "epochs: ",
    "batchSize: ", "seed: ", "optimiser: ", "schedule: ", "average: ", "augmentation:", "mosaic: ", "{ ", " }", "[",
    "]",
    "&a ", "*a", "<<: ", "? ", "|", ">", "!!int ", "~", "true", "maximumMinutes: ", "pyramidChannels: ",
  ]

  private static let configurationSeeds = [
    """
    detector: yolo
    yolo:
      inputSize: { width: 64, height: 96 }
      backbone: { depth: 18, widthMultiplier: 0.125 }
      pyramidChannels: 8
      anchors: [[{ width: 4, height: 5 }, { width: 8, height: 9 }, { width: 3, height: 3 }],
        [{ width: 4, height: 5 }, { width: 8, height: 9 }, { width: 3, height: 3 }],
        [{ width: 4, height: 5 }, { width: 8, height: 9 }, { width: 3, height: 3 }]]
    training:
      epochs: 5
      optimiser: { kind: adamw, learningRate: 0.001, weightDecay: 0.05 }
      schedule: { kind: cosine, warmupEpochs: 1, finalFraction: 0.01 }
    """,
    """
    detector: faster-rcnn
    fasterRCNN:
      inputSize: { width: 64, height: 64 }
      backbone: { depth: 18, widthMultiplier: 0.125 }
      pyramid: { channels: 8, finestStride: 8, hasPooledLevel: false }
      proposals:
        anchorSizes: [[20, 32], [56, 76], [112, 160]]
        count: 20
      regions: { width: 16, samplesPerImage: 9, positiveFraction: 0.33 }
    training: { batchSize: 2, augmentation: { horizontalFlip: 0.5, mosaic: 0 } }
    """,
    "# nothing\n",
  ].map(\.bytes)
}
