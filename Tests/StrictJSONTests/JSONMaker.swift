import StrictJSON
import TestSupport

/// What the reader says of a text: nil when it accepts it.
func refusal(_ text: String, _ limits: JSONLimits = .value) -> JSONRefusal? {
    refusal(Array(text.utf8), limits)
}

/// What the reader says of bytes: nil when it accepts them.
func refusal(_ bytes: [UInt8], _ limits: JSONLimits = .value) -> JSONRefusal? {
    do {
        try JSONDocument.check(bytes, limits: limits)
    } catch {
        return error
    }
    return nil
}

/// What reading into a tape says: nil when it is accepted.
func documentRefusal(_ bytes: [UInt8], _ limits: JSONLimits = .value) -> JSONRefusal? {
    do {
        _ = try JSONDocument(bytes, limits: limits)
    } catch {
        return error
    }
    return nil
}

func document(_ text: String, _ limits: JSONLimits = .value) throws -> JSONDocument {
    try JSONDocument(Array(text.utf8), limits: limits)
}

/// Writes random valid JSON twice at once: with white space strewn in, and without.
struct JSONMaker {
    var generator: SeededGenerator
    private(set) var spaced: [UInt8] = []
    private(set) var compact: [UInt8] = []

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    mutating func makeDocument() {
        writeSpace()
        writeValue(depthLeft: Int.random(in: 0...6, using: &generator))
        writeSpace()
    }

    private mutating func writeValue(depthLeft: Int) {
        switch Int.random(in: 0..<(depthLeft > 0 ? 9 : 5), using: &generator) {
        case 0: write(["true", "false", "null"].randomElement(using: &generator) ?? "null")
        case 1, 2: write(Self.numbers.randomElement(using: &generator) ?? "0")
        case 3, 4: writeString(suffix: nil)
        case 5, 6: writeArray(depthLeft: depthLeft - 1)
        default: writeObject(depthLeft: depthLeft - 1)
        }
    }

    private mutating func writeArray(depthLeft: Int) {
        write("[")
        writeSpace()
        for index in 0..<Int.random(in: 0...6, using: &generator) {
            if index > 0 { writeComma() }
            writeValue(depthLeft: depthLeft)
            writeSpace()
        }
        write("]")
    }

    private mutating func writeObject(depthLeft: Int) {
        let isLarge = Int.random(in: 0..<12, using: &generator) == 0
        write("{")
        writeSpace()
        for index in 0..<Int.random(in: 0...(isLarge ? 40 : 6), using: &generator) {
            if index > 0 { writeComma() }
            writeString(suffix: index)
            writeSpace()
            write(":")
            writeSpace()
            writeValue(depthLeft: isLarge ? 0 : depthLeft)
            writeSpace()
        }
        write("}")
    }

    private mutating func writeComma() {
        write(",")
        writeSpace()
    }

    /// Writes a string; the number of a member behind it keeps names apart.
    private mutating func writeString(suffix: Int?) {
        write("\"")
        for _ in 0..<Int.random(in: 0...7, using: &generator) {
            write(Self.pieces.randomElement(using: &generator) ?? "")
        }
        if let suffix { write("#\(suffix)") }
        write("\"")
    }

    private mutating func write(_ text: String) {
        spaced.append(contentsOf: text.utf8)
        compact.append(contentsOf: text.utf8)
    }

    private mutating func writeSpace() {
        for _ in 0..<Int.random(in: 0...3, using: &generator) {
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: spaced.append(0x0A)
            case 1: spaced.append(0x09)
            case 2: spaced.append(0x0D)
            default:
                let count = Int.random(in: 1...19, using: &generator)
                spaced.append(contentsOf: repeatElement(0x20, count: count))
            }
        }
    }

    private static let numbers = [
        "0", "-0", "1", "12.50", "-7e3", "6E-2", "0.1e+10", "123456789012345678901234567890",
    ]
    private static let pieces = [
        "", "a", "plain text of some length", " ", "  spaced  ", #"\n"#, #"\""#, #"\\"#, #"\/"#,
        #"\u0041"#, #"\u20AC"#, #"\ud83d\ude00"#, "é", "€", "日本語", "😀", ",", ":", "{}", "[1, 2]",
        "\u{7F}", "\u{FEFF}",
    ]
}
