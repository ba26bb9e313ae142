import ControlProtocol

/// What a request says of versions and of the answer that it wants (RFC 9110 §13, RFC 7240).
enum FHIRConditions {
    /// Whether a list of ETags names a version: weak, strong, bare, or `*` for any.
    static func names(_ version: String, _ list: String) -> Bool {
        tags(list).contains { $0 == "*" || $0 == version }
    }

    /// The version ids in a list of ETags: weak, strong or bare.
    static func tags(_ list: String) -> [String] {
        list.split(separator: ",").map { item in
            var tag = item.filter { !$0.isWhitespace }[...]
            if tag.hasPrefix("W/") { tag = tag.dropFirst(2) }
            if tag.count >= 2, tag.hasPrefix("\""), tag.hasSuffix("\"") {
                tag = tag.dropFirst().dropLast()
            }
            return String(tag)
        }
    }

    /// Whether the client has the version already: then the answer is 304.
    static func isKnown(_ version: String, modified: Int64, to request: FHIRRequest) -> Bool {
        if let list = request.header("If-None-Match") { return names(version, list) }
        guard let since = request.header("If-Modified-Since").flatMap(HTTPDate.instant) else {
            return false
        }
        return UTCText.instant(milliseconds: modified).prefix(19) <= since
    }

    /// What a client wants back after a write.
    enum Wish: String, Sendable {
        case representation, minimal
        case outcome = "OperationOutcome"
    }

    /// What `Prefer: return=` says; the resource, unless it says otherwise.
    static func wish(of request: FHIRRequest) -> Wish {
        let words = (request.header("Prefer") ?? "").split { ",;".contains($0) }
            .map { $0.filter { !$0.isWhitespace } }
        let wanted = words.first { $0.hasPrefix("return=") }?.dropFirst(7)
        return wanted.flatMap { Wish(rawValue: String($0)) } ?? .representation
    }
}

/// Dates of HTTP headers (RFC 9110 §5.6.7), in the one form that is written today.
enum HTTPDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// A moment, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    ///
    /// - Parameter milliseconds: since 1970 UTC, not before.
    static func text(milliseconds: Int64) -> String {
        let instant = Array(UTCText.instant(milliseconds: max(0, milliseconds)))
        let month = Int(String(instant[5..<7])) ?? 1
        let day = days[Int(max(0, milliseconds) / 86_400_000 % 7)]
        return "\(day), \(String(instant[8..<10])) \(months[month - 1]) \(String(instant[0..<4])) "
            + "\(String(instant[11..<19])) GMT"
    }

    /// The moment as `1994-11-06T08:49:37`; `nil` for anything else.
    static func instant(_ text: String) -> String? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", words[1].count == 2, words[3].count == 4,
            words[4].count == 8, let month = months.firstIndex(where: { $0 == words[2] }),
            (String(words[1]) + words[3]).utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        return "\(words[3])-\(number)-\(words[1])T\(words[4])"
    }
}
