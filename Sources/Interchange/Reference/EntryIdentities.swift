/// What the entries of one unit are called, and which of them a reference means.
struct EntryIdentities {
    /// `fullUrl` of each entry, to its index.
    private var byFullURL: [String: Int] = [:]
    /// `Type/id` of each entry, to its index; -1 where several entries share it.
    private var byName: [String: Int] = [:]
    /// What stands before `Type/id` in an entry's `fullUrl`, by index.
    private var bases: [Int: String] = [:]
    /// References that were found to lead outside, so that a frequent one is read once.
    private var outside: [String: ReferenceDraft] = [:]

    /// Takes in an entry. An entry that retracts its resource cannot be referred to.
    mutating func add(_ envelope: EntryEnvelope, at position: Int) {
        guard envelope.resource != nil else { return }
        if let fullURL = envelope.fullURL {
            byFullURL[fullURL] = position
            if let url = ResourceURL(fullURL), url.name.type == envelope.resourceType {
                bases[position] = url.base
                addName(url.name.text, at: position)
            }
        }
        if let id = envelope.resourceID {
            addName(envelope.resourceType + "/" + id, at: position)
        }
    }

    private mutating func addName(_ name: String, at position: Int) {
        if let earlier = byName[name], earlier != position {
            byName[name] = -1
        } else {
            byName[name] = position
        }
    }

    /// Resolves a reference of the entry at a position; `nil` for one into its own resource.
    ///
    /// Absolute references and URNs mean the entry with that `fullUrl`. A relative one is first
    /// read against the base of the entry's own `fullUrl`, then as the `Type/id` of exactly one
    /// entry. A version is not compared. What is longer than a URL may be leads nowhere.
    mutating func resolve(_ text: String, of position: Int) -> ReferenceDraft? {
        if text.utf8.first == UInt8(ascii: "#") { return nil }
        guard text.utf8.count <= ConditionalReference.bytesMax else { return .other }
        if let index = byFullURL[text] { return .entry(index) }
        if let known = outside[text] { return known }
        let draft: ReferenceDraft
        if text.hasPrefix("urn:") {
            let isNamed = text.hasPrefix("urn:uuid:") || text.hasPrefix("urn:oid:")
            draft = isNamed ? .urn(text) : .other
        } else if let url = ResourceURL(text) {
            if let index = index(of: url, from: position) { return .entry(index) }
            draft = .literal(type: url.name.type, id: url.name.id, base: url.base)
            // A relative reference may mean an entry when another entry makes it.
            if url.base == nil { return draft }
        } else {
            draft = Self.conditional(text).map { .conditional($0) } ?? .other
        }
        outside[text] = draft
        return draft
    }

    private func index(of url: ResourceURL, from position: Int) -> Int? {
        if let base = url.base { return byFullURL[base + "/" + url.name.text] }
        if let base = bases[position], let index = byFullURL[base + "/" + url.name.text] {
            return index
        }
        guard let index = byName[url.name.text], index >= 0 else { return nil }
        return index
    }

    /// Reads `Type?name=value&…`; `nil` for anything else.
    static func conditional(_ text: String) -> ConditionalReference? {
        let bytes = text.utf8
        guard let mark = bytes.firstIndex(of: UInt8(ascii: "?")),
            ResourceName.isType(bytes[..<mark])
        else { return nil }
        return ConditionalReference(
            type: String(text[..<mark]), query: bytes[bytes.index(after: mark)...])
    }
}
