import Glibc

/// The parser that PEREGRINE_FUZZ names; with `list` there the names of all are printed instead.
private let parser: FuzzedParser = {
  let name = getenv("PEREGRINE_FUZZ").map { String(cString: $0) } ?? ""
  if let parser = FuzzedParser.all.first(where: { $0.name == name }) { return parser }
  if name == "list" {
    for parser in FuzzedParser.all { print(parser.name, parser.isBinary ? "binary" : "text") }
  } else {
    print("PEREGRINE_FUZZ names no parser, expected one of \(FuzzedParser.all.map(\.name)), or list")
  }
  fflush(nil)
  // Without the search for leaks at the end of a run, which this is none.
  _exit(name == "list" ? 0 : 64)
}()

/// Called by libFuzzer before all else: where PEREGRINE_FUZZ_SEEDS names a folder, the seeds are written there instead,
/// and beside it the parser's dictionary and options for libFuzzer.
@_cdecl("LLVMFuzzerInitialize")
public func initializeFuzzer(
  _ count: UnsafeMutablePointer<CInt>?,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>?
) -> CInt {
  let parser = parser
  guard let folder = getenv("PEREGRINE_FUZZ_SEEDS").map({ String(cString: $0) }) else { return 0 }
  let dictionary = "\(folder).dictionary"
  var options = "-max_len=\(parser.longestInput)\n"
  // libFuzzer refuses an empty one.
  if !parser.dictionary.isEmpty { options += "-dict=\(dictionary)\n" }
  var isWritten =
    write(Array(options.utf8), to: "\(folder).options") && write(Array(parser.dictionaryText.utf8), to: dictionary)
  for (index, seed) in parser.seeds.enumerated() {
    isWritten = write(seed, to: "\(folder)/seed-\(index)") && isWritten
    do {
      // A seed that is refused leads nowhere.
      try seed.withUnsafeBytes(parser.parse)
    } catch {
      print("\(parser.name) seed \(index): \(error)")
      isWritten = false
    }
  }
  fflush(nil)
  _exit(isWritten ? 0 : 70)
}

private func write(_ bytes: [UInt8], to path: String) -> Bool {
  guard let file = fopen(path, "w"), fwrite(bytes, 1, bytes.count, file) == bytes.count, fclose(file) == 0 else {
    print("cannot write \(path)")
    return false
  }
  return true
}

/// Called by libFuzzer with one input after another.
@_cdecl("LLVMFuzzerTestOneInput")
public func parseOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let start = processorSeconds()
  do {
    try parser.parse(UnsafeRawBufferPointer(start: bytes, count: count))
  } catch {
    parser.check(error)
  }
  // libFuzzer's own limit is for what never ends: its clock goes on where the machine is busy with other things.
  let seconds = processorSeconds() - start
  expect(seconds < 5, "\(seconds) seconds of processor time for \(count) bytes")
  return 0
}

/// Of all threads of the process.
private func processorSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
