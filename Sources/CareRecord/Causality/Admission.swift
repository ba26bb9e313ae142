/// What a store does with an event whose envelope is good, given what it holds of the stream.
///
/// The decision is a pure function of vectors; the bytes of the event's values never matter
/// (`sync.md` §2: a poisoned value must not stop a stream).
public enum Admission: Sendable, Hashable {
    /// The next event of its replica, and everything it builds on is held.
    case accepted
    /// Already held.
    case duplicate
    /// Waits for another event of the same stream.
    case pending(on: Dot)
    /// Another event with the same dot is held: proof of a cloned or dishonest replica.
    case forked(held: EventID)

    /// Decides about one event.
    ///
    /// - Parameters:
    ///   - header: the event's header.
    ///   - id: the event's id.
    ///   - vector: what is held of its stream.
    ///   - heldID: looks up the id of a held event by its dot; asked only for dots that `vector`
    ///     covers and whose id the vector itself does not name.
    public static func decide<Failure: Error>(
        _ header: EventHeader, id: EventID, vector: VersionVector,
        heldID: (Dot) throws(Failure) -> EventID?
    ) throws(Failure) -> Admission {
        let dot = header.dot
        if vector.covers(dot) {
            let held = try identifier(of: dot, vector: vector, heldID: heldID)
            guard let held, held != id else { return .duplicate }
            return .forked(held: held)
        }
        let next = vector.counter(of: dot.replica) + 1
        guard dot.counter == next else {
            return .pending(on: Dot(replica: dot.replica, counter: dot.counter - 1))
        }
        if let previous = header.previous, let held = vector.entry(of: dot.replica)?.event,
            held != previous
        {
            return .forked(held: held)
        }
        for dependency in header.dependencies where !vector.covers(dependency.dot) {
            return .pending(on: dependency.dot)
        }
        return .accepted
    }

    private static func identifier<Failure: Error>(
        of dot: Dot, vector: VersionVector, heldID: (Dot) throws(Failure) -> EventID?
    ) throws(Failure) -> EventID? {
        if let entry = vector.entry(of: dot.replica), entry.counter == dot.counter {
            return entry.event
        }
        return try heldID(dot)
    }
}
