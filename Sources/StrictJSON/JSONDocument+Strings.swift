/// What strings and names say.
extension JSONDocument {
    /// The text of a string or name with its escapes resolved; nil for any other kind.
    public func string(_ node: JSONNode) -> String? {
        guard node.kind == .string else { return nil }
        let entry = entry(of: node)
        guard entry.isMarked else {
            return String(decoding: bytes[entry.start + 1..<entry.end - 1], as: UTF8.self)
        }
        return withUnescaped(entry) { unescaped in
            String(unsafeUninitializedCapacity: entry.end - entry.start) { buffer in
                var count = 0
                while let byte = unescaped.next() {
                    buffer[count] = byte
                    count += 1
                }
                return count
            }
        }
    }

    /// Appends the UTF-8 of a string or name with its escapes resolved; nothing for other kinds.
    public func appendUnescaped(_ node: JSONNode, to output: inout [UInt8]) {
        guard node.kind == .string else { return }
        let entry = entry(of: node)
        guard entry.isMarked else {
            output.append(contentsOf: bytes[entry.start + 1..<entry.end - 1])
            return
        }
        withUnescaped(entry) { unescaped in
            while let byte = unescaped.next() { output.append(byte) }
        }
    }

    /// Whether the node is a string that says exactly this, compared byte for byte after
    /// unescaping. Nothing is allocated.
    public func stringEquals(_ node: JSONNode, _ text: StaticString) -> Bool {
        guard node.kind == .string else { return false }
        return text.withUTF8Buffer { content(of: entry(of: node), equals: $0) }
    }

    /// Whether the node is a string that starts with this, compared byte for byte after
    /// unescaping. Nothing is allocated.
    public func stringHasPrefix(_ node: JSONNode, _ prefix: StaticString) -> Bool {
        guard node.kind == .string else { return false }
        return prefix.withUTF8Buffer { content(of: entry(of: node), startsWith: $0) }
    }

    /// Whether the string's text is `text`.
    func content(of entry: TapeEntry, equals text: UnsafeBufferPointer<UInt8>) -> Bool {
        if !entry.isMarked {
            return entry.end - entry.start - 2 == text.count
                && plainContent(of: entry, startsWith: text)
        }
        return withUnescaped(entry) { unescaped in
            text.allSatisfy { unescaped.next() == $0 } && unescaped.next() == nil
        }
    }

    private func content(
        of entry: TapeEntry, startsWith text: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        if !entry.isMarked {
            return entry.end - entry.start - 2 >= text.count
                && plainContent(of: entry, startsWith: text)
        }
        return withUnescaped(entry) { unescaped in
            text.allSatisfy { unescaped.next() == $0 }
        }
    }

    /// Compares text without escapes; the string is long enough.
    private func plainContent(
        of entry: TapeEntry, startsWith text: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        bytes.withUnsafeBufferPointer { bytes in
            let start = entry.start + 1
            for offset in 0..<text.count where bytes[start + offset] != text[offset] {
                return false
            }
            return true
        }
    }

    /// Calls the body with the bytes that the string stands for.
    private func withUnescaped<Outcome>(
        _ entry: TapeEntry, _ body: (inout UnescapedBytes) -> Outcome
    ) -> Outcome {
        bytes.withUnsafeBytes { buffer in
            guard let input = InputBytes(buffer) else {
                preconditionFailure("a document is never empty")
            }
            var unescaped = UnescapedBytes(input, from: entry.start + 1, to: entry.end - 1)
            return body(&unescaped)
        }
    }
}
