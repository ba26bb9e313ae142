import CareRecord
import Foundation
import SwiftProtobuf

typealias WireData = Data

/// Conversions between bytes, Protocol Buffers and values; generated types never leave the target.
enum WireCoding {
    /// Serialises a message; only a missing required field could fail, and proto3 has none.
    static func encode(_ message: some Message) -> [UInt8] {
        do {
            return try message.serializedBytes()
        } catch {
            preconditionFailure("a proto3 message cannot fail to serialise: \(error)")
        }
    }

    /// Reads a message.
    static func decode<M: Message>(_ bytes: [UInt8]) throws(DecodingFailure) -> M {
        do {
            return try M(serializedBytes: bytes)
        } catch {
            throw .notProtocolBuffers
        }
    }

    /// Reads 32 bytes, or `nil` from none at all.
    static func optionalEventID(_ data: Data) throws(DecodingFailure) -> EventID? {
        if data.isEmpty { return nil }
        guard let id = EventID(bytes: data) else { throw .badLength }
        return id
    }

    /// Reads the counter of a dot.
    static func counter(_ value: UInt64) throws(DecodingFailure) -> UInt64 {
        guard (1...EventLimits.counterMax).contains(value) else { throw .badDot }
        return value
    }
}

extension Replica {
    var wireData: Data { Data(bytes) }

    init(wire data: Data) throws(DecodingFailure) {
        guard let replica = Replica(bytes: data) else { throw .badDot }
        self = replica
    }
}
