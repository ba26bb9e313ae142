public import AuditTrail
public import Interchange
import Signing

extension SiteStore {
    /// Reads one unit, applies it whole, and returns once it is durable.
    ///
    /// A unit that cannot be read or resolved is an outcome, not an error: the rest of its file
    /// goes on.
    public func importUnit(
        _ source: UnitSource, options: ImportOptions, actor: AuditActor
    ) async throws -> ImportOutcome {
        let prepared: PreparedUnit
        switch source.drafts() {
        case .failure(let refusal):
            return .refused(ImportUnitRefusal(refusal))
        case .success(let unit):
            prepared = PreparedUnit(
                unit: unit,
                requestKey: Digest.sha256(of: [
                    Array(options.sourceSystem.utf8), [0], source.keyBytes,
                ]))
        }
        do {
            let (outcome, hasShareNews) = try await committer.commit(
                cost: prepared.unit.entries.count
            ) { db, state in
                let outcome = try state.importUnit(prepared, options: options, actor: actor, db)
                return (outcome, state.takeShareNews())
            }
            feedSignal.notify(sharesToo: hasShareNews)
            return outcome
        } catch let refusal as ImportUnitRefusal {
            return .refused(refusal)
        }
    }
}
