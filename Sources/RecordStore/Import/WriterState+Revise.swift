import CareRecord
import ConflictResolver
import GRDB
import Interchange

extension WriterState {
    /// Writes what an entry changes of a resource that is held, and says what that was.
    ///
    /// - Parameters:
    ///   - change: of the whole resource, with its targets.
    ///   - source: the system that the entry comes from.
    mutating func revise(
        _ known: FoundEntity, _ change: Change, _ entry: EntryDraft, from source: String,
        in draft: inout UnitWrites, _ db: Database
    ) throws -> WrittenResource.Act {
        let heads = try finder.headValues(of: known, db)
        let own = try heads.compactMap { try ownHead($0.position, $0.value, of: source, db) }
        let value = EventValue.held(UnitWrites.inlineForm(of: entry.value).bytes)
        let isHeld =
            own.isEmpty
            ? !entry.method.isDelete && heads.contains { $0.value == value }
            : own.allSatisfy { $0.value == value }
        let isWhole = try !Self.isChangedByElements(known.position, db)
        if isHeld, isWhole { return .found }
        var change = change
        change.operation = entry.method.isDelete ? .retract : .assign
        change.supersedes = own.map(\.reference)
        if !isWhole || EntityShape.table.contains(where: { $0.entityType == known.type }) {
            let comparison = try ImportComparison(
                of: known, sourceSystem: source, site: replica.site, db)
            if let changes = comparison.changes(sending: entry, change.targets, using: &generator) {
                draft.append(changes, stream: known.stream)
                return changes.isEmpty ? .found : .changed
            }
            if comparison.hasSent { change.supersedes = comparison.ownHeads }
        }
        draft.append(change, value: entry.value, stream: known.stream)
        return entry.method.isDelete ? .retracted : .changed
    }

    /// Writes what a client's PUT changes of the version that it was shown, or retracts that.
    ///
    /// - Parameter change: of the whole resource, with its targets.
    mutating func write(
        _ known: FoundEntity, _ change: Change, _ entry: EntryDraft, _ rules: RequestRules,
        from source: String, in draft: inout UnitWrites, _ db: Database
    ) throws -> WrittenResource.Act {
        let comparison = try ClientComparison(
            of: known, rules.shown(by: entry, of: known.entity), source: source,
            author: draft.author,
            sight: VersionSight(finder: finder, client: rules.sight(of: source)),
            entry: entry.index, db)
        if entry.method.isDelete {
            guard let retraction = comparison.retraction(change) else { return .found }
            draft.append(retraction, value: [], stream: known.stream)
            return .retracted
        }
        let changes = try comparison.changes(putting: entry, change, using: &generator)
        draft.append(changes, stream: known.stream)
        return changes.isEmpty ? .found : .changed
    }

    /// A head that the importing source wrote itself, at this site: all that it may replace
    /// (`merge.md` §2.2), since nobody showed it any other.
    private func ownHead(
        _ position: ChangePosition, _ value: EventValue, of source: String, _ db: Database
    ) throws -> (reference: ChangeReference, value: EventValue)? {
        let header = try StoredEvents.header(at: position.seq, opener: opener, db)
        guard header.dot.replica.site == replica.site, header.sourceSystem == source else {
            return nil
        }
        return (ChangeReference(dot: header.dot, index: UInt32(position.index)), value)
    }
}
