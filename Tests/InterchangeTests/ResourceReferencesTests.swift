import Interchange
import StrictJSON
import Testing

@Suite("References of stored values")
struct ResourceReferencesTests {
    private static func rewriting(
        _ text: String, _ shown: [String: ShownReference]
    ) throws -> String {
        let document = try JSONDocument(Array(text.utf8))
        return String(
            decoding: ResourceReferences.rewriting(document) { shown[$0] }, as: UTF8.self)
    }

    @Test("are listed in document order, those into the value itself left out")
    func texts() throws {
        let text =
            ##"{"a":{"reference":"A/1"},"b":[{"reference":"#c"},{"x":{"reference":"urn:x"}}],"##
            + ##""reference":{"reference":"A/1"},"c":{"reference":1}}"##
        let document = try JSONDocument(Array(text.utf8))
        #expect(ReferenceTexts.all(of: document.root, in: document) == ["A/1", "urn:x", "A/1"])
    }

    @Test("are replaced at any depth, and nothing else is changed")
    func literal() throws {
        let text = #"{"a": [{"reference":"A/1","display":"d"}], "n": 5.0, "b":{"reference":"B/1"}}"#
        #expect(
            try Self.rewriting(text, ["A/1": .literal(type: "A", id: "i")])
                == #"{"a":[{"reference":"A/i","display":"d"}],"n":5.0,"b":{"reference":"B/1"}}"#)
    }

    @Test("what cannot be read is named by type and identifier, beside what its author said")
    func logical() throws {
        let shown = ["A/1": ShownReference.logical(type: "A", id: "i")]
        let identifier = #""identifier":{"system":"urn:ietf:rfc:3986","value":"urn:uuid:i"}"#
        #expect(
            try Self.rewriting(#"{"reference":"A/1"}"#, shown) == #"{"type":"A",\#(identifier)}"#)
        #expect(
            try Self.rewriting(#"{"display":"d","reference":"A/1","type":"B"}"#, shown)
                == #"{"display":"d",\#(identifier),"type":"B"}"#)
        #expect(
            try Self.rewriting(#"{"reference":"A/1","type":"B","identifier":{"value":"v"}}"#, shown)
                == #"{"type":"B","identifier":{"value":"v"}}"#)
    }
}
