import Signing
import Testing

@Suite("ShareSetSum")
struct ShareSetSumTests {
    private func names(_ numbers: Range<Int>) -> [[UInt8]] {
        numbers.map { Array("stream \($0)".utf8) }
    }

    private func sum(of names: [[UInt8]]) -> ShareSetSum {
        var set = ShareSetSum()
        for name in names { set.insert(name) }
        return set
    }

    @Test("the empty set counts nothing, and two streams give the known digest")
    func knownAnswers() {
        let empty = ShareSetSum()
        #expect(empty.count == 0)
        #expect(empty.sum == Array(repeating: 0, count: 32))
        let tag = Array("accord/shareset/v1\0".utf8)
        #expect(empty.digest == Digest.sha256(tag + Array(repeating: 0, count: 40)))
        var one = ShareSetSum()
        one.insert([7])
        let member = Digest.sha256(Array("accord/shareset-member/v1\0".utf8) + [7])
        #expect(one.sum == member)
        #expect(one.digest == Digest.sha256(tag + [0, 0, 0, 0, 0, 0, 0, 1] + member))
        one.insert([8])
        #expect(
            Hexadecimal.text(one.digest)
                == "f26ddc627e882b659830d488617d3eb00138f77d15570c55590925886a86d972")
    }

    @Test("the order in which streams join does not matter")
    func order() {
        let names = names(0..<200)
        let ascending = sum(of: names)
        #expect(sum(of: names.reversed()) == ascending)
        for start in stride(from: 1, to: 200, by: 13) {
            #expect(sum(of: Array(names[start...] + names[..<start])) == ascending)
        }
        #expect(ascending.count == 200)
    }

    @Test("what joined and left again changes nothing")
    func removal() {
        var set = sum(of: names(0..<50))
        let before = set
        for name in names(50..<90) { set.insert(name) }
        #expect(set != before)
        for name in names(50..<90).reversed() { set.remove(name) }
        #expect(set == before)
        #expect(set.digest == before.digest)
        for name in names(0..<50).reversed() { set.remove(name) }
        #expect(set == ShareSetSum())
    }

    @Test("sets of other streams, or of another number of them, have another digest")
    func difference() {
        let set = sum(of: names(0..<10))
        #expect(set.digest != sum(of: names(0..<9)).digest)
        #expect(set.digest != sum(of: names(1..<11)).digest)
        #expect(ShareSetSum(count: 9, sum: set.sum)?.digest != set.digest)
    }

    @Test("a stored sum is taken up, and one of another length is not")
    func storage() {
        let set = sum(of: names(0..<3))
        #expect(ShareSetSum(count: set.count, sum: set.sum) == set)
        #expect(ShareSetSum(count: 3, sum: Array(set.sum.dropLast())) == nil)
        #expect(ShareSetSum(count: 3, sum: set.sum + [0]) == nil)
        #expect(ShareSetSum(count: 3, sum: []) == nil)
    }

    @Test("carries and borrows run through all 256 bits")
    func carries() throws {
        let name: [UInt8] = [1]
        let member = sum(of: [name])
        let highest = Array(repeating: 0xFF as UInt8, count: 32)
        var set = try #require(ShareSetSum(count: UInt64.max, sum: highest))
        set.insert(name)
        // The highest number is −1, and so is the highest count.
        var expected = member.sum
        for index in expected.indices.reversed() {
            expected[index] &-= 1
            if expected[index] != 0xFF { break }
        }
        #expect(set.sum == expected)
        #expect(set.count == 0)
        set.remove(name)
        #expect(set.sum == highest)
        #expect(set.count == UInt64.max)
    }

    @Test("a name counts by its bytes, in whatever collection they lie")
    func collections() {
        let name = Array("stream".utf8)
        var set = ShareSetSum()
        set.insert(name.reversed().reversed())
        set.insert(ContiguousArray(name).dropFirst())
        #expect(set == sum(of: [name, Array(name.dropFirst())]))
    }
}
