/// What checks look for in the bytes of an entry, without decoding it.
public struct EntryBytes {
    private let bytes: UnsafeRawBufferPointer

    /// Looks at an entry, for no longer than its bytes are valid.
    public init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// Whether an entry can be of a kind that tells which events came into the store: `write` or
    /// `disclose-in`.
    ///
    /// The kind of an entry that begins as the encoder begins is where that writes it; any other
    /// entry is searched for both. Quotes inside texts are escaped, so what is found is a member.
    public var mayTellOfEvents: Bool {
        isOfKind(#""kind":"write""#, or: #""kind":"disclose-in""#)
    }

    /// Whether an entry can be of a kind that says what is in force of the log: `hold` or `alarm`.
    public var maySayWhatIsInForce: Bool {
        isOfKind(#""kind":"hold""#, or: #""kind":"alarm""#)
    }

    private func isOfKind(_ first: StaticString, or second: StaticString) -> Bool {
        if let kind = kindOffset { return holds(first, at: kind) || holds(second, at: kind) }
        return end(of: first, from: 0) != nil || end(of: second, from: 0) != nil
    }

    /// Whether an entry begins with its number and the name of the next field.
    public func begins(_ sequence: UInt64) -> Bool {
        guard holds(#"{"seq":"#, at: 0) else { return false }
        let end = digitsEnd(from: 7)
        return Decimal.value(of: bytes[7..<end]) == sequence && holds(#","time":"#, at: end)
    }

    /// The new minimum in an entry about pruning; `nil` in every other entry.
    ///
    /// Quotes inside texts are escaped, so these bytes can only be members.
    func minimumOfPruning() -> UInt64? {
        guard let kind = end(of: #""kind":"prune","outcome":"success""#, from: 0),
            let data = end(of: #""data":{"events":"#, from: kind)
        else { return nil }
        return Decimal.value(of: bytes[data..<digitsEnd(from: data)])
    }

    /// Where the kind's member is in an entry that begins with number, time and clock.
    private var kindOffset: Int? {
        guard holds(#"{"seq":"#, at: 0) else { return nil }
        let time = digitsEnd(from: 7)
        guard holds(#","time":"#, at: time) else { return nil }
        let clock = digitsEnd(from: time + 8)
        guard holds(#","clock":"#, at: clock) else { return nil }
        var end = clock + 10
        while end < bytes.count, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(bytes[end]) {
            end += 1
        }
        return holds(#"","kind":"#, at: end) ? end + 2 : nil
    }

    private func digitsEnd(from start: Int) -> Int {
        var end = start
        while end < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[end]) {
            end += 1
        }
        return end
    }

    /// Whether a text stands at an offset.
    private func holds(_ text: StaticString, at offset: Int) -> Bool {
        guard bytes.count - offset >= text.utf8CodeUnitCount else { return false }
        for place in 0..<text.utf8CodeUnitCount
        where bytes[offset + place] != text.utf8Start[place] {
            return false
        }
        return true
    }

    /// The offset behind the first place where a text of eight bytes or more occurs.
    ///
    /// Every entry of a pruned log is searched: eight bytes are compared at once.
    private func end(of text: StaticString, from start: Int) -> Int? {
        let length = text.utf8CodeUnitCount
        let head = UnsafeRawPointer(text.utf8Start).loadUnaligned(as: UInt64.self)
        guard bytes.count - start >= length else { return nil }
        for offset in start...bytes.count - length
        where bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) == head
            && holds(text, at: offset)
        {
            return offset + length
        }
        return nil
    }
}
