import CareRecord
import ConflictResolver
import GRDB
import Interchange
import StrictJSON

extension EntityFinder {
    /// Resources of this site that carry an identifier as they are shown now, one of several disputed
    /// ones included; ascending by position. What was entered in error is none of them.
    func own(
        type: String, _ identifier: IdentifierDraft, _ db: Database
    ) throws -> [FoundEntity] {
        let key = HashedKey.identifier(
            type: type, system: identifier.system ?? "", value: identifier.value)
        let statement = try db.cachedStatement(
            sql: """
                SELECT position FROM identifier_key JOIN entity USING (position)
                WHERE key = ? ORDER BY position
                """)
        var reader = ResourceReader()
        var found: [FoundEntity] = []
        for position in try Int64.fetchAll(statement, arguments: [key]) {
            let place = ChangePosition(rawValue: position)
            guard let entity = try entity(at: place, db), entity.type == type,
                try isOwn(place, db),
                try reader.history(createdAt: place, db).history.carries(identifier)
            else { continue }
            found.append(entity)
        }
        return found
    }
}

extension ResourceHistory {
    /// Whether any head that is shown says so.
    fileprivate func carries(_ identifier: IdentifierDraft) -> Bool {
        guard let view = view(), view.root.presence != .retracted else { return false }
        return view.parts.contains { part in
            guard part.presence == .present || part.presence == .disputed else { return false }
            return part.elements.flatMap(\.siblings).contains { sibling in
                guard case .value(let bytes) = sibling.content else { return false }
                return IdentifierDraft.all(in: bytes, of: part.part.kind).contains(identifier)
            }
        }
    }
}

extension IdentifierDraft {
    /// The identifiers in the value of an element: of a resource, of members of one, or of an item of
    /// `Resource.identifier`. A value that cannot be read has none.
    static func all(in value: [UInt8], of entityType: String) -> [IdentifierDraft] {
        let isItem = entityType.hasSuffix(".identifier")
        guard isItem || value.contains(Self.member), let document = document(value) else {
            return []
        }
        guard isItem else { return all(of: document.root, in: document) }
        return IdentifierDraft(document.root, of: document).map { [$0] } ?? []
    }

    private static let member = Array("\"identifier\"".utf8)

    private static func document(_ bytes: [UInt8]) -> JSONDocument? {
        do {
            return try JSONDocument(bytes, limits: .importFile)
        } catch {
            return nil
        }
    }
}
