/// The limits of what is read: what no honest file needs is refused before it takes time or memory.
///
/// The one place that states them; whatever reads a file takes its limit from here.
public enum InputLimits {
  /// Longest side of a network's input, in pixels.
  public static let networkInputSide = 8192
  /// Most pixels of a network's input: enough for a frame of 4K film.
  public static let networkInputPixels = 1 << 23

  /// Most pixels of an image, told by its header.
  public static let imagePixels = 1 << 31
  /// Most pixels of an image that are held in memory; a larger one is decoded at a reduced scale.
  public static let decodedPixels = 100_000_000
  /// Most pixels of a label file, and of an image that is segmented in tiles; a larger one is refused.
  public static let labelledPixels = 1 << 28
  /// Longest side of an image, in pixels: decoders hold a row or more, whatever the scale, and a few bytes may state any.
  public static let imageSide = 1 << 24
  /// Most scans of a JPEG.
  public static let jpegScans = 100
  /// Longest image file of a stream, in bytes.
  public static let streamedImageBytes = 1 << 28

  /// Longest line of a text label file, a list or a table, in bytes.
  public static let lineBytes = 1 << 20
  /// Most elements of a label file in XML that are open inside each other.
  public static let xmlNesting = 64

  /// Most aliases (`*name`) in a YAML file: with so many, it unfolds to a few thousand times its size.
  public static let yamlAliases = 20
  /// Most classes of YOLO labels that no list of names describes: one index makes as many names.
  public static let unnamedClasses = 100_000
  /// Most frames of a film of CVAT's, nearly two hours: every frame becomes an image, also those merely stated.
  public static let filmFrames = 200_000
  /// Most boxes between the key frames of a film of CVAT's and behind the last ones, of all tracks.
  public static let interpolatedBoxes = 1_000_000

  /// Most tensors of a safetensors file: more than any network has.
  public static let tensors = 50_000
  /// Longest header of a safetensors file, in bytes: the format's own limit.
  public static let safeTensorsHeaderBytes = 100_000_000
  /// Longest pickle of a PyTorch checkpoint, in bytes.
  public static let pickleBytes = 8 << 20
  /// Most entries of a checkpoint's ZIP archive.
  public static let archiveEntries = 20_000
  /// Longest `.cfg` file, in bytes.
  public static let darknetConfigurationBytes = 4 << 20
  /// Most sections of a `.cfg` file.
  public static let darknetSections = 10_000
  /// Most shards of an evaluation.
  public static let shards = 100_000

  /// All of them, for people: what, and how much at most.
  public static let list: [(what: String, limit: String)] = [
    ("side of a network's input, in files and options", "\(figure(networkInputSide)) pixels"),
    ("network's input in all", "\(figure(networkInputPixels)) pixels"),
    ("image, by its header", "\(figure(imagePixels)) pixels"),
    ("image held in memory; larger ones are decoded at 1/2, 1/4 or 1/8", "\(figure(decodedPixels)) pixels"),
    ("label file; image segmented in tiles", "\(figure(labelledPixels)) pixels"),
    (
      "side of an image; part (strip or tile) of a TIFF, unpacked; chunk of a PNG",
      "\(figure(imageSide)) pixels; 1 GiB; 64 MiB"
    ),
    ("scans of a JPEG", figure(jpegScans)),
    ("compressed data of a PNG", "twice what its pixels take, and 32 KiB"),
    ("image file of a stream", "\(figure(streamedImageBytes)) bytes"),
    ("line of a text label file, a list or a table", "\(figure(lineBytes)) bytes"),
    ("nesting of XML labels", figure(xmlNesting)),
    ("aliases (*name) in a YAML file", figure(yamlAliases)),
    ("class index of a YOLO label, without a list of names", figure(unnamedClasses - 1)),
    (
      "frames of a CVAT film; boxes between its key frames", "\(figure(filmFrames)); \(figure(interpolatedBoxes))"
    ),
    ("tensors in a safetensors file", figure(tensors)),
    ("header of a safetensors file", "\(figure(safeTensorsHeaderBytes)) bytes"),
    ("pickle of a PyTorch checkpoint", "\(figure(pickleBytes)) bytes"),
    ("entries of a checkpoint's archive", figure(archiveEntries)),
    (".cfg file", "\(figure(darknetConfigurationBytes)) bytes, \(figure(darknetSections)) sections"),
    ("shards of an evaluation", figure(shards)),
    ("maximumMinutes, checkpointMinutes", "1,000,000,000"),
  ]

  /// With commas between thousands.
  private static func figure(_ number: Int) -> String {
    var text = ""
    for (place, digit) in String(number).reversed().enumerated() {
      if place > 0, place % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return String(text.reversed())
  }
}
