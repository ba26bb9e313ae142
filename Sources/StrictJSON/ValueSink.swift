/// Where the reader puts the values it has read.
///
/// The reader is generic over it, so that checking costs nothing for a tape that nobody asked for.
protocol ValueSink {
    /// Takes a string, name, number or literal. `isMarked` says that a string holds escapes.
    mutating func addScalar(_ kind: JSONKind, start: Int, end: Int, isMarked: Bool)

    /// Takes an opening bracket and returns what `close` is to be called with.
    mutating func open(_ kind: JSONKind, start: Int) -> Int

    /// Takes a closing bracket. `isMarked` says that there was white space outside strings.
    mutating func close(_ index: Int, end: Int, count: Int, isMarked: Bool)
}

/// A sink that forgets everything.
struct NoTape: ValueSink {
    mutating func addScalar(_ kind: JSONKind, start: Int, end: Int, isMarked: Bool) {}

    mutating func open(_ kind: JSONKind, start: Int) -> Int { 0 }

    mutating func close(_ index: Int, end: Int, count: Int, isMarked: Bool) {}
}

/// A sink that keeps every value as an entry.
struct Tape: ValueSink {
    var entries: [TapeEntry] = []

    /// Makes room for as many entries as a document of this many bytes usually has.
    ///
    /// Formatted FHIR has an entry for about 20 bytes. The worst case, an array of digits, has
    /// one for 2 bytes; then the array grows.
    init(documentBytes: Int) {
        entries.reserveCapacity(documentBytes / 20 + 4)
    }

    @inline(__always)
    mutating func addScalar(_ kind: JSONKind, start: Int, end: Int, isMarked: Bool) {
        entries.append(
            TapeEntry(
                kind: kind, start: start, end: end, next: entries.count + 1, isMarked: isMarked))
    }

    mutating func open(_ kind: JSONKind, start: Int) -> Int {
        let index = entries.count
        addScalar(kind, start: start, end: start, isMarked: false)
        return index
    }

    mutating func close(_ index: Int, end: Int, count: Int, isMarked: Bool) {
        entries[index].close(end: end, next: entries.count, count: count, isMarked: isMarked)
    }
}
