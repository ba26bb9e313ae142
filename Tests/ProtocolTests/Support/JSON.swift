import Foundation

/// A value of a vector file. Numbers are small; counters and times are texts of decimal digits.
enum JSON: Equatable {
    case null
    case bool(Bool)
    case number(Int)
    case text(String)
    case list([JSON])
    case object([String: JSON])

    /// Lower-case hexadecimal digits.
    static func hex(_ bytes: some Sequence<UInt8>) -> JSON {
        let digits = Array("0123456789abcdef".utf8)
        return .text(
            String(
                decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 0xF)]] },
                as: UTF8.self))
    }

    /// A number that may need 64 bits.
    static func decimal(_ value: some BinaryInteger) -> JSON { .text("\(value)") }

    /// `null` for `nil`.
    static func optional<T>(_ value: T?, _ form: (T) -> JSON) -> JSON { value.map(form) ?? .null }

    subscript(_ member: String) -> JSON {
        guard case .object(let members) = self else { return .null }
        return members[member] ?? .null
    }

    var text: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    var number: Int? {
        guard case .number(let number) = self else { return nil }
        return number
    }

    var items: [JSON] {
        guard case .list(let items) = self else { return [] }
        return items
    }

    /// The bytes behind hexadecimal digits; nothing for anything else.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        var rest = (text ?? "").utf8[...]
        while rest.count >= 2 {
            let pair = String(decoding: rest.prefix(2), as: UTF8.self)
            bytes.append(UInt8(pair, radix: 16) ?? 0)
            rest = rest.dropFirst(2)
        }
        return bytes
    }

    var decimal: UInt64 { text.flatMap { UInt64($0) } ?? 0 }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    init(stringLiteral value: String) { self = .text(value) }
    init(integerLiteral value: Int) { self = .number(value) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(arrayLiteral elements: JSON...) { self = .list(elements) }
    init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(Dictionary(uniqueKeysWithValues: elements))
    }
}

extension JSON: Decodable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let members = try? container.decode([String: JSON].self) {
            self = .object(members)
        } else if let items = try? container.decode([JSON].self) {
            self = .list(items)
        } else if let number = try? container.decode(Int.self) {
            self = .number(number)
        } else if let bool = try? container.decode(Bool.self) {
            self = .bool(bool)
        } else {
            self = .null
        }
    }
}

extension JSON {
    private static let leading = ["name", "what", "input", "expect"]

    /// The value as text: whatever fits stands on one line, and the order of members is fixed.
    func written(indent: Int = 0) -> String {
        let flat = compact
        guard flat.utf8.count + indent > 100 else { return flat }
        let margin = String(repeating: " ", count: indent + 1)
        let close = "\n" + String(repeating: " ", count: indent)
        switch self {
        case .object(let members):
            let lines = Self.ordered(members).map { key, value in
                margin + Self.quoted(key) + ": " + value.written(indent: indent + 1)
            }
            return "{\n" + lines.joined(separator: ",\n") + close + "}"
        case .list(let items):
            let lines = items.map { margin + $0.written(indent: indent + 1) }
            return "[\n" + lines.joined(separator: ",\n") + close + "]"
        case .null, .bool, .number, .text:
            return flat
        }
    }

    private var compact: String {
        switch self {
        case .null: return "null"
        case .bool(let value): return value ? "true" : "false"
        case .number(let value): return "\(value)"
        case .text(let text): return Self.quoted(text)
        case .list(let items): return "[" + items.map(\.compact).joined(separator: ", ") + "]"
        case .object(let members):
            let parts = Self.ordered(members).map { Self.quoted($0) + ": " + $1.compact }
            return "{" + parts.joined(separator: ", ") + "}"
        }
    }

    private static func ordered(_ members: [String: JSON]) -> [(String, JSON)] {
        members.sorted { left, right in
            let ranks = (
                leading.firstIndex(of: left.key) ?? leading.count,
                leading.firstIndex(of: right.key) ?? leading.count
            )
            return ranks.0 == ranks.1 ? left.key < right.key : ranks.0 < ranks.1
        }.map { ($0.key, $0.value) }
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
