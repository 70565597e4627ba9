import DetectionUtilities
import Detectors
import Foundation
import ImageCodecs

/// Detection over a list of image files, one after the other: reports in order, failures apart.
public struct DetectionRun {
  /// An image that could not be read or whose annotated copy could not be written.
  public struct Failure: Error, CustomStringConvertible {
    public var description: String
  }

  public private(set) var reports: [DetectionReport] = []
  public private(set) var failureCount = 0

  private let detector: any Detector
  private let options: DetectionOptions
  private let annotatedNames: AnnotatedNames?

  /// - Parameter annotatedNames: where annotated copies go; nil for none.
  public init(detector: any Detector, options: DetectionOptions, annotatedNames: AnnotatedNames? = nil) {
    self.detector = detector
    self.options = options
    self.annotatedNames = annotatedNames
  }

  /// Reads, detects, annotates and reports one image.
  ///
  /// Throws a ``Failure`` when the image cannot be read or the copy cannot be written, which leaves the run usable;
  /// other errors mean that nothing more will work.
  public mutating func detect(_ path: String) throws -> DetectionReport {
    do {
      let (size, detections) = try detector.detect(contentsOf: path, options: options)
      let report = DetectionReport(
        image: path, width: size.width, height: size.height, detections: detections,
        classNames: detector.classNames, classIDs: detector.classIDs)
      if let annotatedNames {
        try annotate(try RGBImage(contentsOf: path), detections).write(to: annotatedNames.path(for: path))
      }
      reports.append(report)
      return report
    } catch let error as any ImageFailure {
      failureCount += 1
      throw Failure(description: "\(error)")
    }
  }

  private func annotate(_ image: RGBImage, _ detections: [Detection]) -> RGBImage {
    image.annotated(
      with: detections.map { detection in
        let label = "\(detector.classNames[detection.classIndex]) \(String(format: "%.2f", detection.score))"
        return AnnotatedBox(
          x1: detection.box.x1, y1: detection.box.y1, x2: detection.box.x2, y2: detection.box.y2,
          label: label, colorIndex: detection.classIndex)
      })
  }
}
