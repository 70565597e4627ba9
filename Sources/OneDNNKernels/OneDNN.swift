internal import CKernelRuntime
internal import COneDNN

/// What is known of the loaded oneDNN library and of the threads that it uses.
public enum OneDNN {
  /// The version that is loaded, such as "2.6.3".
  public static var version: String { String(cString: pdn_version()) }
  /// The widest instruction set in use, such as "AVX-512 with VNNI and bf16".
  public static var instructionSet: String { String(cString: pdn_instruction_set()) }
  /// Channels per block of the layout that kernels want on this machine.
  public static var channelBlock: Int { Int(pdn_channel_block()) }

  /// Whether there are Winograd kernels: in 2.x, with AVX-512.
  public static var hasWinograd: Bool { channelBlock == 16 && version.hasPrefix("2.") }

  /// Threads that kernels run on; setting it holds for kernels created afterwards. Zero leaves OpenMP's choice.
  public static var threadCount: Int {
    get { Int(pkr_thread_count()) }
    set { pkr_set_thread_count(Int32(newValue)) }
  }

  /// Has the kernels that the calling thread creates and runs from now on use these processors, a thread on each,
  /// instead of ``threadCount`` threads; ``threadCount`` then says how many. For threads that run networks beside each
  /// other. A single thread is left to the system's scheduler.
  ///
  /// - Precondition: there is at least one.
  public static func useProcessors(_ processors: Range<Int>) {
    precondition(!processors.isEmpty, "kernels run on at least one thread")
    pkr_use_processors(Int32(processors.lowerBound), Int32(processors.count))
  }

  /// Brings memory into the processors' caches in the order in which memory is fastest.
  public static func readAhead(_ memory: UnsafeRawPointer, byteCount: Int) { pkr_read_ahead(memory, byteCount) }

  /// Lets the calling thread run on every processor; for threads that work beside the kernels, whose own threads are
  /// bound to one processor each.
  public static func unbindThisThread() { pkr_unbind_this_thread() }
}
