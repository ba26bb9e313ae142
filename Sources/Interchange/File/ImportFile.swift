import StrictJSON

/// The first step of an import: the bytes of a file become its units.
///
/// FHIR R4 (4.0.1) only. Everything here is pure: no look-up, no clock, no identifiers minted.
public struct ImportFile: Sendable {
    /// Reads a file of at most 256 MiB and cuts it into its all-or-nothing inputs, in file order.
    ///
    /// Bundles of type `transaction` and `collection` are one unit each, also without entries; a
    /// `batch` is one unit an entry, so an empty one has none; any other resource is one unit.
    /// In NDJSON each line that is not blank is one unit, and a bad line is a unit whose `drafts()`
    /// is its own refusal, so it never stops the others.
    ///
    /// Without a format, a file that is one JSON document is read as that. Otherwise it is NDJSON
    /// if it has two lines or more and either its first line is a document or every line that is
    /// not blank starts with a brace.
    ///
    /// - Parameters:
    ///   - bytes: the whole file in UTF-8, not compressed.
    ///   - format: what the file is said to hold; `nil` lets its content decide.
    /// - Throws: ``ImportRefusal`` if no unit can be told from another: the document is not strict
    ///   JSON, not a resource, or a Bundle of another type.
    public static func read(
        _ bytes: [UInt8], format: ImportFormat?
    ) throws(ImportRefusal) -> [UnitSource] {
        if format == .ndjson { return lineUnits(bytes, LineSplitter.lines(of: bytes)) }
        let document: JSONDocument
        do {
            document = try JSONDocument(bytes, limits: .importFile)
        } catch {
            if format == nil, let lines = linesIfAny(bytes) { return lineUnits(bytes, lines) }
            throw ImportRefusal(
                rule: .json(error.rule),
                entry: EntryLocator.entryIndex(of: error.offset, in: bytes),
                offset: error.offset)
        }
        return try documentUnits(document, format: format)
    }

    private static func linesIfAny(_ bytes: [UInt8]) -> [LineSplitter.Line]? {
        let lines = LineSplitter.lines(of: bytes)
        guard lines.count > 1, let first = lines.first else { return nil }
        let brace = UInt8(ascii: "{")
        if lines.allSatisfy({ bytes[$0.range.lowerBound] == brace }) { return lines }
        do {
            try JSONDocument.check(Array(bytes[first.range]), limits: .importFile)
        } catch {
            return nil
        }
        return lines
    }

    private static func lineUnits(_ bytes: [UInt8], _ lines: [LineSplitter.Line]) -> [UnitSource] {
        lines.map { line in
            UnitSource(kind: .line, position: line.number, content: .line(bytes, line.range))
        }
    }

    private static func documentUnits(
        _ document: JSONDocument, format: ImportFormat?
    ) throws(ImportRefusal) -> [UnitSource] {
        let root = document.root
        guard let typeNode = document.member("resourceType", of: root) else {
            throw ImportRefusal(
                rule: root.kind == .object ? .resourceTypeMissing : .resourceNotAnObject,
                offset: document.byteRange(root).lowerBound)
        }
        let isBundle = document.stringEquals(typeNode, "Bundle")
        guard isBundle else {
            guard format != .bundle else {
                throw ImportRefusal(
                    rule: .formatMismatch, offset: document.byteRange(typeNode).lowerBound)
            }
            return [UnitSource(kind: .resource, position: 0, content: .document(document))]
        }
        guard format != .resource else {
            throw ImportRefusal(
                rule: .formatMismatch, offset: document.byteRange(typeNode).lowerBound)
        }
        return try bundleUnits(document)
    }

    private static func bundleUnits(
        _ document: JSONDocument
    ) throws(ImportRefusal) -> [UnitSource] {
        let root = document.root
        guard let typeNode = document.member("type", of: root), typeNode.kind == .string else {
            throw ImportRefusal(rule: .bundleTypeMissing, offset: 0, path: "Bundle.type")
        }
        let entries = document.member("entry", of: root)
        if let entries, entries.kind != .array {
            throw ImportRefusal(
                rule: .entriesNotAnArray, offset: document.byteRange(entries).lowerBound,
                path: "Bundle.entry")
        }
        if document.stringEquals(typeNode, "transaction") {
            return [UnitSource(kind: .transaction, position: 0, content: .document(document))]
        }
        if document.stringEquals(typeNode, "collection") {
            return [UnitSource(kind: .collection, position: 0, content: .document(document))]
        }
        guard document.stringEquals(typeNode, "batch") else {
            throw ImportRefusal(
                rule: .bundleTypeUnsupported, offset: document.byteRange(typeNode).lowerBound,
                path: "Bundle.type")
        }
        guard let entries else { return [] }
        return document.items(of: entries).enumerated().map { index, node in
            UnitSource(kind: .batchEntry, position: index, content: .entry(document, node))
        }
    }
}
