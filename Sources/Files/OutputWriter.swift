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

  /// Goes on with a regular file that is there, behind its first bytes; what lies after them is cut off.
  ///
  /// - Throws: ``OutputError``.
  public convenience init(continuing path: String, after byteCount: Int) throws(OutputError) {
    try self.init(opening: path, O_WRONLY | O_CLOEXEC, path: path)
    guard ftruncate(descriptor, byteCount) == 0, lseek(descriptor, 0, SEEK_END) >= 0 else {
      throw OutputError(.failed, path: path, code: errno)
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
    // The descriptor is closed with this object.
    defer { withExtendedLifetime(self) {} }
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

  /// Writes elements at a place of a regular file, counted in bytes, whatever was appended so far. What lies before it and was
  /// never written is 0.
  ///
  /// - Throws: ``OutputError``, also where the output is no regular file.
  public func write<Element: BitwiseCopyable>(_ elements: [Element], at place: Int) throws(OutputError) {
    defer { withExtendedLifetime(self) {} }
    var code: Int32 = 0
    elements.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        let count = pwrite(descriptor, bytes.baseAddress! + done, min(bytes.count - done, 1 << 30), off_t(place + done))
        if count >= 0 {
          done += count
        } else if errno != EINTR {
          code = errno
          return
        }
      }
    }
    if code != 0 { throw OutputError(.failed, path: path, code: code) }
  }

  /// What is written afterwards is lost. Some file systems tell only here that they are full.
  func close() throws(OutputError) {
    guard isOwned, descriptor >= 0 else { return }
    let closed = Foundation.close(descriptor)
    descriptor = -1
    if closed != 0 { throw OutputError(.failed, path: path, code: errno) }
  }
}
