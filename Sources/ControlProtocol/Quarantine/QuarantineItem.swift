/// Input that was kept and not applied: an item of the answer of `ControlRoute.listQuarantine`, and
/// the answer of `ControlRoute.closeQuarantine`.
public struct QuarantineItem: Codable, Sendable, Hashable {
    /// The item's number on this node.
    public var item: Int
    /// Name of the peer that sent it; absent for local input.
    public var peer: String?
    /// When it arrived, in milliseconds since 1970 UTC.
    public var receivedMilliseconds: Int64
    /// Why it was not applied, in the protocol's words; never content.
    public var reason: String
    /// Its size in bytes.
    public var bytes: Int
    /// When it was closed, in milliseconds since 1970 UTC; absent while it is open.
    public var closedMilliseconds: Int64?

    /// Describes an item.
    public init(
        item: Int, peer: String? = nil, receivedMilliseconds: Int64, reason: String, bytes: Int,
        closedMilliseconds: Int64? = nil
    ) {
        self.item = item
        self.peer = peer
        self.receivedMilliseconds = receivedMilliseconds
        self.reason = reason
        self.bytes = bytes
        self.closedMilliseconds = closedMilliseconds
    }
}

/// Names one item: the body of `ControlRoute.showQuarantine`.
public struct QuarantineReference: Codable, Sendable, Hashable {
    /// The item's number.
    public var item: Int

    /// Names an item.
    public init(item: Int) {
        self.item = item
    }
}

/// An item to close: the body of `ControlRoute.closeQuarantine`. Its bytes are kept for the
/// retention time.
public struct QuarantineClosing: Codable, Sendable, Hashable {
    /// The item's number.
    public var item: Int
    /// Why, for the audit log.
    public var reason: String

    /// Describes the closing.
    public init(item: Int, reason: String) {
        self.item = item
        self.reason = reason
    }

    /// Checks the form of what was typed.
    ///
    /// - Throws: `.badRequest`, which repeats nothing of it.
    public func check() throws(ControlFailure) {
        guard RequestText.isLine(reason, bytesMax: 500) else { throw .reasonIsMissing }
    }
}
