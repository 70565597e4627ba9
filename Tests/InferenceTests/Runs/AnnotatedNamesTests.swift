import Inference
import Testing

struct AnnotatedNamesTests {
  @Test func namesAreUnique() {
    let paths = ["a/x.jpg", "b/x.jpg", "c/x.JPEG", "c/x.PNG", "d/x-2.jpg", "a/x.jpg", "noextension"]
    let names = AnnotatedNames(folder: "out", for: paths)
    #expect(
      paths.map { names.path(for: $0) } == [
        "out/x.jpg", "out/x-2.jpg", "out/x-3.jpg", "out/x.png", "out/x-2-2.jpg", "out/x.jpg", "out/noextension.jpg",
      ])
  }
}
