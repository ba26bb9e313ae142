/// An opaque identifier of 128 bits that prints as a UUID.
///
/// The kinds are types of their own, so that a patient can never be passed for a site.
public protocol OpaqueIdentifier: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The 128 bits.
    var bits: Bits128 { get }
    /// Wraps 128 bits.
    init(_ bits: Bits128)
}

extension OpaqueIdentifier {
    /// Reads exactly 16 bytes; `nil` for any other number of bytes.
    public init?(bytes: some Sequence<UInt8>) {
        guard let bits = Bits128(bytes: bytes) else { return nil }
        self.init(bits)
    }

    /// Reads a UUID; `nil` for anything else.
    public init?(text: some StringProtocol) {
        guard let bits = Bits128(uuidText: text) else { return nil }
        self.init(bits)
    }

    /// Mints an identifier from the given generator (`Bits128.random`).
    public static func random(using generator: inout some RandomNumberGenerator) -> Self {
        Self(Bits128.random(using: &generator))
    }

    /// The 16 bytes, most significant first.
    public var bytes: [UInt8] { bits.bytes }

    /// The UUID form.
    public var description: String { bits.uuidText }

    public static func < (left: Self, right: Self) -> Bool { left.bits < right.bits }
}

/// A provider organisation that runs one node: the first 128 bits of SHA-256 over its first event
/// key (`sync-v1.md`, *Identity*).
public struct SiteID: OpaqueIdentifier {
    public let bits: Bits128
    public init(_ bits: Bits128) { self.bits = bits }
}

/// A subject's record at one site.
public struct PatientID: OpaqueIdentifier {
    public let bits: Bits128
    public init(_ bits: Bits128) { self.bits = bits }
}

/// A resource, or a part of one with an identity of its own; also its FHIR id.
public struct EntityID: OpaqueIdentifier {
    public let bits: Bits128
    public init(_ bits: Bits128) { self.bits = bits }
}

/// Names a chain: the events of one input in one stream.
public struct ChainID: OpaqueIdentifier {
    public let bits: Bits128
    public init(_ bits: Bits128) { self.bits = bits }
}

/// One life of a node's change feed; peers recognise a restored or cloned store by it.
public struct FeedID: OpaqueIdentifier {
    public let bits: Bits128
    public init(_ bits: Bits128) { self.bits = bits }
}

/// Names a withdrawal notice; its receivers answer under it.
public struct NoticeID: OpaqueIdentifier {
    public let bits: Bits128
    public init(_ bits: Bits128) { self.bits = bits }
}

/// Names an ask, one site's question whether another one holds a patient.
public struct AskID: OpaqueIdentifier {
    public let bits: Bits128
    public init(_ bits: Bits128) { self.bits = bits }
}

/// One uninterrupted life of a store: 64 random bits, never derived from a clock.
public struct Incarnation: Sendable, Hashable, Comparable {
    /// The 64 bits.
    public let bits: UInt64

    /// Wraps 64 bits.
    public init(_ bits: UInt64) { self.bits = bits }

    public static func < (left: Incarnation, right: Incarnation) -> Bool { left.bits < right.bits }
}
