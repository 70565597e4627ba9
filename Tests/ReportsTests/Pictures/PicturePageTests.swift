import Foundation
import ImageCodecs
import Reports
import Testing

struct PicturePageTests {
  @Test func aPageNeedsNoOtherFile() throws {
    let image = RGBImage(size: ImageSize(width: 3, height: 2), color: (9, 8, 7))
    let page = PicturePage(
      title: "What <a> sees", about: "Model: \"m\".",
      sections: [
        .init(
          heading: "Maps & kernels", text: "Two.", figures: [.init(caption: "first <b>", image: image)],
          table: (["map", "deletion"], [["Grad-CAM", "0.123"]])), .init(heading: "Nothing"),
      ])
    let html = try page.html()
    #expect(html.contains("<title>What &lt;a&gt; sees</title>"))
    #expect(html.contains("<h2>Maps &amp; kernels</h2>") && html.contains("<h2>Nothing</h2>"))
    #expect(html.contains("alt=\"first &lt;b&gt;\" width=\"3\" height=\"2\""))
    #expect(html.contains("<td class=\"n\">0.123</td>"))
    #expect(!html.contains("http"))
    let encoded = try #require(html.firstMatch(of: /data:image\/png;base64,([A-Za-z0-9+\/=]+)/)?.1)
    let bytes = try #require(Data(base64Encoded: String(encoded)))
    #expect(try RGBImage(encoded: Array(bytes), name: "figure") == image)
  }
}
