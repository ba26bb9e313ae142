/// Text inside a page of HTML.
enum HTMLText {
    /// The text with what would begin markup written as references, and without the control and
    /// direction characters that no page may hold.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in ShownText.safe(text) {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.append(character)
            }
        }
        return escaped
    }
}
