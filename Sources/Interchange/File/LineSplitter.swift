import StrictJSON

/// Cuts a file into lines and reads one of them.
enum LineSplitter {
    /// One line without its end, and its number from 1.
    struct Line {
        let number: Int
        let range: Range<Int>
    }

    /// Every line that holds something other than white space, in order.
    static func lines(of bytes: [UInt8]) -> [Line] {
        bytes.withUnsafeBufferPointer { buffer in
            var lines: [Line] = []
            var start = 0
            var number = 0
            while start < buffer.count {
                let rest = UnsafeBufferPointer(rebasing: buffer[start...])
                let end = start + (rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.count)
                number += 1
                if let first = (start..<end).first(where: { !isSpace(buffer[$0]) }) {
                    lines.append(Line(number: number, range: first..<end))
                }
                start = end + 1
            }
            return lines
        }
    }

    /// Parses one line; offsets in a refusal count from the start of the file.
    static func document(
        _ file: [UInt8], _ range: Range<Int>, line: Int
    ) throws(ImportRefusal) -> JSONDocument {
        do {
            return try JSONDocument(Array(file[range]), limits: .importFile)
        } catch {
            throw ImportRefusal(
                rule: .json(error.rule), line: line, offset: range.lowerBound + error.offset)
        }
    }

    /// Appends the range without white space outside strings; never reads structure.
    static func appendCompact(_ file: [UInt8], _ range: Range<Int>, to output: inout [UInt8]) {
        output.reserveCapacity(output.count + range.count)
        var isInString = false
        var isEscaped = false
        for byte in file[range] {
            if isInString {
                output.append(byte)
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
            } else if !isSpace(byte) {
                output.append(byte)
                isInString = byte == UInt8(ascii: "\"")
            }
        }
    }

    /// Whether the byte is white space of JSON (RFC 8259 §2).
    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }
}
