/// Cuts pieces that end anywhere into lines.
struct LineSplitter {
    /// Bytes after the last line end.
    private(set) var rest: [UInt8] = []

    /// Takes the next piece and returns the lines that are now complete, without empty ones.
    mutating func add(_ piece: [UInt8]) -> [[UInt8]] {
        rest += piece
        guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
        let lines = rest[..<end].split(separator: UInt8(ascii: "\n")).map(Array.init)
        rest.removeFirst(end + 1)
        return lines
    }
}
