import SiteNode
import Testing

@Suite("NearestName")
struct NearestNameTests {
    @Test(
        "counts insertions, deletions, replacements and exchanges",
        arguments: [
            ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("kitten", "sitting", 3), ("ab", "ba", 1),
            ("listn", "listen", 1), ("same", "same", 0),
        ])
    func distance(left: String, right: String, expected: Int) {
        #expect(NearestName.distance(left, right) == expected)
    }

    @Test("takes the first of equally near names and none that is far")
    func nearest() {
        #expect(NearestName.of("ac", among: ["ab", "ad"]) == "ab")
        #expect(NearestName.of("zzzzzz", among: ["ab", "ad"]) == nil)
        #expect(NearestName.of("x", among: []) == nil)
    }
}
