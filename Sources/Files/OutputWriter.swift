import Foundation

/// Where the bytes of an output go while it is being written.
public final class OutputWriter {
  private var descriptor: Int32
  private let path: String
  private let isOwned: Bool

  init(descriptor: Int32, path: String, isOwned: Bool) {
    self.descriptor = descriptor
    self.path = path
    self.isOwned = isOwned
  }

  /// Writes in place, so that a reader sees at once what was appended: a regular file is emptied.
  ///
  /// - Throws: ``OutputError``. Waits for the reader of a FIFO.
  public convenience init(appendingTo path: String) throws(OutputError) {
    switch try OutputDestination(path) {
    case .descriptor(let number):
      self.init(descriptor: number == 1 ? StandardOutput.descriptorForOutputs : number, path: path, isOwned: false)
    case .device(let place), .fifo(let place):
      try self.init(opening: place, O_WRONLY | O_CLOEXEC, path: path)
    case .file(let place):
      try self.init(opening: place, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, path: path)
    }
  }

  private convenience init(opening place: String, _ flags: Int32, path: String) throws(OutputError) {
    let descriptor = open(place, flags, 0o666)
    guard descriptor >= 0 else { throw OutputError(.refused, path: path, code: errno) }
    self.init(descriptor: descriptor, path: path, isOwned: true)
  }

  deinit { if isOwned, descriptor >= 0 { _ = Foundation.close(descriptor) } }

  /// Appends bytes.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(OutputError) {
    var rest = bytes
    while !rest.isEmpty {
      // Linux transfers at most 0x7ffff000 bytes a call; a smaller piece also keeps signals prompt.
      let count = Foundation.write(descriptor, rest.baseAddress, min(rest.count, 1 << 30))
      if count >= 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      } else if errno != EINTR {
        throw OutputError(.failed, path: path, code: errno)
      }
    }
  }

  /// Appends bytes.
  public func write(_ bytes: [UInt8]) throws(OutputError) {
    var failure: OutputError?
    bytes.withUnsafeBytes { buffer in
      do throws(OutputError) { try write(buffer) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// What is written afterwards is lost. Some file systems tell only here that they are full.
  func close() throws(OutputError) {
    guard isOwned, descriptor >= 0 else { return }
    let closed = Foundation.close(descriptor)
    descriptor = -1
    if closed != 0 { throw OutputError(.failed, path: path, code: errno) }
  }
}
