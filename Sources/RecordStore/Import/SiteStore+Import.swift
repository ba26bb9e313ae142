public import AuditTrail
import GRDB
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
        try await apply(sources, options, actor: actor) { unit, db, state in
            try state.importUnit(unit, options: options, actor: actor, db)
        }.map { applied in
            switch applied {
            case .success(let outcome): outcome
            case .failure(let refusal): .refused(refusal)
            }
        }
    }

    /// Applies units in their order, each as a fact of its own.
    ///
    /// - Parameter write: applies one, on the writer.
    func apply<Value: Sendable>(
        _ sources: [UnitSource], _ options: ImportOptions, actor: AuditActor,
        _ write: @escaping @Sendable (PreparedUnit, Database, inout WriterState) throws -> Value
    ) async throws -> [Result<Value, ImportUnitRefusal>] {
        let prepared = sources.map { Self.prepare($0, options) }
        let facts = prepared.compactMap { unit -> (cost: Int, write: GroupCommitter.Write)? in
            guard case .success(let unit) = unit else { return nil }
            return (
                unit.unit.entries.count,
                { db, state in
                    let value = try write(unit, db, &state)
                    return AppliedUnit(value: value, hasShareNews: state.takeShareNews())
                }
            )
        }
        var results = await committer.commit(facts: facts).makeIterator()
        var hasShareNews = false
        defer { feedSignal.notify(sharesToo: hasShareNews) }
        let applied = try prepared.map { unit -> Result<Value, ImportUnitRefusal> in
            if case .failure(let refusal) = unit { return .failure(refusal) }
            switch results.next() {
            case .success(let applied as AppliedUnit<Value>)?:
                hasShareNews = hasShareNews || applied.hasShareNews
                return .success(applied.value)
            case .failure(let refusal as ImportUnitRefusal)?: return .failure(refusal)
            case .failure(let error)?: throw error
            default: preconditionFailure("a unit that was submitted has a result")
            }
        }
        if !options.refusalsAreRetried {
            try await recordRefusals(among: zip(sources, applied), options, actor: actor)
        }
        return applied
    }

    /// Writes the audit entry of a file that could not be read at all.
    ///
    /// - Parameters:
    ///   - rule: the code of the rule that it breaks.
    ///   - bytes: the file, which the entry names by its request key only.
    public func recordRefusedFile(
        _ bytes: [UInt8], rule: String, options: ImportOptions, actor: AuditActor
    ) async throws {
        try await record([Self.refusal(rule, of: bytes, options, actor)])
    }

    /// Refused units have the kind and fields of others, with the rule that they break.
    private func recordRefusals(
        among units: some Sequence<(UnitSource, Result<some Sendable, ImportUnitRefusal>)>,
        _ options: ImportOptions, actor: AuditActor
    ) async throws {
        let facts = units.compactMap { unit, applied -> AuditFact? in
            guard case .failure(let refusal) = applied else { return nil }
            return Self.refusal(refusal.rule, of: unit.keyBytes, options, actor)
        }
        if !facts.isEmpty { try await record(facts) }
    }

    private static func refusal(
        _ rule: String, of bytes: [UInt8], _ options: ImportOptions, _ actor: AuditActor
    ) -> AuditFact {
        var fact = AuditFact(kind: .write, actor: actor)
        fact.outcome = .refused
        fact.reason = rule
        fact.request = Hexadecimal.text(requestKey(bytes, options))
        fact.data = AuditData(describing: [])
        return fact
    }

    private static func requestKey(_ bytes: [UInt8], _ options: ImportOptions) -> [UInt8] {
        Digest.sha256(of: [Array(options.sourceSystem.utf8), [0], bytes])
    }

    private static func prepare(
        _ source: UnitSource, _ options: ImportOptions
    ) -> Result<PreparedUnit, ImportUnitRefusal> {
        source.drafts().mapError(ImportUnitRefusal.init).map { unit in
            PreparedUnit(unit: unit, requestKey: requestKey(source.keyBytes, options))
        }
    }
}

/// What became of a unit in its transaction.
private struct AppliedUnit<Value: Sendable>: Sendable {
    let value: Value
    /// Whether the share sets changed with it.
    let hasShareNews: Bool
}
