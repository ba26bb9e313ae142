import CareRecord
import ConflictResolver
import Foundation
import GRDB
import Signing
import WireFormat

/// Reads resources in view with their heads, from events whose ids are computed again: what changed
/// at rest is not shown. Keeps the events it met, since the resources of one record come from few.
struct ResourceReader {
    /// Opens events.
    let opener: EventOpener
    private static let eventsMax = 16
    private var events: [Int64: Event] = [:]

    init() {
        opener = EventOpener(coder: FrameCoder())
    }

    /// The resource whose creation stands at a position.
    ///
    /// - Parameter isMerged: whether what came after the creation is merged, if anything did.
    mutating func resource(
        createdAt position: ChangePosition, merged isMerged: Bool = false, _ db: Database
    ) throws -> HeldResource {
        let created = try event(at: position.seq, db).header
        let element = try created.change(at: position).element
        let heads = try HeadRows.positions(of: position, db).map { head in
            try self.head(of: element, at: head, db)
        }
        return HeldResource(
            id: element.entity, type: element.entityType, stream: created.stream, heads: heads,
            merged: isMerged ? try historyOfRevised(createdAt: position, db)?.projected() : nil)
    }

    private mutating func head(
        of element: Element, at position: ChangePosition, _ db: Database
    ) throws -> HeldResource.Head {
        let event = try event(at: position.seq, db)
        let header = event.header
        let change = try header.change(at: position)
        guard change.element.entity == element.entity,
            change.element.entityType == element.entityType
        else {
            throw StoreFailure(
                .damaged, "find a head of \(element.entity) at feed position \(position.seq)")
        }
        return HeldResource.Head(
            dot: header.dot, index: position.index, operation: change.operation,
            author: header.author, recordedMilliseconds: header.recordedMilliseconds,
            targets: change.targets,
            content: try content(of: change, event.values[position.index], db))
    }

    func content(
        of change: Change, _ value: EventValue, _ db: Database
    ) throws -> HeldResource.Content {
        switch value {
        case .erased:
            return .erased
        case .held(let bytes):
            guard change.valueForm == .blob else { return .held(Array(bytes)) }
            guard let name = BlobName(value: bytes) else { return .onItsWay }
            return try BlobRows.content(of: name, db).map { .held($0) } ?? .onItsWay
        }
    }

    mutating func event(at seq: Int64, _ db: Database) throws -> Event {
        if let known = events[seq] { return known }
        if events.count == Self.eventsMax { events.removeAll(keepingCapacity: true) }
        let event = try StoredEvents.sealedEvent(at: seq, opener: opener, db).event
        events[seq] = event
        return event
    }
}
