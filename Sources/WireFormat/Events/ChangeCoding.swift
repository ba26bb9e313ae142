import CareRecord
import Foundation
import SwiftProtobuf

extension WireChange {
    init(_ change: Change, author: Replica) {
        self.init()
        entityType = change.element.entityType
        entity = WireData(change.element.entity.bytes)
        facet = change.element.facet == .whole ? "" : change.element.facet.name
        operation = change.operation.code
        supersedes = change.supersedes.map { WireChangeReference($0, author: author) }
        covers = change.covers.map { WireChangeReference($0, author: author) }
        effective = change.effective ?? ""
        sourceID = change.sourceID ?? ""
        targets = change.targets.map(WireTarget.init)
        names = change.names.map(WireChangeName.init)
        valueForm = change.valueForm.code
        if let place = change.element.inside {
            resource = WireData(place.resource.bytes)
            if let id = place.holder { holder = WireData(id.bytes) }
        }
    }

    func change(author: Replica) throws(DecodingFailure) -> Change {
        guard let entity = EntityID(bytes: entity) else { throw .badLength }
        guard entityType.utf8.count <= 64, facet.utf8.count <= 64, effective.utf8.count <= 64,
            sourceID.utf8.count <= EventLimits.headerTextBytesMax,
            [supersedes.count, covers.count, targets.count, names.count]
                .allSatisfy({ $0 <= EventLimits.changeReferencesMax })
        else { throw .tooLong }
        // Swift compares texts by canonical equivalence, others by bytes; ASCII has one answer.
        guard entityType.utf8.allSatisfy({ $0 < 0x80 }), facet.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw .badName
        }
        var change = Change(
            element: Element(
                entityType: entityType, entity: entity,
                facet: facet.isEmpty ? .whole : Facet(facet), inside: try place()),
            operation: Operation(code: operation))
        change.supersedes = try Self.read(supersedes, author)
        change.covers = try Self.read(covers, author)
        change.effective = effective.isEmpty ? nil : effective
        change.sourceID = sourceID.isEmpty ? nil : sourceID
        change.targets.reserveCapacity(targets.count)
        for target in targets {
            change.targets.append(try target.target())
        }
        for name in names {
            change.names.append(try name.name())
        }
        change.valueForm = Change.ValueForm(code: valueForm)
        return change
    }

    /// A type says by its dots whether an entity stands in a resource, and in another entity of it.
    private func place() throws(DecodingFailure) -> EntityPlace? {
        let depth = entityType.utf8.count { $0 == UInt8(ascii: ".") }
        guard resource.isEmpty == (depth == 0), holder.isEmpty == (depth < 2) else {
            throw .badName
        }
        if resource.isEmpty { return nil }
        guard let resource = EntityID(bytes: resource) else { throw .badLength }
        if holder.isEmpty { return EntityPlace(resource: resource) }
        guard let holder = EntityID(bytes: holder) else { throw .badLength }
        return EntityPlace(resource: resource, holder: holder)
    }

    private static func read(
        _ references: [WireChangeReference], _ author: Replica
    ) throws(DecodingFailure) -> [ChangeReference] {
        var read: [ChangeReference] = []
        for reference in references {
            read.append(try reference.reference(author: author))
        }
        return read
    }
}

extension WireChangeReference {
    init(_ reference: ChangeReference, author: Replica) {
        self.init()
        if reference.dot.replica != author { replica = reference.dot.replica.wireData }
        counter = reference.dot.counter
        index = reference.index
        if let id = reference.event { event = WireData(id.bytes) }
    }

    func reference(author: Replica) throws(DecodingFailure) -> ChangeReference {
        let counter = try WireCoding.counter(counter)
        guard index < EventLimits.changesMax else { throw .tooLong }
        let writer = replica.isEmpty ? author : try Replica(wire: replica)
        return ChangeReference(
            dot: Dot(replica: writer, counter: counter), index: index,
            event: try WireCoding.optionalEventID(event))
    }
}

extension WireChangeName {
    init(_ name: ChangeName) {
        self.init()
        stream = WireData(name.stream.bytes)
        replica = name.dot.replica.wireData
        counter = name.dot.counter
        index = name.index
    }

    func name() throws(DecodingFailure) -> ChangeName {
        guard let stream = StreamID(bytes: stream) else { throw .badStream }
        let counter = try WireCoding.counter(counter)
        guard index < EventLimits.changesMax else { throw .tooLong }
        let dot = Dot(replica: try Replica(wire: replica), counter: counter)
        return ChangeName(stream: stream, dot: dot, index: index)
    }
}

extension WireTarget {
    init(_ target: ReferenceTarget) {
        self.init()
        guard case .entity(let kind, let type, let id) = target else { return }
        streamKind = UInt32(kind)
        self.type = type
        entity = WireData(id.bytes)
    }

    func target() throws(DecodingFailure) -> ReferenceTarget {
        guard streamKind != 0 else { return .unresolved }
        guard let kind = UInt8(exactly: streamKind), type.utf8.count <= 64 else { throw .tooLong }
        guard let id = EntityID(bytes: entity) else { throw .badLength }
        return .entity(streamKind: kind, type: type, id: id)
    }
}

extension Change.ValueForm {
    init(code: UInt32) {
        switch code {
        case 0: self = .json
        case 1: self = .blob
        default: self = .unknown(code)
        }
    }

    var code: UInt32 {
        switch self {
        case .json: 0
        case .blob: 1
        case .unknown(let code): code
        }
    }
}
