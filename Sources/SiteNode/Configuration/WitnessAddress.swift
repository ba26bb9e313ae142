public import AuditTrail

/// A witness that is no peer: where it takes signed heads, and the key that it cosigns with.
public struct WitnessAddress: Sendable, Hashable, CustomStringConvertible {
    /// Host and port of its web server.
    public let server: NetworkAddress
    /// What stands before `/add-checkpoint` in the path; empty, or begins with `/`.
    public let prefix: String
    /// The key, of type 0x04.
    public let key: NoteKey

    /// Reads an https URL without query, user and fragment.
    init(url: String, key: String) throws(ValueRefusal) {
        let scheme = "https://"
        let rest = url.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" }
        var prefix = rest.dropFirst(authority.count)
        if prefix.hasSuffix("/") { prefix.removeLast() }
        let hasPort = authority.drop { $0 != "]" }.contains(":") || Self.hasPlainPort(authority)
        let address = NetworkAddress(text: hasPort ? String(authority) : "\(authority):443")
        let isPath = prefix.utf8.allSatisfy {
            (0x21...0x7E).contains($0) && !"?#\"\\,".utf8.contains($0)
        }
        guard url.hasPrefix(scheme), let address, address.port > 0, isPath,
            prefix.utf8.count <= 1_024
        else {
            throw ValueRefusal(
                problem: "has no https address before a key",
                remedy: "Write `https://host/prefix name+hash+key` for each witness.")
        }
        server = address
        self.prefix = String(prefix)
        self.key = try Self.key(key)
    }

    private static func hasPlainPort(_ authority: Substring) -> Bool {
        !authority.hasPrefix("[") && authority.contains(":")
    }

    private static func key(_ text: String) throws(ValueRefusal) -> NoteKey {
        do throws(LogRefusal) {
            let key = try NoteKey(text: text)
            guard key.job == .witness else { throw .unknownType }
            return key
        } catch {
            throw ValueRefusal(
                problem: "has something other than a witness's key after an address",
                remedy: "Copy the verifier key as its operator publishes it: `name+hash+key`, of "
                    + "type 0x04.")
        }
    }

    /// The path of `add-checkpoint` (C2SP tlog-witness).
    public var path: String { prefix + "/add-checkpoint" }

    /// URL and key, as the configuration has them.
    public var description: String { "https://\(server)\(prefix) \(key.text)" }
}

extension ConfigurationForm where Value == [WitnessAddress] {
    /// Witnesses that are no peers; no key twice, and no name.
    static func witnesses(countMax: Int) -> Self {
        Self(listOf: "list of URL and key") {
            (texts: [String]) throws(ValueRefusal) -> [WitnessAddress] in
            let words = texts.flatMap { $0.split(whereSeparator: \.isWhitespace).map(String.init) }
            guard words.count.isMultiple(of: 2) else {
                throw ValueRefusal(
                    problem: "has an address without a key, or the reverse",
                    remedy: "Write `https://host/prefix name+hash+key` for each witness.")
            }
            guard words.count / 2 <= countMax else {
                throw ValueRefusal(
                    problem: "has more than \(countMax) items", remedy: "Keep the best ones.")
            }
            var witnesses: [WitnessAddress] = []
            for index in stride(from: 0, to: words.count, by: 2) {
                let witness = try WitnessAddress(url: words[index], key: words[index + 1])
                let isKnown = witnesses.contains {
                    $0.key.publicKey == witness.key.publicKey || $0.key.name == witness.key.name
                }
                guard !isKnown else {
                    throw ValueRefusal(
                        problem: "names a witness twice", remedy: "Keep one key of each.")
                }
                witnesses.append(witness)
            }
            return witnesses
        } write: {
            $0.map(\.description)
        }
    }
}
