/// Reads a document once, from its first byte to its last, and refuses what breaks a rule.
///
/// The grammar is that of RFC 8259. What is open is kept in an array, never on the call stack, so
/// nesting costs some sixty bytes a level and `JSONLimits.depthMax` bounds them.
struct Reader<Sink: ValueSink> {
    let input: InputBytes
    let limits: JSONLimits
    var sink: Sink
    /// Offset of the next byte to read.
    var position = 0
    /// The innermost open object or array.
    var container = Container.document
    /// Everything around `container`; as many as the depth.
    var outer: [Container] = []
    var names = OpenNames()
    /// White space outside strings so far, in bytes.
    var spaceBytes = 0

    init(_ input: InputBytes, limits: JSONLimits, sink: Sink) {
        self.input = input
        self.limits = limits
        self.sink = sink
    }

    /// Reads all of it.
    mutating func readDocument() throws(JSONRefusal) {
        try refuseByteOrderMark()
        skipSpace()
        guard position < input.count else { throw refusal(.emptyInput) }
        var expectsValue = true
        while true {
            if expectsValue {
                expectsValue = try readValue()
            } else if container.kind == nil {
                break
            } else {
                expectsValue = try readSeparator()
            }
        }
        skipSpace()
        guard position == input.count else { throw unexpected(.trailingInput) }
    }

    /// Reads a scalar, or an opening bracket and what precedes the first value inside.
    ///
    /// Returns whether a value has to follow.
    @inline(__always)
    private mutating func readValue() throws(JSONRefusal) -> Bool {
        let byte = input[position]
        switch byte {
        case Byte.quote:
            let start = position
            let hasEscapes = try readString()
            sink.addScalar(.string, start: start, end: position, isMarked: hasEscapes)
            return false
        case Byte.openBrace: return try open(.object)
        case Byte.openBracket: return try open(.array)
        case Byte.minus, Byte.zero...Byte.zero + 9, Byte.plus, Byte.point: try readNumber()
        case UInt8(ascii: "t"): try readLiteral("true", .true)
        case UInt8(ascii: "f"): try readLiteral("false", .false)
        case UInt8(ascii: "n"): try readLiteral("null", .null)
        default: throw unexpected()
        }
        return false
    }

    /// Reads a comma and what precedes the next value, or the bracket that closes the container.
    ///
    /// Returns whether a value has to follow.
    @inline(__always)
    private mutating func readSeparator() throws(JSONRefusal) -> Bool {
        skipSpace()
        guard position < input.count else { throw refusal(.unexpectedEnd) }
        let byte = input[position]
        if byte == Byte.comma {
            position += 1
            skipSpace()
            try readValueStart()
            return true
        }
        guard byte == container.closingByte else { throw unexpected() }
        try close()
        return false
    }

    private mutating func open(_ kind: JSONKind) throws(JSONRefusal) -> Bool {
        guard outer.count < limits.depthMax else { throw refusal(.depth) }
        let isExempt = container.grantsExemption && kind == .array
        outer.append(container)
        container = Container(
            kind: kind, index: sink.open(kind, start: position),
            countMax: kind == .object
                ? limits.objectMembersMax : isExempt ? Int.max : limits.arrayItemsMax,
            namesBefore: names.count, spaceBefore: spaceBytes)
        position += 1
        skipSpace()
        if position < input.count, input[position] == container.closingByte {
            try close()
            return false
        }
        try readValueStart()
        return true
    }

    @inline(__always)
    private mutating func close() throws(JSONRefusal) {
        position += 1
        if container.kind == .object {
            if let name = names.firstRepeated(from: container.namesBefore, in: input) {
                throw JSONRefusal(rule: .duplicateMember, offset: name.start - 1)
            }
            names.drop(from: container.namesBefore)
        }
        sink.close(
            container.index, end: position, count: container.count,
            isMarked: spaceBytes != container.spaceBefore)
        container = outer.removeLast()
    }

    /// Counts an item or member, reads a member's name and colon, and stops at the value.
    @inline(__always)
    private mutating func readValueStart() throws(JSONRefusal) {
        guard position < input.count else { throw refusal(.unexpectedEnd) }
        container.count += 1
        if container.kind == .object {
            try readName()
            guard position < input.count else { throw refusal(.unexpectedEnd) }
        } else if container.count > container.countMax {
            throw refusal(.arrayItems)
        }
    }

    @inline(__always)
    private mutating func readName() throws(JSONRefusal) {
        guard input[position] == Byte.quote else { throw unexpected() }
        guard container.count <= container.countMax else { throw refusal(.objectMembers) }
        let start = position
        let hasEscapes = try readString()
        let end = position
        sink.addScalar(.string, start: start, end: end, isMarked: hasEscapes)
        names.append(MemberName(input, from: start + 1, to: end - 1, hasEscapes: hasEscapes))
        if limits.exemptsRootEntryArray, outer.count == 1 {
            container.grantsExemption = isEntry(from: start + 1, to: end - 1)
        }
        skipSpace()
        guard position < input.count else { throw refusal(.unexpectedEnd) }
        guard input[position] == Byte.colon else { throw unexpected() }
        position += 1
        skipSpace()
    }

    /// Whether the name between these offsets is `entry` after unescaping.
    private func isEntry(from start: Int, to end: Int) -> Bool {
        let expected: StaticString = "entry"
        return expected.withUTF8Buffer { expected in
            var bytes = UnescapedBytes(input, from: start, to: end)
            return expected.allSatisfy { bytes.next() == $0 } && bytes.next() == nil
        }
    }
}

/// An object or array that has been opened and not yet closed.
struct Container {
    /// Object or array; nil for what surrounds the root value.
    let kind: JSONKind?
    /// What the sink returned for the opening bracket.
    let index: Int
    /// The most items or members allowed.
    let countMax: Int
    /// Open names when it was opened.
    let namesBefore: Int
    /// White space before it, in bytes.
    let spaceBefore: Int
    /// Items or members so far.
    var count = 0
    /// Whether the member read last may be an array of any length; every name of the root object
    /// sets it anew.
    var grantsExemption = false

    /// What surrounds the root value.
    static let document = Container(
        kind: nil, index: 0, countMax: 1, namesBefore: 0, spaceBefore: 0)

    @inline(__always)
    var closingByte: UInt8 {
        kind == .object ? Byte.closeBrace : Byte.closeBracket
    }
}
