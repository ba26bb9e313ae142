import RecordStore
import SyncEngine
import WireFormat

/// Makes the awkward choice wherever correctness must not depend on a choice.
struct Buggify {
    private var random: Xoshiro256
    private let isAwkward: Bool
    /// Which of the choices are awkward in this world, and how many of a hundred.
    private let early: Int
    private let full: Int
    private let forget: Int
    private let ends: Int
    private let lingers: Int
    private let strips: Int

    init(seed: UInt64, isAwkward: Bool) {
        random = Xoshiro256(seed: seed, stream: "buggify")
        self.isAwkward = isAwkward
        func draw(_ choices: [Int], _ random: inout Xoshiro256) -> Int {
            isAwkward ? random.pick(choices) : 0
        }
        early = draw([0, 0, 10, 50], &random)
        full = draw([0, 0, 2, 10], &random)
        forget = draw([0, 0, 5, 20], &random)
        ends = draw([0, 0, 0, 3, 10, 40], &random)
        lingers = draw([0, 10, 40], &random)
        strips = draw([0, 0, 40], &random)
    }

    /// Limits of deliveries: small ones if awkward.
    mutating func limits() -> DeliveryLimits {
        guard isAwkward, random.chance(70) else { return DeliveryLimits() }
        return DeliveryLimits(
            deliveryBytesMin: 400, deliveryBytesStart: 800, deliveryBytesMax: 3_000,
            deliveryEventsMax: random.pick([1, 2, 7]), inFlightMax: random.pick([1, 2, 3]),
            pageRowsMax: random.pick([1, 2, 5, 20]))
    }

    /// Everything is as it should be from now on.
    mutating func stop() {
        self = Buggify(seed: 0, isAwkward: false)
    }

    /// How many items of one peer may wait.
    mutating func pendingItems() -> Int {
        guard isAwkward, random.chance(40) else { return StoreLimits.itemsPerPeerMax }
        return random.pick([1, 2, 5])
    }

    /// The longest piece of a blob that is given, in bytes.
    mutating func pieceBytes() -> Int {
        isAwkward ? random.pick([90_000, 200_000, 1 << 20]) : SyncLimits.blobChunkBytesMax
    }

    /// Whether a response leaves before all that is ready is in it.
    mutating func flushesEarly() -> Bool { random.chance(early) }

    /// Whether the cards of a delivery are left out.
    mutating func stripsCards() -> Bool { random.chance(strips) }

    /// Whether there is no room for an event.
    mutating func isFull() -> Bool { random.chance(full) }

    /// Whether the session ends after this answer.
    mutating func endsSession() -> Bool { random.chance(ends) }

    /// An echo of less than what is held, or of nothing.
    mutating func forgetful(_ echo: Hello.Echo?) -> Hello.Echo? {
        guard let echo, random.chance(forget) else { return echo }
        guard random.chance(70) else { return nil }
        var less = echo
        less.position = UInt64(random.number(in: 0...Int(echo.position)))
        less.event = nil
        if random.chance(30) { less.shareVersion = 0 }
        return less
    }

    /// How long an effect of the store takes before the next one, in milliseconds.
    mutating func effectPause() -> UInt64 {
        random.chance(lingers) ? UInt64(random.number(in: 1...400)) : 0
    }

    /// How long something waits for its turn, in milliseconds.
    mutating func storePause() -> UInt64 {
        random.chance(lingers) ? UInt64(random.number(in: 0...300)) : 1
    }

    /// How long the work after grants and withdrawals waits for its turn, in milliseconds.
    mutating func sharingPause() -> UInt64 {
        random.chance(lingers) ? UInt64(random.number(in: 0...20_000)) : 5
    }
}
