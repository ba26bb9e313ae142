/// Rules for what people type into requests; the command line and the service apply the same.
enum RequestText {
    /// Whether the text has 1 to `bytesMax` bytes of UTF-8, none of a control character, and is not
    /// blank.
    static func isLine(_ text: String, bytesMax: Int) -> Bool {
        (1...bytesMax).contains(text.utf8.count)
            && text.contains { !$0.isWhitespace }
            && !text.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }

    /// Whether the text is a code such as TREAT: 1 to 32 capitals and hyphens.
    static func isCode(_ text: String) -> Bool {
        (1...32).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x41...0x5A).contains($0) || $0 == 0x2D }
    }

    /// Whether the text is a day, `YYYY-MM-DD`, that the Gregorian calendar has.
    static func isDay(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let isDigits = parts.joined().utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard isDigits, parts.map(\.utf8.count) == [4, 2, 2], let year = Int(parts[0]),
            let month = Int(parts[1]), let day = Int(parts[2]), (1...12).contains(month), year > 0
        else { return false }
        let isLeap =
            year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...days[month - 1]).contains(day)
    }
}

extension ControlFailure {
    static func badRequest(_ message: String, _ next: String) -> ControlFailure {
        ControlFailure(code: .badRequest, message: message, next: next)
    }

    static let purposeIsNoCode = badRequest(
        "The purpose is not a code.", "Write an HL7 code in capitals, such as TREAT.")
    static let identifierIsMalformed = badRequest(
        "An identifier is not of the form system|value.",
        "Write both sides in at most 256 bytes each; the system may be empty.")
    static let reasonIsMissing = badRequest(
        "The reason is empty or too long.", "Write one line of at most 500 bytes.")
}
