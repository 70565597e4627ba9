import Datasets
import DetectionUtilities
import FolderTesting
import Foundation
import Testing

/// VOC files in the encodings that labelling programs write: the class names come out the same.
struct XMLEncodingTests {
  private func document(_ declaration: String, _ name: String) -> String {
    """
    \(declaration)
    <annotation><size><width>100</width><height>80</height></size>
    <object><name>\(name)</name><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>3</xmax><ymax>4</ymax></bndbox></object>
    </annotation>
    """
  }

  private func names(_ data: Data) throws -> [String] {
    let folder = try TemporaryFolder()
    try folder.write(data, to: "a.xml")
    return try LabelledDataset.read(at: folder.path, options: DatasetReadingOptions(requiresImages: false)).classNames
  }

  /// The bytes of the name in each encoding, from the tables of the standards.
  @Test(
    "any declared encoding",
    arguments: [
      ("UTF-8", "猫é", [0xE7, 0x8C, 0xAB, 0xC3, 0xA9]), ("ISO-8859-1", "é", [0xE9]), ("iso-8859-1", "ß", [0xDF]),
      ("windows-1252", "€", [0x80]), ("GBK", "猫", [0xC3, 0xA8]), ("GB2312", "猫", [0xC3, 0xA8]),
      ("GB18030", "猫", [0xC3, 0xA8]), ("Big5", "貓", [0xBF, 0xDF]), ("Shift_JIS", "猫", [0x94, 0x4C]),
      ("EUC-KR", "개", [0xB0, 0xB3]), ("KOI8-R", "кот", [0xCB, 0xCF, 0xD4]),
      ("windows-1251", "кот", [0xEA, 0xEE, 0xF2]),
      ("UTF-16", "é", [0xC3, 0xA9]),
    ] as [(String, String, [UInt8])])
  func declared(encoding: String, name: String, bytes: [UInt8]) throws {
    let parts = document("<?xml version='1.0' encoding='\(encoding)'?>", "|").components(separatedBy: "|")
    #expect(try names(Data(parts[0].utf8) + bytes + Data(parts[1].utf8)) == [name])
  }

  @Test("UTF-16 in either order, with a byte order mark or without; UTF-8 with one")
  func byteOrder() throws {
    let text = document("<?xml version=\"1.0\" encoding=\"UTF-16\"?>", "猫")
    let little = text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    let big = text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    for bytes in [[0xFF, 0xFE] + little, little, [0xFE, 0xFF] + big, big, [0xEF, 0xBB, 0xBF] + Array(text.utf8)] {
      #expect(try names(Data(bytes)) == ["猫"])
    }
  }

  @Test("what is not in its encoding, or in one that nobody knows, is refused with its place")
  func refused() throws {
    func error(_ bytes: [UInt8], _ declaration: String) throws -> DatasetError {
      let parts = document(declaration, "ab|").components(separatedBy: "|")
      return try #require(throws: DatasetError.self) { try names(Data(parts[0].utf8) + bytes + Data(parts[1].utf8)) }
    }
    let utf8 = try error([0xE9], "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")
    #expect((utf8.line, utf8.column) == (3, 17))
    #expect(utf8.problem.contains("not text in UTF-8, which the file is said to be"), "\(utf8)")
    #expect(try error([0xE9], "").problem.contains("taken to be without a declaration"))
    let gbk = try error([0xFF], "<?xml version=\"1.0\" encoding=\"GBK\"?>")
    #expect((gbk.line, gbk.column) == (3, 17))
    let unknown = try error([], "<?xml version=\"1.0\" encoding=\"klingon\"?>")
    #expect(unknown.problem.contains("the encoding 'KLINGON' is not known"), "\(unknown)")
  }

  @Test("CDATA, entities, name spaces, comments and a document type with declarations are read")
  func features() throws {
    let text = """
      <?xml version="1.0"?><!DOCTYPE annotation [ <!-- > --> <!ELEMENT annotation (object*)> ]>
      <v:annotation xmlns:v="http://a/>"><v:object><v:name> <![CDATA[a<b]]> &amp; &#99; </v:name><!-- x -->
      <bndbox><xmin> 1 </xmin><ymin>1e0</ymin><xmax>12.5</xmax><ymax>20</ymax></bndbox></v:object></v:annotation>
      """
    #expect(try names(Data(text.utf8)) == ["a<b & c"])
    let bomb = "<!DOCTYPE a [<!ENTITY b \"ha\"><!ENTITY c \"&b;&b;\">]>\n<annotation/>"
    let error = try #require(throws: DatasetError.self) { try names(Data(bomb.utf8)) }
    #expect((error.line, error.column) == (1, 14) && error.problem.contains("entities of its own"), "\(error)")
  }
}
