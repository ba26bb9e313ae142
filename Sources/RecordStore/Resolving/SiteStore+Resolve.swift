public import AuditTrail
import CareRecord
import ConflictResolver
import Foundation
import GRDB

extension SiteStore {
    /// Writes what a person decided about an open conflict, as one event with its audit entry, and
    /// returns once both are durable.
    ///
    /// - Throws: `StoreFailure` with `.notFound` if no open conflict has the id, also because
    ///   something joined it; `ResolutionRefusal` if the decision does not fit.
    public func resolve(
        _ resolution: Resolution, actor: AuditActor
    ) async throws -> ResolvedConflict {
        // Found outside the writer, which then looks at one resource only.
        let position = try await read("find a conflict") { db in
            var reader = ResourceReader()
            return try Self.position(ofConflict: resolution.conflict, &reader, db)
        }
        return try await resolve(resolution, ofEntityAt: position, actor: actor)
    }

    /// Writes what a person decided about an open conflict of one resource.
    func resolve(
        _ resolution: Resolution, ofEntityAt position: ChangePosition, actor: AuditActor
    ) async throws -> ResolvedConflict {
        let written = try await committer.commit { db, state in
            let resolved = try state.resolve(resolution, ofEntityAt: position, actor: actor, db)
            // What ends may have been why a peer received something.
            return (resolved: resolved, hasShareNews: state.takeShareNews())
        }
        feedSignal.notify(sharesToo: written.hasShareNews)
        return written.resolved
    }
}

extension WriterState {
    fileprivate mutating func resolve(
        _ resolution: Resolution, ofEntityAt position: ChangePosition, actor: AuditActor,
        _ db: Database
    ) throws -> ResolvedConflict {
        var reader = ResourceReader()
        let placed = try reader.history(createdAt: position, db)
        guard let view = placed.history.view(),
            let conflict = view.conflicts.first(where: { $0.id == resolution.conflict })
        else {
            throw StoreFailure(.notFound, "find an open conflict \(resolution.conflict)")
        }
        let type = placed.history.shape.entityType
        let responsibility = placed.history.responsibility
        guard responsibility.roles.contains(resolution.role) else {
            throw ResolutionRefusal.roleMayNot(responsibility)
        }
        let decided = try Self.changes(of: resolution, conflict, placed.history, view)
        var (local, blobs) = try Self.local(decided, of: placed)
        local.reason = try Array(JSONEncoder().encode(resolution.reason))[...]
        let written = try writeLocal(
            local,
            author: Author(
                practitioner: resolution.practitioner, role: resolution.role,
                organisation: replica.site.description),
            sourceSystem: "accord", db)
        for blob in blobs { try BlobRows.store(blob, named: BlobName(content: blob), db) }
        guard let first = written.first else {
            throw StoreFailure(.damaged, "write a resolution")
        }
        try record(
            Self.fact(
                about: conflict, decided, written.map(\.event), local, resolution, actor: actor),
            db)
        var after = ResourceReader()
        let left = try after.history(createdAt: position, db).history.view()?.conflicts ?? []
        return ResolvedConflict(
            resourceType: type, resource: placed.history.entity, stream: placed.stream,
            event: first.event, stillOpen: left.filter { $0.conflictClass >= .human }.count)
    }

    /// The changes as they are written, and values that are too large for an event.
    private static func local(
        _ decided: [ResolvingChange], of placed: PlacedHistory
    ) throws -> (local: LocalChanges, blobs: [[UInt8]]) {
        var (changes, values): ([Change], [ArraySlice<UInt8>]) = ([], [])
        var blobs: [[UInt8]] = []
        for resolving in decided {
            var change = placed.history.change(of: resolving)
            let inline = UnitWrites.inlineForm(of: resolving.value)
            if inline.isBlob {
                change.valueForm = .blob
                blobs.append(resolving.value)
            }
            changes.append(change)
            values.append(inline.bytes)
        }
        let local = LocalChanges(stream: placed.stream, changes: changes, values: values)
        guard local.namesFewEnough else { throw ResolutionRefusal.tooMuch }
        return (local, blobs)
    }

    /// The changes that say what was decided.
    private static func changes(
        of resolution: Resolution, _ conflict: Conflict, _ history: ResourceHistory,
        _ view: ResourceView
    ) throws -> [ResolvingChange] {
        switch resolution.decision {
        case .option(let token):
            let options = history.options(for: conflict, in: view)
            guard let option = options.first(where: { $0.token == token }) else {
                throw ResolutionRefusal.noSuchOption(of: options.count)
            }
            return option.changes
        case .value(let bytes):
            guard history.takesValue(conflict) else { throw ResolutionRefusal.noValue }
            guard let change = history.change(saying: bytes, of: conflict) else {
                throw ResolutionRefusal.valueInvalid(conflict.element.facet)
            }
            return [change]
        }
    }

    /// The audit entry: what was shown and what it ended, by their dots (`audit.md` §3).
    private static func fact(
        about conflict: Conflict, _ decided: [ResolvingChange], _ events: [EventID],
        _ local: LocalChanges, _ resolution: Resolution, actor: AuditActor
    ) -> AuditFact {
        var fact = AuditFact(kind: .resolve, actor: actor)
        fact.authority = AuditActor(id: resolution.practitioner, role: resolution.role)
        fact.patient = local.stream.patient
        fact.data = AuditData(
            describing: events.enumerated().map { number, id in
                DisclosureFacts.Described(
                    stream: local.stream, id: id,
                    types: number == 0 ? local.changes.map(\.element.resourceType) : [])
            })
        fact.merge = AuditMerge(
            rule: conflict.kind.code, conflictClass: conflict.conflictClass.letter,
            shown: conflict.heads.map(\.dot),
            superseded: Set(decided.flatMap(\.supersedes).map(\.dot)).sorted())
        return fact
    }
}
