/// Text inside a page of HTML.
enum HTMLText {
    /// The text with what would begin markup written as references, and without the control and
    /// direction characters that no page may hold. Scalar by scalar: a mark that combines with a
    /// sign makes it another `Character`, yet markup it stays.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in ShownText.safe(text).unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
