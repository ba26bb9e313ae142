import SyncEngine
import Testing

@Suite struct SessionPropertyTests {
    @Test(
        "whatever happens on the way, the peer ends up with exactly what it may have",
        arguments: 0..<20 as Range<UInt64>)
    func converges(block: UInt64) {
        for seed in block * 100..<block * 100 + 100 { Self.run(seed: seed) }
    }

    private static func run(seed: UInt64) {
        var shell = ModelShell(seed: seed)
        shell.open()
        for _ in 0..<300 {
            switch Int.random(in: 0..<32, using: &shell.numbers) {
            case 0..<4: shell.grow()
            case 4..<6: shell.changeShares()
            case 6: shell.signal()
            case 7: if shell.chance(4) { shell.lose() }
            case 8: shell.changeDirectSites()
            case 9: if shell.chance(3) { shell.changePolicy() }
            case 10: shell.receiveDirectly()
            case 11..<14: shell.passTime()
            case 14: shell.answerOffer()
            case 15..<20: shell.answer(mayBeFull: true)
            default: shell.perform()
            }
            if !shell.session.isOpen, shell.chance(3) { shell.open() }
        }
        let steps = shell.calmDown()
        let store = shell.store
        #expect(steps < 20_000, "SEED=\(seed): the session never rests")
        #expect(store.owed.isEmpty, "SEED=\(seed): something is owed for ever")
        #expect(store.cursor == store.head, "SEED=\(seed)")
        #expect(shell.isInStep, "SEED=\(seed): the end is not in step")
        let missing = (0..<store.head).map { $0 + 1 }
            .filter { store.isDue($0) && !shell.held.contains($0) }
        #expect(missing.isEmpty, "SEED=\(seed): events \(missing)")
        #expect(shell.deliveries < 40 + store.feed.count * 12, "SEED=\(seed)")
    }
}
