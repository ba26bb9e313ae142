/// Makes text from records and files safe to show, and measures it.
enum ShownText {
    /// The text on one line, with every control and direction character replaced by `�`: a name
    /// must not be able to move the cursor, colour the screen, or change the order of what is read.
    static func safe(_ text: String) -> String {
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control where scalar == "\n" || scalar == "\t" || scalar == "\r":
                shown.append(" ")
            case .control, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned:
                shown.append("\u{FFFD}")
            case _ where isDirection(scalar): shown.append("\u{FFFD}")
            default: shown.append(scalar)
            }
        }
        return String(shown)
    }

    /// Columns that the text takes on a terminal.
    static func width(_ text: String) -> Int {
        text.reduce(0) { $0 + width($1) }
    }

    /// Lines of at most `width` columns, broken at spaces where there are any.
    static func wrapped(_ text: String, width limit: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            var word = String(word)
            if !line.isEmpty, width(line) + 1 + width(word) <= limit {
                line += " " + word
                continue
            }
            if !line.isEmpty { lines.append(line) }
            while width(word) > limit {
                let head = start(of: word, width: limit)
                lines.append(head)
                word.removeFirst(head.count)
            }
            line = word
        }
        if !line.isEmpty || lines.isEmpty { lines.append(line) }
        return lines
    }

    /// The text with blanks up to a width.
    static func padded(_ text: String, to columns: Int, fromLeft: Bool = false) -> String {
        let blanks = String(repeating: " ", count: max(0, columns - width(text)))
        return fromLeft ? blanks + text : text + blanks
    }

    /// As much of a word as fits, at least one character; after its last hyphen if it has one.
    private static func start(of word: String, width limit: Int) -> String {
        var head = ""
        for character in word {
            if !head.isEmpty, width(head) + width(character) > limit { break }
            head.append(character)
        }
        guard let hyphen = head.lastIndex(of: "-") else { return head }
        return String(head[...hyphen])
    }

    private static func width(_ character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first else { return 0 }
        switch scalar.value {
        // Wide and full-width characters (Unicode Standard Annex 11).
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            return 2
        default:
            return 1
        }
    }

    /// The characters of Unicode's bidirectional algorithm that change the order of others
    /// (Unicode Standard Annex 9, §2).
    private static func isDirection(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
