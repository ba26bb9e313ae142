public import AuditTrail
public import Interchange
import Signing

extension SiteStore {
    /// Reads units, applies each of them whole, in their order, and returns what became of each
    /// once it is durable. They share a commit.
    ///
    /// A unit that cannot be read or resolved is an outcome, not an error: those after it go on.
    ///
    /// - Throws: `StoreFailure` if the store failed. Some units may be applied then: the same ones
    ///   imported again add nothing to them.
    public func importUnits(
        _ sources: [UnitSource], options: ImportOptions, actor: AuditActor
    ) async throws -> [ImportOutcome] {
        let prepared = sources.map { Self.prepare($0, options) }
        let facts = prepared.compactMap { unit -> (cost: Int, write: GroupCommitter.Write)? in
            guard case .success(let unit) = unit else { return nil }
            return (
                unit.unit.entries.count,
                { db, state in
                    let outcome = try state.importUnit(unit, options: options, actor: actor, db)
                    return AppliedUnit(outcome: outcome, hasShareNews: state.takeShareNews())
                }
            )
        }
        var results = await committer.commit(facts: facts).makeIterator()
        var hasShareNews = false
        defer { feedSignal.notify(sharesToo: hasShareNews) }
        return try prepared.map { unit in
            if case .failure(let refusal) = unit { return .refused(refusal) }
            switch results.next() {
            case .success(let applied as AppliedUnit)?:
                hasShareNews = hasShareNews || applied.hasShareNews
                return applied.outcome
            case .failure(let refusal as ImportUnitRefusal)?: return .refused(refusal)
            case .failure(let error)?: throw error
            default: preconditionFailure("a unit that was submitted has a result")
            }
        }
    }

    private static func prepare(
        _ source: UnitSource, _ options: ImportOptions
    ) -> Result<PreparedUnit, ImportUnitRefusal> {
        source.drafts().mapError(ImportUnitRefusal.init).map { unit in
            PreparedUnit(
                unit: unit,
                requestKey: Digest.sha256(of: [
                    Array(options.sourceSystem.utf8), [0], source.keyBytes,
                ]))
        }
    }
}

/// What became of a unit in its transaction.
private struct AppliedUnit: Sendable {
    let outcome: ImportOutcome
    /// Whether the share sets changed with it.
    let hasShareNews: Bool
}
