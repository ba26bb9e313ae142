import CareRecord

/// Headers of events whose chain is incomplete, so that the event that completes it need not read
/// them back.
struct ChainPartCache: Sendable {
    /// An event as the projection needs it.
    struct Part {
        let seq: Int64
        let event: Event
    }

    private static let chainsMax = 1_024

    private var parts: [Int64: [Part]] = [:]

    /// Keeps the cache bounded.
    mutating func trim() {
        if parts.count > Self.chainsMax { parts.removeAll() }
    }

    /// What is kept may hold a value that was destroyed since.
    mutating func forget() {
        parts.removeAll()
    }

    /// Keeps one event of a chain.
    mutating func keep(_ part: Part, chain: Int64) {
        parts[chain, default: []].append(part)
    }

    /// Hands out what is kept of a chain, and forgets it.
    mutating func take(chain: Int64) -> [Part] {
        parts.removeValue(forKey: chain) ?? []
    }
}
