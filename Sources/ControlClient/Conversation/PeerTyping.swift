import PeerTransport

/// Checks what people type about peers before it is sent.
public enum PeerTyping {
    /// Whether the text is `host:port`, with brackets around an IPv6 address.
    public static func isEndpoint(_ text: String) -> Bool {
        PeerEndpoint(text: text) != nil
    }

    /// Whether the text is a fingerprint whose check digits fit.
    public static func isFingerprint(_ text: String) -> Bool {
        KeyFingerprint(text: text) != nil
    }

    /// Whether the text is a name for a peer: up to 64 lower-case letters, digits, `-`, `.` and
    /// `_`, beginning with a letter or digit.
    public static func isName(_ text: String) -> Bool {
        guard (1...64).contains(text.utf8.count), let first = text.utf8.first else { return false }
        return !"-._".utf8.contains(first)
            && text.utf8.allSatisfy { character in
                switch character {
                case 0x30...0x39, 0x61...0x7A: true
                default: "-._".utf8.contains(character)
                }
            }
    }

    /// Whether the text is a UUID, in either case.
    public static func isRecordID(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.map(\.utf8.count) == [8, 4, 4, 4, 12]
            && parts.joined().utf8.allSatisfy { character in
                switch character {
                case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
                default: false
                }
            }
    }
}
