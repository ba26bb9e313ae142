/// How text for people looks: its width, and whether it has colour.
public struct TextStyle: Sendable, Hashable {
    /// Columns that a line should fit into.
    public var width: Int
    /// Whether escape sequences are written.
    public var hasColour: Bool

    /// Describes a style; the default is that of a file.
    public init(width: Int = 80, hasColour: Bool = false) {
        self.width = width
        self.hasColour = hasColour
    }

    /// Text from elsewhere on one line, without characters that control a terminal.
    public static func safe(_ text: String) -> String {
        ShownText.safe(text)
    }

    /// What a text means, which decides its colour.
    enum Tone: Int {
        case heading = 1
        case faint = 2
        case bad = 31
        case good = 32
        case doubtful = 33
    }

    /// The text with its colour, if there is any (ECMA-48 §8.3.117).
    func coloured(_ text: String, _ tone: Tone) -> String {
        hasColour ? "\u{1B}[\(tone.rawValue)m\(text)\u{1B}[0m" : text
    }
}
