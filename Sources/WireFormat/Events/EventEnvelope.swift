public import CareRecord
import Foundation
import SwiftProtobuf

/// An event as it travels and as it is stored: nothing in it has been checked.
///
/// The header and the values inside the frames are the bytes that were signed; how a frame packs
/// them is not (`record-v1.md`, *Envelope*).
public struct EventEnvelope: Sendable, Hashable {
    /// Values in one frame; the last frame may hold fewer.
    public static let valuesPerFrame = 16

    /// Frame of the serialised header.
    public var headerFrame: [UInt8]
    /// 64 bytes of Ed25519 over the event id.
    public var signature: [UInt8]
    /// What the leaves were salted with.
    public var salt: EventSalt
    /// Each unpacks to up to 16 values, every one behind its length as a varint.
    public var frames: [[UInt8]]
    /// The leaves of values that were destroyed, ascending by index.
    public var erased: [ErasedLeaf]

    /// Assembles an envelope from its parts.
    public init(
        headerFrame: [UInt8], signature: [UInt8], salt: EventSalt, frames: [[UInt8]],
        erased: [ErasedLeaf]
    ) {
        self.headerFrame = headerFrame
        self.signature = signature
        self.salt = salt
        self.frames = frames
        self.erased = erased
    }

    /// What stays of a destroyed value.
    public struct ErasedLeaf: Sendable, Hashable {
        /// Which value, from 0.
        public let index: UInt32
        /// 32 bytes.
        public let leaf: [UInt8]

        /// Pairs a value's index with its leaf.
        public init(index: UInt32, leaf: [UInt8]) {
            self.index = index
            self.leaf = leaf
        }
    }

    /// The bytes of all parts together, for limits and budgets.
    public var byteCount: Int {
        headerFrame.count + signature.count + 16 + frames.reduce(0) { $0 + $1.count }
            + erased.count * 36
    }
}

extension EventEnvelope {
    /// Serialises the envelope, for golden vectors, quarantine and the pending table.
    public func encoded() -> [UInt8] {
        WireCoding.encode(WireEnvelope(self))
    }

    /// Reads a serialised envelope.
    public init(encoded bytes: [UInt8]) throws(DecodingFailure) {
        let wire: WireEnvelope = try WireCoding.decode(bytes)
        self.init(wire)
    }

    init(_ wire: WireEnvelope) {
        let salts = wire.remainingSalts.map {
            EventSalt.ValueSalt(index: $0.index, bytes: Array($0.salt))
        }
        self.init(
            headerFrame: Array(wire.header), signature: Array(wire.signature),
            salt: wire.salt.isEmpty ? .remaining(salts) : .whole(Array(wire.salt)),
            frames: wire.frames.map { Array($0) },
            erased: wire.erased.map { ErasedLeaf(index: $0.index, leaf: Array($0.leaf)) })
    }
}

extension WireEnvelope {
    init(_ envelope: EventEnvelope) {
        self.init()
        header = Data(envelope.headerFrame)
        signature = Data(envelope.signature)
        switch envelope.salt {
        case .whole(let bytes):
            salt = Data(bytes)
        case .remaining(let salts):
            remainingSalts = salts.map { item in
                .with {
                    $0.index = item.index
                    $0.salt = Data(item.bytes)
                }
            }
        }
        frames = envelope.frames.map { Data($0) }
        erased = envelope.erased.map { item in
            .with {
                $0.index = item.index
                $0.leaf = Data(item.leaf)
            }
        }
    }
}
