import ConflictResolver
import Interchange
import StrictJSON

extension ResourceHistory {
    /// Whether any head that is shown says so; never of what was entered in error.
    func carries(_ identifier: IdentifierDraft) -> Bool {
        guard let view = view(), !view.isRetracted else { return false }
        return view.parts.contains { part in
            // An identifier that ended is carried no longer; a resource that ended is still held.
            guard part.part == root || part.presence == .present || part.presence == .disputed
            else { return false }
            return part.elements.flatMap(\.siblings).contains { sibling in
                guard case .value(let bytes) = sibling.content else { return false }
                return IdentifierDraft.all(in: bytes[...], of: part.part.kind).contains(identifier)
            }
        }
    }
}

extension IdentifierDraft {
    /// The identifiers in the value of an element: of a resource, of members of one, or of an item of
    /// `Resource.identifier`. A value that cannot be read has none.
    static func all(in value: ArraySlice<UInt8>, of entityType: String) -> [IdentifierDraft] {
        let isItem = entityType.hasSuffix(".identifier")
        // Most values have none, and are not read for that.
        guard isItem || mentions(value), let document = WriterState.document(value) else {
            return []
        }
        guard isItem else { return all(of: document.root, in: document) }
        return IdentifierDraft(document.root, of: document).map { [$0] } ?? []
    }

    private static func mentions(_ value: ArraySlice<UInt8>) -> Bool {
        value.withUnsafeBytes { bytes in
            guard bytes.count >= member.count else { return false }
            return (0...bytes.count - member.count).contains { start in
                bytes[start] == member[0] && bytes[start + 1] == member[1]
                    && bytes[start..<start + member.count].elementsEqual(member)
            }
        }
    }

    private static let member = Array("\"identifier\"".utf8)
}
