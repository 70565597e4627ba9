import Evaluation
import Testing

struct DetectionAgreementClassesTests {
  @Test func classesAreComparedByName() {
    let classes = DetectionAgreementClasses(left: ["cat", "dog", "eel"], right: ["dog", "fox", "cat"])
    #expect(classes.names == ["cat", "dog", "eel", "fox"])
    #expect(classes.rightIndices == [1, 3, 0])
    #expect(classes.difference(left: "a", right: "b") == "the classes differ: only a has 'eel'; only b has 'fox'")
    let turned = DetectionAgreementClasses(left: ["cat", "dog"], right: ["dog", "cat"])
    let darknet = DetectionAgreementClasses(left: ["cat", "tv"], right: ["tvmonitor", "cat"])
    #expect(darknet.rightIndices == [1, 0] && darknet.names == ["cat", "tv"])
    #expect(turned.rightIndices == [1, 0] && turned.difference(left: "a", right: "b") == nil)
  }
}
