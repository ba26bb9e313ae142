import CareRecord
import ConflictResolver
import Foundation
import GRDB
import Interchange

/// The changes that came with one version of a resource.
struct VersionStep {
    /// The feed position that names the version.
    let position: Int64
    /// The changes, ascending.
    var changes: [ChangePosition]
}

extension ResourceReader {
    /// Every version of the resource whose creation stands at a position, ascending.
    func versionSteps(
        createdAt position: ChangePosition, _ db: Database
    ) throws -> [VersionStep] {
        let created = try chainEnd(of: position.seq, db)
        var steps: [Int64: VersionStep] = [:]
        for change in try Self.positions(ofEntityAt: position, db) {
            // What came before the creation shows with it.
            let place = max(created, try chainEnd(of: change.seq, db))
            steps[place, default: VersionStep(position: place, changes: [])].changes.append(change)
        }
        return steps.values.sorted { $0.position < $1.position }
    }

    /// The resource as a reader was shown it with the last of some versions, references included.
    ///
    /// - Parameter steps: every version up to that one.
    mutating func shownHistory(
        createdAt position: ChangePosition, through steps: ArraySlice<VersionStep>,
        _ sight: VersionSight, _ db: Database
    ) throws -> (
        placed: PlacedHistory, references: [String: ShownReference],
        targets: [String: ReferenceTarget]
    ) {
        var history = try emptyHistory(createdAt: position, db)
        var references = VersionReferences()
        var positions: [HeadName: ChangePosition] = [:]
        var changes: [HeldChange] = []
        for place in steps.flatMap(\.changes) {
            let change = try heldChange(at: place, db)
            references.take(change, try event(at: place.seq, db).header.change(at: place).targets)
            positions[change.name] = place
            changes.append(change)
        }
        let shown = try references.shown(sight, db)
        for change in changes {
            history.insert(VersionReferences.rewriting(change, as: shown))
        }
        let stream = try event(at: position.seq, db).header.stream
        return (
            PlacedHistory(history: history, stream: stream, positions: positions), shown,
            references.led
        )
    }

    /// The resource before any change of it.
    mutating func emptyHistory(
        createdAt position: ChangePosition, _ db: Database
    ) throws -> ResourceHistory {
        let element = try event(at: position.seq, db).header.change(at: position).element
        var history = ResourceHistory(type: element.entityType, entity: element.entity)
        for dot in try Self.forks(in: position.seq, db) { history.noteFork(of: dot) }
        return history
    }

    /// Versions of the resource as they were shown, ascending.
    ///
    /// - Parameters:
    ///   - steps: all of them, ascending.
    ///   - first: the index of the first one that is asked for.
    ///   - sight: what the reader may see of what they refer to.
    mutating func versions(
        createdAt position: ChangePosition, _ steps: ArraySlice<VersionStep>, from first: Int,
        _ sight: VersionSight, _ db: Database
    ) throws -> [ResourceVersion] {
        let created = try event(at: position.seq, db).header
        let element = try created.change(at: position).element
        var history = try emptyHistory(createdAt: position, db)
        var references = VersionReferences()
        var versions: [ResourceVersion] = []
        for (index, step) in steps.enumerated() {
            for place in step.changes {
                let change = try heldChange(at: place, db)
                references.take(
                    change, try event(at: place.seq, db).header.change(at: place).targets)
                history.insert(change)
            }
            guard index >= first else { continue }
            let isAlone = index == 0 && step.changes.count == 1
            let content =
                isAlone
                ? try given(at: position, history, db) : Self.shown(history.projected())
            versions.append(
                ResourceVersion(
                    entity: element.entity, type: element.entityType, stream: created.stream,
                    position: UInt64(step.position),
                    acceptedMilliseconds: try Self.accepted(at: step.position, db),
                    isFirst: index == 0,
                    content: try references.shown(content, sight, db)))
        }
        return versions
    }

    /// The content of a resource that nobody changed: as it was given, but that what is inside it has
    /// the ids under which it can be changed (`merge.md` §10).
    private mutating func given(
        at position: ChangePosition, _ history: ResourceHistory, _ db: Database
    ) throws -> ResourceVersion.Content {
        let event = try event(at: position.seq, db)
        let change = try event.header.change(at: position)
        return switch try content(of: change, event.values[position.index], db) {
        case .held(let bytes):
            history.holdsEntities ? Self.shown(history.projected()) : .shown(bytes)
        case .onItsWay: .onItsWay
        case .erased: .erased
        }
    }

    private static func shown(_ projected: ProjectedResource?) -> ResourceVersion.Content {
        guard let projected, !projected.isRetracted else { return .retracted }
        return .shown(projected.json)
    }

    /// The feed position of the last event of the chain that an event is in: with it the whole chain
    /// came into view. Of any other event its own.
    private func chainEnd(of seq: Int64, _ db: Database) throws -> Int64 {
        let header = try StoredEvents.header(at: seq, opener: opener, db)
        guard let chain = header.chain, chain.index + 1 < chain.count else { return seq }
        let statement = try db.cachedStatement(
            sql: """
                SELECT last.seq FROM event JOIN event AS last
                  ON last.stream = event.stream AND last.replica = event.replica
                  AND last.counter = event.counter + ?
                WHERE event.seq = ?
                """)
        return try Int64.fetchOne(
            statement, arguments: [Int64(chain.count - 1 - chain.index), seq]) ?? seq
    }

    /// When this node accepted an event, in milliseconds since 1970 UTC.
    static func accepted(at seq: Int64, _ db: Database) throws -> Int64 {
        let statement = try db.cachedStatement(sql: "SELECT accepted FROM event WHERE seq = ?")
        guard let accepted = try Int64.fetchOne(statement, arguments: [seq]) else {
            throw StoreFailure(.notFound, "read the event at feed position \(seq)")
        }
        return accepted
    }
}
