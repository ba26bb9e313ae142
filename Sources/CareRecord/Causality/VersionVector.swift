/// Of one stream: for each replica the highest contiguous counter held, with that event's id.
///
/// Entries are kept sorted by replica, so that no hash order reaches an output. Vectors are never
/// pruned (`sync.md` §2).
public struct VersionVector: Sendable, Hashable {
    /// What is held of one replica.
    public struct Entry: Sendable, Hashable {
        /// The writer.
        public let replica: Replica
        /// The highest counter up to which nothing is missing; at least 1.
        public let counter: UInt64
        /// The id of the event with that counter.
        public let event: EventID

        /// Creates an entry; `counter` is at least 1.
        public init(replica: Replica, counter: UInt64, event: EventID) {
            precondition(counter >= 1, "a vector entry counts from 1")
            self.replica = replica
            self.counter = counter
            self.event = event
        }
    }

    /// Ascending by replica, at most one for each.
    public private(set) var entries: [Entry]

    /// The vector of a stream of which nothing is held.
    public init() {
        entries = []
    }

    /// Sorts the entries; `nil` if a replica appears twice.
    public init?(_ entries: [Entry]) {
        let sorted = entries.sorted { $0.replica < $1.replica }
        for (left, right) in zip(sorted, sorted.dropFirst()) where left.replica == right.replica {
            return nil
        }
        self.entries = sorted
    }

    /// What is held of a replica, if anything.
    public func entry(of replica: Replica) -> Entry? {
        let index = insertionIndex(of: replica)
        guard index < entries.count, entries[index].replica == replica else { return nil }
        return entries[index]
    }

    /// The highest contiguous counter held of a replica; 0 if nothing is held.
    public func counter(of replica: Replica) -> UInt64 {
        entry(of: replica)?.counter ?? 0
    }

    /// Whether the event named by the dot is held.
    public func covers(_ dot: Dot) -> Bool {
        dot.counter <= counter(of: dot.replica)
    }

    /// Whether everything that the other vector covers is covered here.
    public func covers(_ other: VersionVector) -> Bool {
        other.entries.allSatisfy { $0.counter <= counter(of: $0.replica) }
    }

    /// Moves one replica's entry forward by exactly one event.
    ///
    /// Traps if `dot` is not the replica's next one: a vector never covers a gap.
    public mutating func advance(to dot: Dot, event: EventID) {
        let index = insertionIndex(of: dot.replica)
        let isKnown = index < entries.count && entries[index].replica == dot.replica
        let held = isKnown ? entries[index].counter : 0
        precondition(dot.counter == held + 1, "a vector advances by one event at a time")
        let entry = Entry(replica: dot.replica, counter: dot.counter, event: event)
        if isKnown {
            entries[index] = entry
        } else {
            entries.insert(entry, at: index)
        }
    }

    /// The counters that `other` covers and this vector does not, by replica, ascending.
    public func missing(from other: VersionVector) -> [(
        replica: Replica, counters: ClosedRange<UInt64>
    )] {
        other.entries.compactMap { entry in
            let held = counter(of: entry.replica)
            guard held < entry.counter else { return nil }
            return (entry.replica, held + 1...entry.counter)
        }
    }

    private func insertionIndex(of replica: Replica) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].replica < replica {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }
}
