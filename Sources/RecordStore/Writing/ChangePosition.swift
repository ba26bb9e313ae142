import CareRecord

/// Names a change inside this database: feed position × 256 + index in the event.
struct ChangePosition: Hashable, Comparable {
    let rawValue: Int64

    init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    init(seq: Int64, index: Int) {
        precondition((0..<256).contains(index), "an event has at most 256 changes")
        rawValue = seq << 8 | Int64(index)
    }

    /// The event's position in the feed.
    var seq: Int64 { rawValue >> 8 }

    /// The position of the change in its event, from 0.
    var index: Int { Int(rawValue & 0xFF) }

    static func < (left: ChangePosition, right: ChangePosition) -> Bool {
        left.rawValue < right.rawValue
    }
}

extension EventHeader {
    /// The change at a position of this event, as a projection names it.
    func change(at position: ChangePosition) throws -> Change {
        guard position.index < changes.count else {
            throw StoreFailure(
                .damaged, "find change \(position.index) of feed position \(position.seq)")
        }
        return changes[position.index]
    }
}

/// Names a frame inside this database: feed position × 32 + number of the frame.
enum FrameRow {
    static func id(seq: Int64, number: Int) -> Int64 {
        precondition((0..<32).contains(number), "an event has at most 17 frames")
        return seq << 5 | Int64(number)
    }
}
