/// A writer: one incarnation of one site. The only thing that may appear in a version vector.
public struct Replica: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The site whose node writes.
    public let site: SiteID
    /// The life of its store.
    public let incarnation: Incarnation

    /// Creates the name of a writer.
    public init(site: SiteID, incarnation: Incarnation) {
        self.site = site
        self.incarnation = incarnation
    }

    /// Site and incarnation, for logs.
    public var description: String { "\(site)/\(String(incarnation.bits, radix: 16))" }

    public static func < (left: Replica, right: Replica) -> Bool {
        (left.site, left.incarnation) < (right.site, right.incarnation)
    }
}

extension Replica {
    /// The 24 bytes that travel: the site, then the incarnation big-endian.
    public var bytes: [UInt8] {
        site.bytes + Bits128(high: incarnation.bits, low: 0).bytes.prefix(8)
    }

    /// Reads the 24 bytes that travel; `nil` for any other number of bytes.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 24, let site = SiteID(bytes: bytes.prefix(16)),
            let end = Bits128(bytes: bytes.dropFirst(8))
        else { return nil }
        self.init(site: site, incarnation: Incarnation(end.low))
    }
}
