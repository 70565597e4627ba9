import Testing
import WeightImport

@Suite struct SHA256Tests {
  /// FIPS 180-4's examples, and lengths around a block: `printf %055d 0 | sha256sum`.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (String(repeating: "0", count: 55), "9f8ef876f51f5313c91cc3f6b8119af09d8bbdd72098fa149b2780eb3591d6be"),
    (String(repeating: "0", count: 56), "bd03ac1428f0ea86f4b83a731ffc7967bb82866d8545322f888d2f6e857ffc18"),
    (String(repeating: "0", count: 64), "60e05bd1b195af2f94112fa7197a5c88289058840ce7c6df9693756bc6250f55"),
    (String(repeating: "0", count: 1000), "c31bca45696e0b4765427229a5fdae9a3f8dca1974e9b99229c70cf899a90e68"),
  ])
  func agreesWithTheStandard(_ text: String, _ expected: String) {
    #expect(Array(text.utf8).withUnsafeBytes(SHA256.digest) == expected)
  }
}
