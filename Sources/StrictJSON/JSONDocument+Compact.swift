/// Values without the white space around their parts.
extension JSONDocument {
    /// Appends the value with white space outside strings removed and nothing else changed.
    ///
    /// Member order, number text, escapes and everything inside strings stay as they were written,
    /// so this is no canonical form: two documents that mean the same may still differ.
    public func appendCompact(_ node: JSONNode, to output: inout [UInt8]) {
        let entry = entry(of: node)
        let length = entry.end - entry.start
        let before = output.count
        output.append(contentsOf: bytes[entry.start..<entry.end])
        guard isSpaced(entry) else { return }
        let kept = output.withUnsafeMutableBytes { output in
            var written = before
            forEachCompactRun(of: node) { run in
                UnsafeMutableRawBufferPointer(rebasing: output[written..<written + run.count])
                    .copyMemory(from: run)
                written += run.count
            }
            return written - before
        }
        output.removeLast(length - kept)
    }

    /// The value with white space outside strings removed, as bytes of its own.
    public func compactBytes(_ node: JSONNode) -> [UInt8] {
        var output: [UInt8] = []
        appendCompact(node, to: &output)
        return output
    }

    /// How many bytes ``appendCompact(_:to:)`` would append.
    public func compactSize(of node: JSONNode) -> Int {
        let entry = entry(of: node)
        guard isSpaced(entry) else { return entry.end - entry.start }
        var size = 0
        forEachCompactRun(of: node) { size += $0.count }
        return size
    }

    private func isSpaced(_ entry: TapeEntry) -> Bool {
        entry.isMarked && entry.kind != .string
    }

    /// Calls the body with every run of bytes between white space, in order.
    ///
    /// The tape says where strings and spaceless containers are, so they are stepped over; only
    /// what lies between them, brackets, commas, colons and white space, is looked at.
    @inline(__always)
    private func forEachCompactRun(
        of node: JSONNode, _ body: (UnsafeRawBufferPointer) -> Void
    ) {
        bytes.withUnsafeBytes { buffer in
            guard let input = InputBytes(buffer) else { return }
            var runs = CompactRuns(input, from: entry(of: node).start)
            let end = entry(of: node).next
            var index = Int(node.index)
            while index < end {
                let entry = tape[index]
                runs.readPunctuation(to: entry.start, body)
                if isSpaced(entry) {
                    index += 1
                } else {
                    runs.skip(to: entry.end)
                    index = entry.next
                }
            }
            runs.readPunctuation(to: self.entry(of: node).end, body)
            runs.finish(body)
        }
    }
}

/// Cuts a document into runs without white space.
private struct CompactRuns {
    private let input: InputBytes
    /// Where the run that is not handed out yet starts.
    private var runStart: Int
    private var at: Int

    init(_ input: InputBytes, from start: Int) {
        self.input = input
        runStart = start
        at = start
    }

    /// Takes everything up to `end` into the run.
    @inline(__always)
    mutating func skip(to end: Int) {
        at = end
    }

    /// Ends the run at every white space before `end`.
    @inline(__always)
    mutating func readPunctuation(to end: Int, _ body: (UnsafeRawBufferPointer) -> Void) {
        while at < end {
            if input[at] > 0x20 {
                at += 1
                continue
            }
            finish(body)
            at = min(input.spaceEnd(from: at), end)
            runStart = at
        }
    }

    /// Hands out the run.
    @inline(__always)
    func finish(_ body: (UnsafeRawBufferPointer) -> Void) {
        guard at > runStart else { return }
        body(UnsafeRawBufferPointer(start: input.base + runStart, count: at - runStart))
    }
}
