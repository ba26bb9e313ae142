import Interchange
import Testing

/// Small synthetic inputs. Nothing in them describes a person.
enum Fixture {
    static func bundle(_ type: String, _ entries: [String]) -> [UInt8] {
        let list = entries.joined(separator: ",")
        return Array(
            #"{"resourceType":"Bundle","type":"\#(type)","entry":[\#(list)]}"#.utf8)
    }

    /// An entry that POSTs; members of the resource follow its type.
    static func post(_ type: String, url: String? = nil, _ members: String = "") -> String {
        let fullURL = url.map { #""fullUrl":"\#($0)","# } ?? ""
        let tail = members.isEmpty ? "" : "," + members
        return #"{\#(fullURL)"resource":{"resourceType":"\#(type)"\#(tail)},"#
            + #""request":{"method":"POST","url":"\#(type)"}}"#
    }

    static func put(_ type: String, id: String, _ members: String = "") -> String {
        let tail = members.isEmpty ? "" : "," + members
        return #"{"resource":{"resourceType":"\#(type)","id":"\#(id)"\#(tail)},"#
            + #""request":{"method":"PUT","url":"\#(type)/\#(id)"}}"#
    }

    static func subject(_ reference: String) -> String {
        #""subject":{"reference":"\#(reference)"}"#
    }

    static let patient = post("Patient", url: "urn:uuid:p")

    /// The one unit of a file.
    static func unit(_ bytes: [UInt8], format: ImportFormat? = nil) throws -> ImportUnit {
        let sources = try ImportFile.read(bytes, format: format)
        try #require(sources.count == 1)
        return try sources[0].drafts().get()
    }

    static func transaction(_ entries: String...) throws -> [EntryDraft] {
        try unit(bundle("transaction", entries)).entries
    }

    static func collection(_ entries: String...) throws -> [EntryDraft] {
        try unit(bundle("collection", entries)).entries
    }

    /// One resource that is a file of its own.
    static func resource(_ json: String) throws -> EntryDraft {
        let unit = try unit(Array(json.utf8))
        return try #require(unit.entries.first)
    }

    /// The first refusal of a file or of one of its units.
    static func refusal(_ bytes: [UInt8], format: ImportFormat? = nil) -> ImportRefusal? {
        do {
            for source in try ImportFile.read(bytes, format: format) {
                if case .failure(let refusal) = source.drafts() { return refusal }
            }
        } catch {
            return error
        }
        return nil
    }
}
