import CareRecord
import Foundation
import GRDB
import WireFormat

/// Reads resources in view with their heads; keeps the headers of the events it met, since the
/// resources of one record come from few events.
struct ResourceReader {
    private let coder = FrameCoder()
    /// Opens headers.
    let opener: EventOpener
    private var headers: [Int64: EventHeader] = [:]

    init() {
        opener = EventOpener(coder: coder)
    }

    /// The resource whose creation stands at a position.
    mutating func resource(
        createdAt position: ChangePosition, _ db: Database
    ) throws -> HeldResource {
        let created = try header(at: position.seq, db)
        let element = created.changes[position.index].element
        let heads = try HeadRows.positions(of: position, db).map { try head(at: $0, db) }
        return HeldResource(
            id: element.entity, type: element.entityType, stream: created.stream, heads: heads)
    }

    private mutating func head(
        at position: ChangePosition, _ db: Database
    ) throws -> HeldResource.Head {
        let header = try header(at: position.seq, db)
        let change = header.changes[position.index]
        return HeldResource.Head(
            dot: header.dot, index: position.index, operation: change.operation,
            author: header.author, recordedMilliseconds: header.recordedMilliseconds,
            targets: change.targets, content: try content(of: change, at: position, db))
    }

    private func content(
        of change: Change, at position: ChangePosition, _ db: Database
    ) throws -> HeldResource.Content {
        switch try StoredValues.value(at: position, coder: coder, db) {
        case .erased:
            return .erased
        case .held(let bytes):
            guard change.valueForm == .blob else { return .held(Array(bytes)) }
            guard let name = BlobName(value: bytes) else { return .onItsWay }
            let statement = try db.cachedStatement(
                sql: "SELECT content FROM blob WHERE sha256 = ? AND content IS NOT NULL")
            let content = try Data.fetchOne(statement, arguments: [Data(name.sha256)])
            return content.map { .held(Array($0)) } ?? .onItsWay
        }
    }

    private mutating func header(at seq: Int64, _ db: Database) throws -> EventHeader {
        if let known = headers[seq] { return known }
        if headers.count > 64 { headers.removeAll(keepingCapacity: true) }
        let header = try StoredEvents.header(at: seq, opener: opener, db)
        headers[seq] = header
        return header
    }
}
