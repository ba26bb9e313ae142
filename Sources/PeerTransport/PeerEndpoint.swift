/// Where a peer listens: a host name or address, and a TCP port.
public struct PeerEndpoint: Sendable, Hashable, CustomStringConvertible {
    /// A DNS name, an IPv4 address, or an IPv6 address without brackets; lower case.
    public let host: String
    /// TCP port, 1 to 65,535.
    public let port: Int

    /// Checks the parts; nil when the host holds a character that does not belong into a DNS name
    /// or an address, is longer than 253 characters, or when the port is out of range.
    public init?(host: String, port: Int) {
        guard (1...65_535).contains(port), (1...253).contains(host.utf8.count) else { return nil }
        let isNumericV6 = host.utf8.contains(0x3A)
        let isAllowed = host.utf8.allSatisfy { character in
            switch character {
            case 0x30...0x39, 0x2E: true
            case 0x61...0x66, 0x41...0x46: true
            case 0x67...0x7A, 0x47...0x5A, 0x2D, 0x5F: !isNumericV6
            case 0x3A: isNumericV6
            default: false
            }
        }
        guard isAllowed, !host.hasPrefix("-") else { return nil }
        self.host = host.lowercased()
        self.port = port
    }

    /// Reads `host:port` or `[address]:port`.
    public init?(text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(digits) else {
            return nil
        }
        let host = text[..<colon]
        if host.hasPrefix("[") {
            guard host.hasSuffix("]"), host.contains(":") else { return nil }
            self.init(host: String(host.dropFirst().dropLast()), port: port)
        } else {
            guard !host.contains(":") else { return nil }
            self.init(host: String(host), port: port)
        }
    }

    /// The text that `init(text:)` reads; also the authority part of a URL.
    public var description: String {
        host.utf8.contains(0x3A) ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
