import ControlProtocol
import StrictJSON

/// A resource as a client is shown it: with the id that the client uses and with its version.
enum FHIRResourceText {
    /// Everything but `id` and two members of `meta` stays as it is held, digit by digit; `nil` if it
    /// is no JSON object.
    ///
    /// - Parameter lastUpdated: milliseconds since 1970 UTC.
    static func bytes(
        _ held: [UInt8], id: String, version: String, lastUpdated: Int64
    ) -> [UInt8]? {
        guard let document = document(held), document.root.kind == .object,
            let type = document.member("resourceType", of: document.root)
        else { return nil }
        var output = Array(#"{"resourceType":"#.utf8)
        document.appendCompact(type, to: &output)
        output += Array(",\"id\":\(FHIRJSON.text(id)),\"meta\":{".utf8)
        if let meta = document.member("meta", of: document.root) {
            append(document, meta, without: ["versionId", "lastUpdated"], to: &output)
            if output.last != UInt8(ascii: "{") { output.append(UInt8(ascii: ",")) }
        }
        let instant = UTCText.instant(milliseconds: lastUpdated)
        output += Array("\"versionId\":\"\(version)\",\"lastUpdated\":\"\(instant)\"}".utf8)
        let before = output.count
        output.append(UInt8(ascii: ","))
        append(document, document.root, without: ["resourceType", "id", "meta"], to: &output)
        if output.count == before + 1 { output.removeLast() }
        output.append(UInt8(ascii: "}"))
        return output
    }

    /// Appends the members of an object, between commas.
    private static func append(
        _ document: JSONDocument, _ object: JSONNode, without left: Set<String>,
        to output: inout [UInt8]
    ) {
        var isFirst = true
        for member in document.members(of: object) {
            guard let name = document.string(member.name), !left.contains(name) else { continue }
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            document.appendCompact(member.name, to: &output)
            output.append(UInt8(ascii: ":"))
            document.appendCompact(member.value, to: &output)
        }
    }

    private static func document(_ bytes: [UInt8]) -> JSONDocument? {
        do {
            return try JSONDocument(bytes, limits: .importFile)
        } catch {
            return nil
        }
    }
}
