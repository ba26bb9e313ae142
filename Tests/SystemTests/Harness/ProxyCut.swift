import TestSupport

/// When a `FaultProxy` ends one connection, counted over all of them.
struct ProxyCut {
    /// A place in what goes over the link.
    enum Place: Sendable {
        case never
        /// So many bytes in a direction have come through.
        case byte(Int, ProxyConnection.Direction)
        /// The answer of that number begins; nothing of it comes through.
        case beforeAnswer(Int)
        /// The request after the answer of that number begins; the answer came through whole.
        case afterAnswer(Int)
    }

    let place: Place
    /// Whether the ends see a reset, and not an orderly end.
    let resets: Bool
    private(set) var isDone = false
    private var bytes: [ProxyConnection.Direction: Int] = [:]
    private var answers = 0

    init(_ place: Place = .never, resets: Bool = false) {
        self.place = place
        self.resets = resets
    }

    /// A cut somewhere in the next 32 KiB or six answers.
    static func random(using moments: inout SeededGenerator) -> ProxyCut {
        // Small positions as often as large ones: handshakes and headers are small.
        let byte = Int.random(
            in: 1...(1 << Int.random(in: 4...15, using: &moments)), using: &moments)
        let answer = Int.random(in: 1...6, using: &moments)
        let places: [Place] = [
            .byte(byte, .toServer), .byte(byte, .toClient), .beforeAnswer(answer),
            .afterAnswer(answer),
        ]
        let place = places[Int.random(in: 0..<places.count, using: &moments)]
        return ProxyCut(place, resets: Bool.random(using: &moments))
    }

    /// Counts a piece.
    ///
    /// - Returns: how much of it comes through before the cut, or nil if there is none here.
    mutating func bytes(
        of count: Int, _ direction: ProxyConnection.Direction, isNewTurn: Bool
    ) -> Int? {
        guard !isDone else { return nil }
        let before = bytes[direction, default: 0]
        bytes[direction] = before + count
        if isNewTurn, direction == .toClient { answers += 1 }
        let through: Int? =
            switch place {
            case .never: nil
            case .byte(let last, direction): before + count >= last ? last - before : nil
            case .byte: nil
            case .beforeAnswer(let number):
                direction == .toClient && isNewTurn && answers == number ? 0 : nil
            case .afterAnswer(let number):
                direction == .toServer && isNewTurn && answers == number ? 0 : nil
            }
        isDone = through != nil
        return through
    }
}
