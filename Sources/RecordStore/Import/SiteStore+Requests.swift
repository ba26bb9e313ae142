public import AuditTrail
import CareRecord
import Foundation
import GRDB
public import Interchange
import WireFormat

extension SiteStore {
    /// Applies the units of a client's request, each whole, in their order, and returns what became of
    /// each once it is durable. A request is never taken for a repetition of an earlier one.
    ///
    /// - Parameter sourceSystem: the client's, part of every id that it chooses.
    /// - Throws: `StoreFailure` if the store failed. Some units may be applied then.
    public func applyRequest(
        _ sources: [UnitSource], sourceSystem: String, rules: RequestRules, actor: AuditActor
    ) async throws -> [RequestOutcome] {
        var options = ImportOptions(sourceSystem: sourceSystem, again: true)
        options.rules = rules
        let applied = try await apply(sources, options, actor: actor) {
            [options] unit, db, state -> [PlacedResource] in
            try state.write(unit, options: options, actor: actor, db).results.map {
                PlacedResource(resource: $0.resource, position: $0.position)
            }
        }
        let client = rules.sight(of: sourceSystem)
        var outcomes: [RequestOutcome] = []
        for unit in applied {
            switch unit {
            case .success(let placed):
                outcomes.append(.written(try await versioned(placed, client, actor: actor)))
            case .failure(let refusal): outcomes.append(.refused(refusal))
            }
        }
        return outcomes
    }

    /// Adds the version that each resource has now. What a client is shown that others may have
    /// written is a look at it, and in the audit log before the answer.
    private func versioned(
        _ placed: [PlacedResource], _ client: ClientSight, actor: AuditActor
    ) async throws -> [WrittenResource] {
        let site = replica.site
        let written = try await read("read what was written") { db in
            var reader = ResourceReader()
            let finder = EntityFinder(opener: reader.opener, coder: FrameCoder(), ownSite: site)
            let sight = VersionSight(finder: finder, client: client)
            return try placed.map { item in
                var resource = item.resource
                resource.version = try Self.version(of: item, sight, &reader, db)
                return resource
            }
        }
        let found = written.filter { $0.act == .found || $0.act == .changed }
            .map(\.stream.patient)
        let patients = found.compactMap { $0 }
        if !patients.isEmpty { try await recordAccess(.read, to: patients, actor: actor) }
        if patients.count < found.count {
            try await record([AuditFact(kind: .read, actor: actor)])
        }
        return written
    }

    private static func version(
        of item: PlacedResource, _ sight: VersionSight, _ reader: inout ResourceReader,
        _ db: Database
    ) throws -> ResourceVersion? {
        let resource = item.resource
        let row = try Int64.fetchOne(
            try db.cachedStatement(sql: "SELECT id FROM stream WHERE name = ?"),
            arguments: [Data(resource.stream.bytes)])
        guard let row,
            let created = try EntityRows.position(
                of: resource.entity, type: resource.type, stream: row, opener: reader.opener, db)
        else { return nil }
        let steps = try reader.versionSteps(createdAt: created, db)
        let index = steps.lastIndex { $0.position == item.position } ?? steps.count - 1
        return try reader.versions(
            createdAt: created, steps[...index], from: index, sight, db
        ).last
    }
}

/// A resource with the feed position of what changed it.
private struct PlacedResource: Sendable {
    let resource: WrittenResource
    let position: Int64?
}
