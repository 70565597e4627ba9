import Foundation
import ImageCodecs
import Models

/// An image of a run: a file, or a frame of a stream.
public enum ImageInput: Sendable {
  /// Of an image file, by its path.
  case file(String)
  /// Of a stream, by its number from 1.
  case frame(StreamedFrame, number: Int)
  /// A frame that did not arrive whole.
  case broken(ImageError)

  /// The path, or "frame 1".
  public var name: String {
    switch self {
    case .file(let path): path
    case .frame(_, let number): FrameStream.name(ofFrame: number)
    case .broken(let error): error.file
    }
  }

  /// The path, or a file name for the frame.
  var path: String {
    switch self {
    case .file(let path): path
    case .frame(_, let number): String(format: "frame-%06d.jpg", number)
    case .broken(let error): error.file
    }
  }

  /// The upright image as a model wants it.
  func source(for model: some VisionModel) throws -> SourceImage {
    SourceImage(try decoded(model.decodingOptions), name: name)
  }

  /// The upright image, at the reduced scale that the options allow.
  func decoded(_ options: ImageDecodingOptions = .init()) throws(ImageError) -> DecodedImage {
    switch self {
    case .file(let path): try DecodedImage(contentsOf: path, options: options)
    case .frame(.encoded(let bytes), _): try DecodedImage(encoded: bytes, name: name, options: options)
    case .frame(.raw(let image), _): DecodedImage(image)
    case .broken(let error): throw error
    }
  }
}
