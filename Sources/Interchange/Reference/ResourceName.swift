/// The two grammars that a `Type/id` is made of, and its parts.
struct ResourceName: Hashable {
    /// The resource type.
    let type: String
    /// The logical id.
    let id: String

    /// `Type/id`.
    var text: String { type + "/" + id }

    /// Whether it could be the name of a resource type: a capital letter and up to 63 letters.
    static func isType(_ text: some Collection<UInt8>) -> Bool {
        guard let first = text.first, (0x41...0x5A).contains(first), text.count <= 64 else {
            return false
        }
        return text.allSatisfy { (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) }
    }

    /// Whether it is a logical id: 1 to 64 of A–Z, a–z, 0–9, hyphen, point (FHIR R4 `id`).
    static func isID(_ text: some Collection<UInt8>) -> Bool {
        guard !text.isEmpty, text.count <= 64 else { return false }
        return text.allSatisfy { byte in
            switch byte {
            case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, 0x2D, 0x2E: true
            default: false
            }
        }
    }
}

/// A RESTful reference or URL, `[base/]Type/id[/_history/version]`, taken apart.
struct ResourceURL {
    /// What stands before the type, without the last slash; `nil` if the reference is relative.
    let base: String?
    /// Type and id.
    let name: ResourceName

    /// Reads a reference; `nil` for a query, a fragment, another scheme than http and https, or
    /// anything that does not end in a type and an id.
    init?(_ text: String) {
        let bytes = text.utf8
        guard !bytes.contains(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }) else {
            return nil
        }
        var parts = bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        if parts.count >= 4, parts[parts.count - 2].elementsEqual("_history".utf8),
            ResourceName.isID(parts[parts.count - 1])
        {
            parts.removeLast(2)
        }
        guard parts.count >= 2, ResourceName.isID(parts[parts.count - 1]),
            ResourceName.isType(parts[parts.count - 2])
        else { return nil }
        name = ResourceName(
            type: String(Substring(parts[parts.count - 2])),
            id: String(Substring(parts[parts.count - 1])))
        guard parts.count > 2 else {
            base = nil
            return
        }
        guard text.hasPrefix("http://") || text.hasPrefix("https://"), parts.count >= 5 else {
            return nil
        }
        base = String(text[..<parts[parts.count - 3].endIndex])
    }
}
