import Foundation

/// A folder in memory for parsers that want files.
enum ScratchFolder {
  /// The folder that PEREGRINE_FUZZ_SCRATCH names, or one that ends with the program. Errors are to name a file with
  /// `fuzz` in its path.
  static let path: String = {
    if let path = getenv("PEREGRINE_FUZZ_SCRATCH") { return String(cString: path) }
    let path = "/dev/shm/fuzz-\(getpid())"
    mkdir(path, 0o700)
    atexit { try? FileManager.default.removeItem(atPath: ScratchFolder.path) }
    return path
  }()

  /// A folder inside, made anew.
  static func folder(_ name: String) -> String {
    let folder = "\(path)/\(name)"
    mkdir(folder, 0o700)
    return folder
  }

  /// Writes a file of the folder and returns its path.
  @discardableResult
  static func write(_ bytes: some Collection<UInt8>, to name: String) -> String {
    let file = "\(path)/\(name)"
    let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    let written = bytes.withContiguousStorageIfAvailable { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    guard descriptor >= 0, written == bytes.count, close(descriptor) == 0 else {
      print("cannot write \(file)")
      exit(73)
    }
    return file
  }

  static func write(_ bytes: UnsafeRawBufferPointer, to name: String) -> String {
    bytes.withMemoryRebound(to: UInt8.self) { write($0, to: name) }
  }

  /// Writes a file, or removes the one that is there where there are no bytes.
  static func place(_ bytes: [UInt8], at name: String) {
    if bytes.isEmpty { unlink("\(path)/\(name)") } else { write(bytes, to: name) }
  }
}
