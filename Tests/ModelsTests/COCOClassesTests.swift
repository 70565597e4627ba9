import Models
import Testing

@Suite struct COCOClassesTests {
  @Test func idsSkipNumbers() {
    #expect(COCOClasses.all.count == 80)
    #expect(COCOClasses.all.first == .init(name: "person", id: 1))
    #expect(COCOClasses.all[11] == .init(name: "stop sign", id: 13))
    #expect(COCOClasses.all[60] == .init(name: "dining table", id: 67))
    #expect(COCOClasses.all.last == .init(name: "toothbrush", id: 90))
  }

  @Test func knowsTheListByEitherSpelling() {
    let names = COCOClasses.all.map(\.name)
    let old = names.map { ["airplane": "aeroplane", "tv": "tvmonitor"][$0] ?? $0 }
    #expect(COCOClasses.labels(named: names) == COCOClasses.all)
    #expect(COCOClasses.labels(named: old)?[4] == .init(name: "aeroplane", id: 5))
    #expect(COCOClasses.labels(named: Array(names.dropLast())) == nil)
    #expect(COCOClasses.labels(named: names.reversed()) == nil)
  }
}
