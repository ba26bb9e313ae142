public import AuditTrail
public import CareRecord
public import ConflictResolver
import Foundation
import GRDB
import StrictJSON

extension SiteStore {
    /// The conflicts of all resources in view, or of one patient's, that are at least of a class:
    /// the most demanding first, then the oldest. One audit entry for each patient that is named is
    /// in the log before the answer.
    ///
    /// It looks at every resource that anybody changed after its creation. The values are left out.
    ///
    /// - Throws: `StoreFailure` with `.notFound` if nothing of the patient is held.
    public func conflicts(
        of patient: PatientID? = nil, from conflictClass: ConflictClass, actor: AuditActor
    ) async throws -> [OpenConflict] {
        let found = try await read("list conflicts") { db in
            var reader = ResourceReader()
            if let patient, try !Self.holds(patient, db) {
                throw StoreFailure(.notFound, "find the patient \(patient)")
            }
            return try Self.revised(of: patient, db).flatMap { position in
                try Self.conflicts(ofEntityAt: position, &reader, db) {
                    $0.conflictClass >= conflictClass
                }
            }
        }
        let patients = Set(found.compactMap(\.stream.patient) + (patient.map { [$0] } ?? []))
        if patients.isEmpty {
            try await record([AuditFact(kind: .search, actor: actor)])
        } else {
            try await recordAccess(.search, to: patients.sorted(), actor: actor)
        }
        return found.sorted { left, right in
            if left.conflict.conflictClass != right.conflict.conflictClass {
                return left.conflict.conflictClass > right.conflict.conflictClass
            }
            return (left.sinceMilliseconds, left.conflict.id)
                < (right.sinceMilliseconds, right.conflict.id)
        }
    }

    /// One conflict that is open; the look at the patient's record is in the audit log before the
    /// answer.
    ///
    /// - Throws: `StoreFailure` with `.notFound` if none has this id, or no longer.
    public func conflict(_ id: EntityID, actor: AuditActor) async throws -> OpenConflict {
        let found = try await read("show a conflict") { db in
            var reader = ResourceReader()
            let position = try Self.position(ofConflict: id, &reader, db)
            let found = try Self.conflicts(
                ofEntityAt: position, &reader, db, withValues: true
            ) { $0.id == id }
            guard let found = found.first else {
                throw StoreFailure(.damaged, "look twice at a conflict")
            }
            return found
        }
        if let patient = found.stream.patient {
            try await recordAccess(.read, to: [patient], actor: actor)
        } else {
            try await record([AuditFact(kind: .read, actor: actor)])
        }
        return found
    }

    /// The resource that has an open conflict.
    static func position(
        ofConflict id: EntityID, _ reader: inout ResourceReader, _ db: Database
    ) throws -> ChangePosition {
        for position in try revised(of: nil, db) {
            let view = try reader.history(createdAt: position, db).history.view()
            if view?.conflicts.contains(where: { $0.id == id }) ?? false { return position }
        }
        throw StoreFailure(.notFound, "find an open conflict \(id)")
    }

    private static func holds(_ patient: PatientID, _ db: Database) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: """
                SELECT EXISTS (SELECT 1 FROM stream WHERE patient = ? AND \(StreamRows.isInView))
                """)
        return try Bool.fetchOne(statement, arguments: [Data(patient.bytes)]) ?? false
    }

    /// Entities that anybody changed after their creation, ascending by feed position.
    private static func revised(
        of patient: PatientID?, _ db: Database
    ) throws -> [ChangePosition] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT entity.position FROM entity
                JOIN event ON event.seq = entity.position >> 8
                JOIN stream ON stream.id = event.stream
                WHERE entity.revised = 1 AND (?1 IS NULL OR stream.patient = ?1)
                ORDER BY entity.position
                """)
        return try Int64.fetchAll(statement, arguments: [patient.map { Data($0.bytes) }])
            .map(ChangePosition.init(rawValue:))
    }

    private static func conflicts(
        ofEntityAt position: ChangePosition, _ reader: inout ResourceReader, _ db: Database,
        withValues: Bool = false, _ isMeant: (Conflict) -> Bool
    ) throws -> [OpenConflict] {
        let placed = try reader.history(createdAt: position, db)
        guard let view = placed.history.view() else { return [] }
        return try view.conflicts.filter(isMeant).map { conflict in
            var open = OpenConflict(
                conflict: conflict, resourceType: placed.history.shape.entityType,
                resource: placed.history.entity, stream: placed.stream,
                sinceMilliseconds: try acceptance(
                    of: conflict.heads.compactMap { placed.positions[$0] }, db),
                responsibility: placed.history.responsibility, values: [], inSight: [],
                options: [], takesValue: placed.history.takesValue(conflict),
                writings: [:])
            guard withValues else { return open }
            open.values = try values(of: conflict, view, placed, &reader, db)
            open.options = placed.history.options(for: conflict, in: view)
            for case .onlyVersion(let head) in open.options.map(\.decision) {
                open.writings[head] = try writing(of: head, placed, &reader, db)
            }
            let covered = Set(open.options.flatMap(\.changes).flatMap(\.covers))
            let shown = Set(open.values.map(\.element))
            open.inSight = try view.parts.flatMap(\.elements)
                .filter { $0.element.facet != .presentation && !shown.contains($0.element) }
                .flatMap { element in
                    try element.siblings.filter { !covered.isDisjoint(with: $0.heads) }
                        .map { try value(of: element, $0, $0.heads, placed, &reader, db) }
                }
            return open
        }
    }

    /// When the last of some changes was accepted.
    static func acceptance(of positions: [ChangePosition], _ db: Database) throws -> Int64 {
        let last = positions.map(\.seq).max()
        let statement = try db.cachedStatement(sql: "SELECT accepted FROM event WHERE seq = ?")
        return try Int64.fetchOne(statement, arguments: [last]) ?? 0
    }

    /// The values of a part that the conflict's heads say: first those of its own element.
    private static func values(
        of conflict: Conflict, _ view: ResourceView, _ placed: PlacedHistory,
        _ reader: inout ResourceReader, _ db: Database
    ) throws -> [OpenConflict.Value] {
        let heads = Set(conflict.heads)
        let part = conflict.element.part
        let elements =
            switch conflict.kind {
            case .targetsOfOneMeasure:
                view.parts.filter { $0.part.kind == part.kind }.flatMap(\.elements)
            case .activityOfEndedPlan:
                [view.root.element(Facet("status"))].compactMap { $0 }
                    + (view.part(part)?.elements ?? [])
            case .unmatched:
                view.parts.filter { $0.part.kind == "\(part.kind).\(conflict.element.facet)" }
                    .flatMap(\.elements)
            default: view.part(part)?.elements ?? []
            }
        let isOfOne = elements.contains { $0.element == conflict.element }
        var values: [OpenConflict.Value] = []
        for element in elements where !isOfOne || element.element == conflict.element {
            for sibling in element.siblings where !heads.isDisjoint(with: sibling.heads) {
                values.append(
                    try value(
                        of: element, sibling, sibling.heads.filter(heads.contains), placed, &reader,
                        db))
            }
        }
        return try values + endings(of: conflict, saidBy: values, placed, &reader, db)
    }

    /// One value with those who wrote it.
    static func value(
        of element: ElementView, _ sibling: ElementView.Sibling, _ heads: [HeadName],
        _ placed: PlacedHistory, _ reader: inout ResourceReader, _ db: Database
    ) throws -> OpenConflict.Value {
        OpenConflict.Value(
            element: element.element, content: sibling.content,
            authors: try heads.map { try writing(of: $0, placed, &reader, db) })
    }

    /// What ended or retracted something or decided about it, where no element of its own tells of it.
    private static func endings(
        of conflict: Conflict, saidBy values: [OpenConflict.Value], _ placed: PlacedHistory,
        _ reader: inout ResourceReader, _ db: Database
    ) throws -> [OpenConflict.Value] {
        try conflict.heads.compactMap { head in
            guard let content = placed.history.existence(saidBy: head) else { return nil }
            return OpenConflict.Value(
                element: PartElement(part: conflict.element.part, facet: .existence),
                content: content, authors: [try writing(of: head, placed, &reader, db)])
        }
    }

    static func writing(
        of head: HeadName, _ placed: PlacedHistory, _ reader: inout ResourceReader, _ db: Database
    ) throws -> OpenConflict.Writing {
        guard let position = placed.positions[head] else {
            throw StoreFailure(.damaged, "find a head of \(placed.history.entity)")
        }
        return try writing(at: position, of: placed.history.entity, &reader, db)
    }

    /// Who wrote the change of a resource that stands at a position, and what else its event changed.
    static func writing(
        at position: ChangePosition, of resource: EntityID, _ reader: inout ResourceReader,
        _ db: Database
    ) throws -> OpenConflict.Writing {
        let event = try reader.event(at: position.seq, db)
        let header = event.header
        let others = header.changes.enumerated().filter { number, change in
            number != position.index && change.element.resource != resource
        }
        return OpenConflict.Writing(
            author: header.author, site: header.dot.replica.site,
            sourceSystem: header.sourceSystem,
            recordedMilliseconds: header.recordedMilliseconds, reason: event.reasonText,
            together: Set(others.map(\.element.element.resourceType)).sorted())
    }
}

extension Event {
    /// Why it was written, if somebody said so in words that can be read.
    fileprivate var reasonText: String? {
        guard header.hasReasonText, case .held(let bytes)? = values.last,
            let document = WriterState.document(bytes)
        else { return nil }
        return document.string(document.root)
    }
}
