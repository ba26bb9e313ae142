import Testing

@testable import SamplePatients

@Suite("Seeded generator")
struct SeededGeneratorTests {
    @Test("the first numbers are those of the reference implementation for state 1, 2, 3, 4")
    func referenceVector() {
        var generator = SeededGenerator(state: (1, 2, 3, 4))
        let expected: [UInt64] = [11_520, 0, 1_509_978_240, 1_215_971_899_390_074_240]
        #expect((0..<4).map { _ in generator.next() } == expected)
    }

    @Test("numbers stay in their range and reach both ends")
    func bounds() {
        var generator = SeededGenerator(parts: [1])
        let numbers = (0..<2_000).map { _ in generator.within(-3...4) }
        #expect(numbers.min() == -3 && numbers.max() == 4)
    }

    @Test("a sample has the size asked for, without repetition and in order")
    func sample() {
        var generator = SeededGenerator(parts: [2])
        for count in 0...12 {
            let chosen = generator.sample(Array(0..<10), count: count)
            #expect(chosen.count == min(count, 10) && chosen == Set(chosen).sorted())
        }
    }

    @Test("a UUID has the version 4 form")
    func uuid() {
        var generator = SeededGenerator(parts: [3])
        for _ in 0..<100 {
            let text = Array(generator.uuid())
            #expect(text.count == 36 && text[14] == "4" && "89ab".contains(text[19]))
        }
    }
}
