import SyncEngine
import Testing

@Suite struct SessionPropertyTests {
    @Test(
        "whatever happens on the way, the peer ends up with exactly what it may have",
        arguments: 0..<300 as Range<UInt64>)
    func converges(seed: UInt64) {
        var shell = ModelShell(seed: seed)
        shell.open()
        for _ in 0..<400 {
            switch Int.random(in: 0..<24, using: &shell.numbers) {
            case 0..<3: shell.grow()
            case 3: shell.grant()
            case 4: if shell.chance(3) { shell.withdraw() }
            case 5: if shell.chance(4) { shell.lose() }
            case 6..<10: shell.answer()
            default: shell.perform()
            }
            if !shell.session.isOpen, shell.chance(3) { shell.open() }
        }
        // The world calms down: everything is answered, nothing is lost.
        if !shell.session.isOpen { shell.open() }
        shell.feedGrew()
        var steps = 0
        while !shell.effects.isEmpty || !shell.sent.isEmpty, steps < 20_000 {
            steps += 1
            shell.perform()
            while shell.effects.isEmpty, let delivery = shell.sent.first {
                shell.sent.removeFirst()
                shell.arrive(delivery)
                shell.effects += shell.session.take(Flow.accept(delivery))
            }
        }
        #expect(steps < 20_000, "SEED=\(seed): the session never rests")
        #expect(shell.owed.isEmpty)
        #expect(shell.cursor == UInt64(shell.feed.count), "SEED=\(seed)")
        for position in 1..<UInt64(shell.feed.count + 1) where shell.isDue(position) {
            #expect(shell.held.contains(position), "SEED=\(seed): event \(position)")
        }
        #expect(shell.deliveries < 40 + shell.feed.count * 12, "SEED=\(seed)")
    }
}
