/// What one HTTP/1.1 connection may cost, whichever door it came through. Units in the names.
package struct DoorLimits: Sendable, Hashable {
    /// From the connection's first moment, or a request's first byte, to the end of its header.
    package var headerWithin: Duration = .seconds(10)
    /// Between an answer and the next request, and for the start of sending an answer.
    package var idle: Duration = .seconds(60)
    /// A body may be slower than `slowestBytesPerSecond` for this long.
    package var slowBodyGrace: Duration = .seconds(5)
    /// Slowest average of a body, and of reading our answer, in bytes a second.
    package var slowestBytesPerSecond = 1_024
    /// Largest request body, in bytes.
    package var bodyBytesMax = 10 << 20
    /// Largest header block: all names and values, in bytes.
    package var headerBytesMax = 16 << 10
    /// Largest request target, in bytes.
    package var urlBytesMax = 8 << 10
    /// How long a refused client may go on sending before the connection is cut.
    package var linger: Duration = .seconds(2)
    /// How long a client may take for an answer once the node stops.
    package var stopWithin: Duration = .seconds(5)

    /// The limits of `docs/security.md` §5.
    package init() {}
}
