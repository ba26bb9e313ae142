import StrictJSON

/// One all-or-nothing input of a file, read but not yet mapped.
///
/// A unit of a Bundle shares the document that was parsed once for the file. A line is parsed when
/// `drafts()` is called, so that a file of many lines never stands in memory as many documents.
public struct UnitSource: Sendable {
    /// What the input is.
    public let kind: UnitKind
    /// Where it stands: of a batch entry its index in `Bundle.entry`, from 0; of a line its number,
    /// from 1, blank lines counted; otherwise 0.
    public let position: Int

    let content: Content

    init(kind: UnitKind, position: Int, content: Content) {
        self.kind = kind
        self.position = position
        self.content = content
    }

    /// The bytes whose SHA-256 is the unit's request key: a method, a line feed, and the input with
    /// white space outside strings removed.
    ///
    /// Equal inputs give equal bytes however they are indented, and a resource gives the same bytes
    /// as a line and as a file of its own. Computed anew at each call, in time and memory
    /// proportional to the input. Of a line that is not JSON they are stable but mean nothing.
    public var keyBytes: [UInt8] {
        var bytes = Array(method.utf8)
        bytes.append(UInt8(ascii: "\n"))
        switch content {
        case .document(let document):
            document.appendCompact(document.root, to: &bytes)
        case .entry(let document, let node):
            document.appendCompact(node, to: &bytes)
        case .line(let file, let range):
            LineSplitter.appendCompact(file, range, to: &bytes)
        }
        return bytes
    }

    /// How many bytes the input has, as it stands in its file.
    public var byteCount: Int {
        switch content {
        case .document(let document): document.byteRange(document.root).count
        case .entry(let document, let node): document.byteRange(node).count
        case .line(_, let range): range.count
        }
    }

    /// Maps the input to drafts, or says why the whole of it is refused.
    ///
    /// Looks nothing up and mints nothing: calling it twice gives equal results. The first broken
    /// rule decides: first the shape of every entry, in order; then identities; then references
    /// and patients, in order; then streams.
    public func drafts() -> Result<ImportUnit, ImportRefusal> {
        do {
            return .success(try readUnit())
        } catch {
            return .failure(error)
        }
    }

    private func readUnit() throws(ImportRefusal) -> ImportUnit {
        switch content {
        case .document(let document):
            return try UnitReader(document: document, kind: kind).readDocument()
        case .entry(let document, let node):
            return try UnitReader(document: document, kind: kind).readEntry(node, index: position)
        case .line(let file, let range):
            let document = try LineSplitter.document(file, range, line: position)
            var reader = UnitReader(document: document, kind: kind)
            reader.site = RefusalSite(line: position, offsetBase: range.lowerBound)
            return try reader.readDocument()
        }
    }

    private var method: String {
        switch kind {
        case .transaction: "transaction"
        case .batchEntry: "batch-entry"
        case .collection: "collection"
        case .line, .resource: "create"
        }
    }

    /// Where the bytes of the input are.
    enum Content: Sendable {
        /// The whole of a document.
        case document(JSONDocument)
        /// One entry of a Bundle.
        case entry(JSONDocument, JSONNode)
        /// A range of the file's bytes, not parsed yet.
        case line([UInt8], Range<Int>)
    }
}
