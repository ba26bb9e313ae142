/// How one kind of value is written in the file: its name for people, reading and writing.
package struct ConfigurationForm<Value: Sendable>: Sendable {
    /// What people call the kind, such as `duration`.
    package let name: String
    /// Reads the text or texts that stand in the file.
    package let read: @Sendable ([String]) throws(ValueRefusal) -> Value
    /// Writes the one text, or several for a list, that reads as the same value.
    package let write: @Sendable (Value) -> [String]
    /// Whether the value is a list.
    package let isList: Bool

    init(
        _ name: String, read: @escaping @Sendable (String) throws(ValueRefusal) -> Value,
        write: @escaping @Sendable (Value) -> String
    ) {
        self.name = name
        isList = false
        self.read = { (texts: [String]) throws(ValueRefusal) -> Value in
            guard let text = texts.first, texts.count == 1 else {
                throw ValueRefusal(
                    problem: "is a list where one value is expected", remedy: "Keep one value.")
            }
            return try read(text)
        }
        self.write = { [write($0)] }
    }

    init(
        listOf name: String, read: @escaping @Sendable ([String]) throws(ValueRefusal) -> Value,
        write: @escaping @Sendable (Value) -> [String]
    ) {
        self.name = name
        isList = true
        self.read = read
        self.write = write
    }
}

/// Why a text is not a value of a kind.
package struct ValueRefusal: Error, Sendable, Hashable {
    /// Continues a sentence that begins with the key.
    package var problem: String
    /// What to write instead; one sentence.
    package var remedy: String
}

extension ConfigurationForm where Value == String {
    /// A line of text for people.
    static func text(bytesMax: Int, mayBeEmpty: Bool) -> Self {
        Self("text") { (text: String) throws(ValueRefusal) -> String in
            guard mayBeEmpty || text.contains(where: { !$0.isWhitespace }) else {
                throw ValueRefusal(problem: "is empty", remedy: "Write the text between quotes.")
            }
            let isLine = text.unicodeScalars.allSatisfy { !$0.properties.isControl }
            guard isLine, text.utf8.count <= bytesMax else {
                throw ValueRefusal(
                    problem: "is longer than \(bytesMax) bytes or more than one line",
                    remedy: "Write one shorter line.")
            }
            return text
        } write: {
            $0
        }
    }

    /// An absolute path without `.` and `..`; where it may be empty, that means none.
    static func path(bytesMax: Int, mayBeEmpty: Bool = false) -> Self {
        Self("path") { (text: String) throws(ValueRefusal) -> String in
            if mayBeEmpty, text.isEmpty { return text }
            let parts = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
            let isPlain = parts.allSatisfy { !["", ".", ".."].contains($0) }
            guard text.hasPrefix("/"), isPlain, !text.utf8.contains(0) else {
                throw ValueRefusal(
                    problem: "is not a plain absolute path",
                    remedy: "Begin with `/`, and leave out `.`, `..`, `//` and a final `/`.")
            }
            guard text.utf8.count <= bytesMax else {
                throw ValueRefusal(
                    problem: "is longer than \(bytesMax) bytes", remedy: "Choose a shorter path.")
            }
            return text
        } write: {
            $0
        }
    }
}

extension ConfigurationForm where Value == NetworkAddress {
    /// Where a port listens.
    static let listening = Self("host:port") { (text: String) throws(ValueRefusal) in
        guard let address = NetworkAddress(text: text) else { throw .notAnAddress }
        return address
    } write: {
        $0.description
    }
}

extension ConfigurationForm where Value == NetworkAddress? {
    /// Where a port listens that only this machine reaches; empty for none.
    static let loopback = Self("host:port") {
        (text: String) throws(ValueRefusal) -> NetworkAddress? in
        if text.isEmpty { return nil }
        guard let address = NetworkAddress(text: text), address.isLoopback else {
            throw ValueRefusal(
                problem: "is not an address of this machine alone",
                remedy: "Write `127.0.0.1:8080` or `\"[::1]:8080\"`, or nothing; put a web server "
                    + "with TLS before it for clients elsewhere.")
        }
        return address
    } write: {
        $0?.description ?? ""
    }
}

extension ConfigurationForm where Value == [NetworkAddress] {
    /// Addresses that others dial.
    static func addresses(countMax: Int) -> Self {
        Self(listOf: "list of host:port") {
            (texts: [String]) throws(ValueRefusal) -> [NetworkAddress] in
            guard texts.count <= countMax else {
                throw ValueRefusal(
                    problem: "has more than \(countMax) items", remedy: "Keep the best ones.")
            }
            var addresses: [NetworkAddress] = []
            for text in texts {
                guard let address = NetworkAddress(text: text), address.port > 0 else {
                    throw .notAnAddress
                }
                addresses.append(address)
            }
            return addresses
        } write: {
            $0.map(\.description)
        }
    }
}

extension ConfigurationForm where Value == NodeLogLevel {
    /// The name of a severity.
    static let level = Self("level") { (text: String) throws(ValueRefusal) in
        guard let level = NodeLogLevel(rawValue: text) else {
            let names = NodeLogLevel.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValueRefusal(problem: "is no level", remedy: "Write one of \(names).")
        }
        return level
    } write: {
        $0.rawValue
    }
}

extension ValueRefusal {
    fileprivate static let notAnAddress = ValueRefusal(
        problem: "is not a host and a port",
        remedy: "Write `name:7443`, `192.0.2.1:7443` or `\"[2001:db8::1]:7443\"`.")
}

extension Unicode.Scalar.Properties {
    fileprivate var isControl: Bool { generalCategory == .control }
}
