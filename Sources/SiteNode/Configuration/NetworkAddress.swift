/// A host and a TCP port, as `name:7443`, `192.0.2.1:7443` or `[2001:db8::1]:7443`.
public struct NetworkAddress: Sendable, Hashable, CustomStringConvertible {
    /// A DNS name or an address; an IPv6 address has no brackets here.
    public let host: String
    /// TCP port, 1 to 65,535; 0 lets the system choose where a node listens.
    public let port: Int

    /// Assembles an address; nothing is checked.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads the form that `description` writes; nil for anything else.
    public init?(text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        var host = text[..<colon]
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(digits),
            (0...65_535).contains(port)
        else { return nil }
        let hasBrackets = host.hasPrefix("[") && host.hasSuffix("]")
        if hasBrackets { host = host.dropFirst().dropLast() }
        guard host.contains(":") == hasBrackets, (1...253).contains(host.utf8.count),
            host.utf8.allSatisfy(Self.isAllowed)
        else { return nil }
        self.init(host: String(host), port: port)
    }

    public var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// Whether it is an address that no other machine reaches: one of 127.0.0.0/8, or ::1. A name is
    /// none, whatever it stands for.
    public var isLoopback: Bool {
        if host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { part in
                part.utf8.allSatisfy { (0x30...0x39).contains($0) } && UInt8(part) != nil
            }
    }

    private static func isAllowed(_ character: UInt8) -> Bool {
        switch character {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "-._:".utf8.contains(character)
        }
    }
}
