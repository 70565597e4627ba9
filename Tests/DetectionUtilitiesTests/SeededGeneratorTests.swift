import DetectionUtilities
import Testing

struct SeededGeneratorTests {
  @Test("the sequence is xoshiro256** seeded by splitmix64, as computed elsewhere")
  func sequence() {
    var generator = SeededGenerator(seed: 0)
    #expect(
      [generator.next(), generator.next(), generator.next()] == [
        0x99EC_5F36_CB75_F2B4, 0xBF6E_1F78_4956_452A, 0x1A5F_849D_4933_E6E0,
      ])
  }

  @Test("streams differ by value, order and length")
  func streams() {
    let firsts = [[1, 2], [2, 1], [1], [1, 2, 0], []].map { (stream: [UInt64]) in
      var generator = SeededGenerator(seed: 5, stream: stream)
      return generator.next()
    }
    #expect(Set(firsts).count == 5)
  }

  @Test("draws keep to their bounds and spread evenly")
  func bounds() {
    var generator = SeededGenerator(seed: 1)
    var counts = [Int](repeating: 0, count: 3)
    for _ in 0..<30_000 {
      counts[generator.uniform(below: 3)] += 1
      let real = generator.uniform(-2, 5)
      #expect(real >= -2 && real < 5)
      let unit = generator.uniform()
      #expect(unit >= 0 && unit < 1)
    }
    #expect(counts.allSatisfy { abs($0 - 10_000) < 400 }, "\(counts)")
    #expect(!generator.chance(0) && generator.chance(1))
  }

  @Test("a shuffle keeps all elements")
  func shuffle() {
    var generator = SeededGenerator(seed: 3)
    var numbers = Array(0..<100)
    generator.shuffle(&numbers)
    #expect(numbers != Array(0..<100))
    #expect(numbers.sorted() == Array(0..<100))
  }
}
