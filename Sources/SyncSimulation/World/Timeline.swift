/// What is to happen, by virtual time in milliseconds, and at one time in the order in which it
/// was put there.
struct Timeline {
    /// One thing that is to happen.
    typealias Happening = () async throws -> Void

    private struct Entry {
        let time: UInt64
        let order: UInt64
        let happening: Happening

        func precedes(_ other: Entry) -> Bool { (time, order) < (other.time, other.order) }
    }

    private var heap: [Entry] = []
    private var nextOrder: UInt64 = 0

    /// When the next thing happens; `nil` if nothing is left.
    var nextTime: UInt64? { heap.first?.time }

    /// Puts something at a time.
    mutating func add(at time: UInt64, _ happening: @escaping Happening) {
        heap.append(Entry(time: time, order: nextOrder, happening: happening))
        nextOrder += 1
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].precedes(heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes the first thing that happens not after a time.
    mutating func take(through time: UInt64) -> (time: UInt64, happening: Happening)? {
        guard let first = heap.first, first.time <= time else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return (first.time, first.happening)
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].precedes(heap[least]) {
                least = child
            }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
