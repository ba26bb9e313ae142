import Testing

@testable import SiteNode

@Suite("Ask pace")
struct AskPaceTests {
    @Test(
        "an answer leaves at the next whole step, however soon it was found",
        arguments: [(0, 500), (1, 500), (499, 500), (500, 500), (501, 1_000), (2_400, 2_500)])
    func steps(found: Int, leaves: Int) {
        let asked = ContinuousClock.now
        let time = AskPace.answerTime(asked: asked, decided: asked + .milliseconds(found))
        #expect(time - asked == .milliseconds(leaves))
    }
}
