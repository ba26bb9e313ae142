import CareRecord
import Foundation
import GRDB
import Interchange
import StrictJSON
import WireFormat

/// An entity that was found, and where.
struct FoundEntity: Hashable, Sendable {
    let entity: EntityID
    let type: String
    let stream: StreamID
    let streamRow: Int64
    /// The system that it came from, at the site that created it.
    let sourceSystem: String
    let position: ChangePosition
}

/// Finds what an import refers to; every hit of a hashed key is verified on content.
struct EntityFinder: Sendable {
    private let opener: EventOpener
    private let coder: FrameCoder
    private let ownSite: SiteID
    private var directory: [DirectoryKey: [FoundEntity]] = [:]

    init(opener: EventOpener, coder: FrameCoder, ownSite: SiteID) {
        self.opener = opener
        self.coder = coder
        self.ownSite = ownSite
    }

    /// A query that was answered before.
    private struct DirectoryKey: Hashable {
        let type: String
        let identifier: IdentifierDraft
    }

    private static let directoryMax = 50_000

    /// What was found may have been rolled back.
    mutating func forget() {
        directory.removeAll()
    }

    /// Another resource carries the identifier now, or one carries it no longer.
    mutating func forget(_ identifiers: [IdentifierDraft], of type: String) {
        for identifier in identifiers {
            directory[DirectoryKey(type: type, identifier: identifier)] = nil
        }
    }

    /// Keeps the cache bounded.
    mutating func trim() {
        if directory.count > Self.directoryMax { directory.removeAll() }
    }

    /// What a source calls an entity of one type.
    func bySource(
        system: String, type: String, id: String, _ db: Database
    ) throws -> FoundEntity? {
        let key = HashedKey.source(system: system, type: type, id: id)
        let statement = try db.cachedStatement(
            sql: "SELECT position FROM source_key WHERE key = ? ORDER BY position")
        for position in try Int64.fetchAll(statement, arguments: [key]) {
            let place = ChangePosition(rawValue: position)
            let header = try StoredEvents.header(at: place.seq, opener: opener, db)
            let change = try header.change(at: place)
            guard header.sourceSystem == system, change.sourceID == id,
                change.element.entityType == type
            else { continue }
            return try found(change.element, header, at: place, db)
        }
        return nil
    }

    /// An entity by its id and type, in whichever stream it is in view; an own one first, then
    /// the one that was held first. A patient is only found in its own record: nobody can put a
    /// second one of the same id elsewhere.
    ///
    /// - Parameter isMeant: whether this one counts.
    func byID(
        _ id: EntityID, type: String, _ db: Database,
        where isMeant: (FoundEntity) -> Bool = { _ in true }
    ) throws -> FoundEntity? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT entity.position FROM entity_key
                JOIN entity ON entity.position = entity_key.position
                JOIN word ON word.id = entity.type
                JOIN event ON event.seq = entity.position >> 8
                JOIN stream ON stream.id = event.stream
                JOIN replica ON replica.id = event.replica
                WHERE entity_key.key = ?1 AND word.text = ?3
                  AND (?3 <> 'Patient' OR stream.patient = ?2)
                ORDER BY substr(replica.name, 1, 16) = ?4 DESC, entity.position
                """)
        let rows = try Int64.fetchAll(
            statement,
            arguments: [HashedKey.entity(id), Data(id.bytes), type, Data(ownSite.bytes)])
        for place in rows.map(ChangePosition.init(rawValue:)) {
            let header = try StoredEvents.header(at: place.seq, opener: opener, db)
            let element = try header.change(at: place).element
            guard element.entity == id else { continue }
            let entity = try found(element, header, at: place, db)
            if isMeant(entity) { return entity }
        }
        return nil
    }

    /// The entity whose creation stands at a position; `nil` if it is not in view.
    func entity(at position: ChangePosition, _ db: Database) throws -> FoundEntity? {
        let isHeld = try Bool.fetchOne(
            try db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM entity WHERE position = ?)"),
            arguments: [position.rawValue])
        guard isHeld ?? false else { return nil }
        let header = try StoredEvents.header(at: position.seq, opener: opener, db)
        return try found(header.change(at: position).element, header, at: position, db)
    }

    /// Directory resources of one type with an identifier: own ones, or if there is none, those of
    /// peers.
    mutating func byIdentifier(
        type: String, _ identifier: IdentifierDraft, _ db: Database
    ) throws -> [FoundEntity] {
        let cacheKey = DirectoryKey(type: type, identifier: identifier)
        if let known = directory[cacheKey] { return known }
        var matches: [FoundEntity] = []
        for place in try Self.places(of: identifier, type: type, db) {
            let header = try StoredEvents.header(at: place.seq, opener: opener, db)
            let element = try header.change(at: place).element
            guard case .directory = header.stream, element.entityType == type,
                try identifiers(at: place, db).contains(where: {
                    $0.value == identifier.value && $0.system == identifier.system ?? ""
                })
            else { continue }
            matches.append(try found(element, header, at: place, db))
        }
        let own = matches.filter { $0.stream == .directory(ownSite) }
        let result = own.isEmpty ? matches : own
        if !result.isEmpty { directory[cacheKey] = result }
        return result
    }

    /// Resources of this site that carry an identifier as they are shown now, one of several disputed
    /// ones included; ascending by position. What was entered in error is none of them.
    func own(
        type: String, _ identifier: IdentifierDraft, _ db: Database
    ) throws -> [FoundEntity] {
        var reader = ResourceReader()
        return try Self.places(of: identifier, type: type, db).compactMap { place in
            let header = try StoredEvents.header(at: place.seq, opener: opener, db)
            let element = try header.change(at: place).element
            guard header.dot.replica.site == ownSite, element.entityType == type,
                try reader.history(createdAt: place, db).history.carries(identifier)
            else { return nil }
            return try found(element, header, at: place, db)
        }
    }

    /// Where entities were created that may carry an identifier, or did, ascending.
    private static func places(
        of identifier: IdentifierDraft, type: String, _ db: Database
    ) throws -> [ChangePosition] {
        let key = HashedKey.identifier(
            type: type, system: identifier.system ?? "", value: identifier.value)
        let statement = try db.cachedStatement(
            sql: """
                SELECT position FROM identifier_key JOIN entity USING (position)
                WHERE key = ? ORDER BY position
                """)
        return try Int64.fetchAll(statement, arguments: [key]).map(ChangePosition.init(rawValue:))
    }

    /// The values of the heads of a whole resource, ascending by position.
    func headValues(
        of entity: FoundEntity, _ db: Database
    ) throws -> [(position: ChangePosition, value: EventValue)] {
        try HeadRows.positions(of: entity.position, db).map { position in
            (position, try StoredValues.value(at: position, coder: coder, db))
        }
    }

    private func identifiers(
        at position: ChangePosition, _ db: Database
    ) throws -> [IdentifierDraft] {
        guard case .held(let bytes) = try StoredValues.value(at: position, coder: coder, db) else {
            return []
        }
        do {
            let document = try JSONDocument(Array(bytes))
            return IdentifierDraft.all(of: document.root, in: document)
        } catch {
            return []
        }
    }

    private func found(
        _ element: Element, _ header: EventHeader, at position: ChangePosition, _ db: Database
    ) throws -> FoundEntity {
        let statement = try db.cachedStatement(sql: "SELECT stream FROM event WHERE seq = ?")
        guard let row = try Int64.fetchOne(statement, arguments: [position.seq]) else {
            throw StoreFailure(.damaged, "find the stream of an entity")
        }
        return FoundEntity(
            entity: element.entity, type: element.entityType, stream: header.stream,
            streamRow: row, sourceSystem: header.sourceSystem, position: position)
    }
}
