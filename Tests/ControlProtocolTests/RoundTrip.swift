import ControlProtocol
import Testing

/// Lets values travel as JSON.
enum RoundTrip {
    /// Expects a value to be the same after it was encoded and decoded, in both ways of encoding.
    static func expectSame<Value: Codable & Equatable>(
        _ value: Value, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let bytes = try ControlCoding.encode(value)
        let again = try ControlCoding.decode(Value.self, from: bytes)
        #expect(again == value, sourceLocation: sourceLocation)
        let readable = try ControlCoding.decode(
            Value.self, from: ControlCoding.encodeReadably(value))
        #expect(readable == value, sourceLocation: sourceLocation)
    }

    /// Expects the names of an object's members, sorted.
    static func expectMembers(
        _ names: [String], of value: some Encodable,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let members = try ControlCoding.decode(
            [String: AnyMember].self, from: ControlCoding.encode(value))
        #expect(members.keys.sorted() == names, sourceLocation: sourceLocation)
    }

    /// A member of any kind, whose value does not matter.
    private struct AnyMember: Decodable {
        init(from decoder: any Decoder) {}
    }
}
