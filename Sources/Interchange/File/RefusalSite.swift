import StrictJSON

/// Where in a file a reader stands, so that its refusals name the place.
struct RefusalSite: Sendable {
    /// The line of an NDJSON file, from 1.
    var line: Int?
    /// Bytes of the file before the document.
    var offsetBase = 0
    /// The index in `Bundle.entry`.
    var entry: Int?

    /// The same place, inside one entry.
    func inEntry(_ index: Int) -> RefusalSite {
        var site = self
        site.entry = index
        return site
    }

    /// Makes a refusal. The path is completed by the entry, if there is one.
    func refusal(
        _ rule: ImportRefusal.Rule, at node: JSONNode? = nil, of document: JSONDocument,
        path: String? = nil
    ) -> ImportRefusal {
        var fullPath = path
        if let entry, let path { fullPath = "Bundle.entry[\(entry)]." + path }
        return ImportRefusal(
            rule: rule, entry: entry, line: line,
            offset: node.map { offsetBase + document.byteRange($0).lowerBound }, path: fullPath)
    }
}
