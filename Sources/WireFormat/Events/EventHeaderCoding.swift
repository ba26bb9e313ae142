public import CareRecord
import Foundation
import SwiftProtobuf

/// Why a header, card or message cannot be read; the raw value names the rule in `record-v1.md`.
public enum DecodingFailure: String, Error, Sendable, CaseIterable {
    /// Not the Protocol Buffers encoding of the message.
    case notProtocolBuffers = "not-protocol-buffers"
    /// A schema version that this node cannot read at all.
    case unknownSchema = "unknown-schema"
    /// Not a stream name.
    case badStream = "bad-stream"
    /// Not a replica, or a counter of 0 or above 2^63 − 1.
    case badDot = "bad-dot"
    /// An id, key, salt or digest of another length than its grammar gives it.
    case badLength = "bad-length"
    /// A list that must ascend does not, or names one thing twice.
    case badOrder = "bad-order"
    /// No change, or more than the protocol's constant.
    case badChangeCount = "bad-change-count"
    /// Two changes of one element.
    case elementTwice = "element-twice"
    /// A text or list longer than the protocol's constant.
    case tooLong = "too-long"
    /// A chain position outside its chain.
    case badChain = "bad-chain"
    /// A required part is absent.
    case missingPart = "missing-part"
    /// An entity type or facet with a byte outside ASCII.
    case badName = "bad-name"
    /// A text of a message with a control character, or not in the form of its field.
    case badText = "bad-text"
}

extension EventHeader {
    /// Serialises the header: done once, by the author. The bytes are signed and never made again.
    public func encoded() -> [UInt8] {
        WireCoding.encode(WireEventHeader(self))
    }

    /// Reads a header as its author serialised it; unknown fields are ignored here and stay in the
    /// bytes.
    public init(encoded bytes: [UInt8]) throws(DecodingFailure) {
        let wire: WireEventHeader = try WireCoding.decode(bytes)
        self = try wire.header()
    }
}

extension WireEventHeader {
    init(_ header: EventHeader) {
        self.init()
        schemaVersion = header.schemaVersion
        stream = WireData(header.stream.bytes)
        replica = header.dot.replica.wireData
        counter = header.dot.counter
        if let event = header.previous { previous = WireData(event.bytes) }
        dependencies = header.dependencies.map(WireDependency.init)
        time = header.time.bits
        recordedMilliseconds = header.recordedMilliseconds
        author = WireAuthor(header.author)
        sourceSystem = header.sourceSystem
        reasonCode = header.reasonCode ?? ""
        if let position = header.chain { chain = WireChain(position) }
        changes = header.changes.map { WireChange($0, author: header.dot.replica) }
        hasReasonText_p = header.hasReasonText
    }

    func header() throws(DecodingFailure) -> EventHeader {
        guard schemaVersion == 1 else { throw .unknownSchema }
        guard let stream = StreamID(bytes: stream) else { throw .badStream }
        let replica = try Replica(wire: replica)
        let dot = Dot(replica: replica, counter: try WireCoding.counter(counter))
        guard (counter == 1) == previous.isEmpty else { throw .missingPart }
        guard (1...EventLimits.changesMax).contains(changes.count) else { throw .badChangeCount }
        let texts = [
            author.practitioner, author.role, author.organisation, author.onBehalfOf, sourceSystem,
            reasonCode,
        ]
        guard texts.allSatisfy({ $0.utf8.count <= EventLimits.headerTextBytesMax }) else {
            throw .tooLong
        }
        var header = EventHeader(
            stream: stream, dot: dot,
            previous: try WireCoding.optionalEventID(previous), time: HybridTime(bits: time),
            recordedMilliseconds: recordedMilliseconds, author: author.author,
            sourceSystem: sourceSystem, changes: [])
        header.dependencies = try readDependencies(of: replica)
        header.reasonCode = reasonCode.isEmpty ? nil : reasonCode
        header.chain = hasChain ? try chain.position() : nil
        header.hasReasonText = hasReasonText_p
        header.changes.reserveCapacity(changes.count)
        for change in changes {
            header.changes.append(try change.change(author: replica))
        }
        try Self.checkElementsOnce(header.changes)
        return header
    }

    private func readDependencies(of replica: Replica) throws(DecodingFailure) -> [IdentifiedDot] {
        guard dependencies.count <= EventLimits.dependenciesMax else { throw .tooLong }
        var read: [IdentifiedDot] = []
        for dependency in dependencies {
            let next = try dependency.identifiedDot()
            guard next.dot.replica != replica,
                read.last.map({ $0.dot.replica < next.dot.replica }) ?? true
            else { throw .badOrder }
            read.append(next)
        }
        return read
    }

    private static func checkElementsOnce(_ changes: [Change]) throws(DecodingFailure) {
        var entities = Set<EntityID>(minimumCapacity: changes.count)
        let areDistinct = changes.allSatisfy { entities.insert($0.element.entity).inserted }
        if areDistinct { return }
        var elements = Set<Element>(minimumCapacity: changes.count)
        guard changes.allSatisfy({ elements.insert($0.element).inserted }) else {
            throw .elementTwice
        }
    }
}

extension WireDependency {
    init(_ identified: IdentifiedDot) {
        self.init()
        replica = identified.dot.replica.wireData
        counter = identified.dot.counter
        event = WireData(identified.event.bytes)
    }

    func identifiedDot() throws(DecodingFailure) -> IdentifiedDot {
        let counter = try WireCoding.counter(counter)
        guard let event = EventID(bytes: event) else { throw .badLength }
        return IdentifiedDot(
            dot: Dot(replica: try Replica(wire: replica), counter: counter), event: event)
    }
}

extension WireAuthor {
    init(_ author: Author) {
        self.init()
        practitioner = author.practitioner
        role = author.role
        organisation = author.organisation
        onBehalfOf = author.onBehalfOf ?? ""
    }

    var author: Author {
        Author(
            practitioner: practitioner, role: role, organisation: organisation,
            onBehalfOf: onBehalfOf.isEmpty ? nil : onBehalfOf)
    }
}

extension WireChain {
    init(_ position: ChainPosition) {
        self.init()
        id = WireData(position.id.bytes)
        index = position.index
        count = position.count
    }

    func position() throws(DecodingFailure) -> ChainPosition {
        guard let id = ChainID(bytes: id) else { throw .badLength }
        guard count <= EventLimits.chainEventsMax,
            let position = ChainPosition(id: id, index: index, count: count)
        else { throw .badChain }
        return position
    }
}
