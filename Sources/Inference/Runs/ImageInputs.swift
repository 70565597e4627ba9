import ImageCodecs
import Synchronization

/// The images of a run, handed out one after the other to the threads that ask.
public final class ImageInputs: Sendable {
  private let following: @Sendable () -> ImageInput?

  /// - Parameters:
  ///   - files: image files.
  ///   - isCancelled: asked for every image; true ends the run.
  public init(files: [String], isCancelled: @escaping @Sendable () -> Bool = { false }) {
    let paths = Mutex(files[...])
    following = { isCancelled() ? nil : paths.withLock { $0.popFirst().map { .file($0) } } }
  }

  /// Frames that arrive through a pipe.
  ///
  /// - Parameters:
  ///   - descriptor: where they are read; 0 is standard input.
  ///   - isCancelled: asked all the time; true ends the stream.
  public init(
    descriptor: Int32, form: FrameStream.Form, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    let stream = Mutex(FrameStream(descriptor: descriptor, form: form, isCancelled: isCancelled))
    following = {
      stream.withLock { stream in
        do throws(ImageError) {
          return try stream.next().map { .frame($0, number: stream.frameCount) }
        } catch {
          return .broken(error)
        }
      }
    }
  }

  /// The next image, nil behind the last one. A frame that is cut short comes as such, and is the last.
  @Sendable func next() -> ImageInput? { following() }
}
