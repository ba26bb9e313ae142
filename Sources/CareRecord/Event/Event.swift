/// An immutable, signed, atomic set of changes to one stream.
public struct Event: Sendable, Hashable {
    /// The decoded header.
    public let header: EventHeader
    /// The header as its author serialised it; never re-encoded.
    public let headerBytes: [UInt8]
    /// One for each change, then the reason text if there is one.
    public let values: [EventValue]
    /// What makes the leaves unguessable.
    public let salt: EventSalt
    /// SHA-256 over header and leaves.
    public let id: EventID
    /// 64 bytes of Ed25519 over the id.
    public let signature: [UInt8]

    /// Assembles an event; the caller vouches that the parts belong together.
    public init(
        header: EventHeader, headerBytes: [UInt8], values: [EventValue], salt: EventSalt,
        id: EventID, signature: [UInt8]
    ) {
        self.header = header
        self.headerBytes = headerBytes
        self.values = values
        self.salt = salt
        self.id = id
        self.signature = signature
    }

    /// Its name with its id.
    public var identifiedDot: IdentifiedDot { IdentifiedDot(dot: header.dot, event: id) }
}

/// The content of one change.
public enum EventValue: Sendable, Hashable {
    /// The bytes as given: JSON without white space outside strings, or empty. A slice, so that the
    /// values of a decompressed frame share its memory.
    case held(ArraySlice<UInt8>)
    /// Destroyed by order; the 32-byte leaf stays, so that the event still verifies.
    case erased(leaf: [UInt8])
}

/// The salt of an event.
public enum EventSalt: Sendable, Hashable {
    /// 16 random bytes from which every value's salt follows.
    case whole([UInt8])
    /// After an erasure: 32 bytes for each value still held, ascending by index.
    case remaining([ValueSalt])

    /// The salt of one value.
    public struct ValueSalt: Sendable, Hashable {
        /// Which value, from 0.
        public let index: UInt32
        /// 32 bytes.
        public let bytes: [UInt8]

        /// Pairs a value's index with its salt.
        public init(index: UInt32, bytes: [UInt8]) {
            self.index = index
            self.bytes = bytes
        }
    }
}
