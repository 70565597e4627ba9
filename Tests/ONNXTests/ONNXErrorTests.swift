import ONNX
import Testing

struct ONNXErrorTests {
  @Test func saysHowMuchIsTooMuch() {
    let text = ONNXError.tooLarge(byteCount: 3_000_000_000).description
    #expect(text == "the network takes 3000000000 bytes as ONNX, of which a file holds at most 2147483647")
  }
}
