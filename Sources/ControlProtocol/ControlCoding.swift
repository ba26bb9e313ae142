import Foundation

/// The one way in which control values become JSON and come back.
///
/// Members are sorted, so that equal values have equal bytes; an absent optional has no member.
public enum ControlCoding {
    /// Encodes a value on one line, without a line end.
    public static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }

    /// Encodes a value over several lines, for people.
    public static func encodeReadably(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return Array(try encoder.encode(value))
    }

    /// Encodes a value as one line of NDJSON, with its line end.
    public static func encodeLine(_ value: some Encodable) throws -> [UInt8] {
        try encode(value) + [UInt8(ascii: "\n")]
    }

    /// Decodes one value.
    public static func decode<Value: Decodable>(
        _ type: Value.Type, from bytes: some Sequence<UInt8>
    ) throws -> Value {
        try JSONDecoder().decode(type, from: Data(bytes))
    }

    /// Decodes the body of a request.
    ///
    /// - Throws: `ControlFailure` with `.badRequest`, which never repeats the body.
    public static func decodeRequest<Value: Decodable>(
        _ type: Value.Type, from bytes: [UInt8]
    ) throws(ControlFailure) -> Value {
        do {
            return try decode(type, from: bytes)
        } catch {
            throw ControlFailure(
                code: .badRequest, message: "The request body is not the JSON that is expected.",
                next: "Install the same version of accord and accordd.")
        }
    }
}
