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
}
