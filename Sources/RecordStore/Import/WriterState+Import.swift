import AuditTrail
import CareRecord
import Foundation
import GRDB
import Interchange
import Signing

/// How an import is to be applied.
public struct ImportOptions: Sendable {
    /// The system that the files come from; part of every source id. Never a file's name.
    public var sourceSystem: String
    /// Whether bytes that were imported before are applied again.
    public var again: Bool
    /// Whether units that are refused are tried again: then the last try has their audit entry.
    public var refusalsAreRetried: Bool
    /// What holds for a client's request; `nil` for a file.
    var rules: RequestRules?

    /// Creates options.
    public init(
        sourceSystem: String = "file", again: Bool = false, refusalsAreRetried: Bool = false
    ) {
        self.sourceSystem = sourceSystem
        self.again = again
        self.refusalsAreRetried = refusalsAreRetried
    }
}

/// An import unit, read and hashed off the writer.
struct PreparedUnit: Sendable {
    let unit: ImportUnit
    let requestKey: [UInt8]
}

extension WriterState {
    /// Applies one import unit whole, or nothing of it, with its audit entries.
    mutating func importUnit(
        _ prepared: PreparedUnit, options: ImportOptions, actor: AuditActor, _ db: Database
    ) throws -> ImportOutcome {
        if !options.again, let receipt = try Self.receipt(for: prepared.requestKey, db) {
            return .alreadyImported(receipt)
        }
        return .applied(try write(prepared, options: options, actor: actor, db).receipt)
    }

    /// Applies one unit whole, or nothing of it, with its audit entries, whatever was imported before.
    mutating func write(
        _ prepared: PreparedUnit, options: ImportOptions, actor: AuditActor, _ db: Database
    ) throws -> UnitWrites {
        guard options.sourceSystem.utf8.count <= EventLimits.headerTextBytesMax else {
            throw ImportUnitRefusal(.sourceSystemInvalid, entry: 0)
        }
        var resolver = try UnitResolver(
            prepared.unit, sourceSystem: options.sourceSystem, rules: options.rules, &self, db)
        let author = Author(
            practitioner: actor.id, role: actor.role, organisation: replica.site.description)
        var draft = UnitWrites(unit: prepared.unit, author: author)
        for index in resolver.entries.indices {
            try prepare(entry: index, &resolver, &draft, db)
        }
        try resolver.refuseTaken()
        for local in draft.streams {
            guard local.namesFewEnough else { throw ImportUnitRefusal(.tooManyChanges, entry: 0) }
            let written = try writeLocal(
                local, author: author, sourceSystem: options.sourceSystem, db)
            draft.note(written, of: local)
        }
        for blob in draft.blobs { try BlobRows.store(blob, named: BlobName(content: blob), db) }
        try indexLargeEntries(resolver.entries, db)
        for fact in draft.facts(actor: actor, request: Hexadecimal.text(prepared.requestKey)) {
            try record(fact, db)
        }
        try db.cachedStatement(
            sql: "INSERT OR REPLACE INTO import_unit (key, receipt) VALUES (?, ?)"
        ).execute(arguments: [Self.unitKey(prepared.requestKey), Data(draft.receipt.stored.utf8)])
        return draft
    }

    /// What `import_unit` keeps of a request key.
    private static func unitKey(_ key: [UInt8]) -> Data { Data(key.prefix(16)) }

    private static func receipt(for key: [UInt8], _ db: Database) throws -> ImportReceipt? {
        let statement = try db.cachedStatement(
            sql: "SELECT receipt FROM import_unit WHERE key = ?")
        guard let data = try Data.fetchOne(statement, arguments: [unitKey(key)]) else {
            return nil
        }
        guard let receipt = ImportReceipt(stored: String(decoding: data, as: UTF8.self)) else {
            throw StoreFailure(.damaged, "read the receipt of an import")
        }
        return receipt
    }

    private mutating func prepare(
        entry index: Int, _ resolver: inout UnitResolver, _ draft: inout UnitWrites, _ db: Database
    ) throws {
        let entry = resolver.entries[index]
        guard let stream = entry.stream else { return }
        draft.receipt.entries += 1
        if entry.draft.compartment == .privacyOfficer { draft.receipt.awaitingPrivacyOfficer += 1 }
        var change = Change(
            element: Element(
                entityType: entry.draft.resourceType, entity: entry.entity, facet: .whole),
            operation: .create)
        change.sourceID = Self.sourceID(of: entry.draft, isRequest: resolver.rules != nil)
        change.targets = try resolver.targets(ofEntry: index, &self, db)
        // If-None-Exist asks for nothing once something exists.
        if entry.known != nil, case .post(.some) = entry.draft.method {
            return draft.note(.found, entry: index, entry, stream)
        }
        guard try draft.take(change.element, of: entry.draft) else {
            return draft.note(.found, entry: index, entry, stream)
        }
        guard let known = entry.known else {
            draft.note(.created, entry: index, entry, stream)
            if entry.draft.resourceType == "Patient" { draft.receipt.patients += 1 }
            return draft.append(change, value: entry.draft.value, stream: stream)
        }
        let act =
            if let rules = resolver.rules {
                try write(
                    known, change, entry.draft, rules, from: resolver.sourceSystem, in: &draft, db)
            } else {
                try revise(
                    known, change, entry.draft, from: resolver.sourceSystem, in: &draft, db)
            }
        draft.note(act, entry: index, entry, stream)
    }

    /// Notes the identifiers of resources that are too large for an event: of these the index sees the
    /// name of a blob only.
    private mutating func indexLargeEntries(
        _ entries: [UnitResolver.ResolvedEntry], _ db: Database
    ) throws {
        for entry in entries where UnitWrites.inlineForm(of: entry.draft.value).isBlob {
            guard let stream = entry.stream else { continue }
            let element = Element(
                entityType: entry.draft.resourceType, entity: entry.entity, facet: .whole)
            try indexOwnIdentifiers(
                entry.draft.identifiers, of: element, in: stream, at: nil, db)
        }
    }

    /// - Parameter isRequest: whether a client asks, which names a resource by PUT only.
    private static func sourceID(of draft: EntryDraft, isRequest: Bool) -> String? {
        switch draft.method {
        case .put(let id), .delete(_, let id): "\(draft.resourceType)/\(id)"
        case .putWhere(_, let id):
            isRequest ? id.map { "\(draft.resourceType)/\($0)" } : draft.sourceID
        case .post: isRequest ? nil : draft.sourceID
        case .deleteWhere: nil
        }
    }
}

/// What one import unit writes, gathered by stream.
struct UnitWrites {
    private let unit: ImportUnit
    /// In whose name it is written.
    let author: Author
    private var changes: [StreamID: [Change]] = [:]
    private var values: [StreamID: [ArraySlice<UInt8>]] = [:]
    private var order: [StreamID] = []
    private var written: [(local: LocalChanges, events: [IdentifiedPosition])] = []
    private var resources: [WrittenResource] = []
    private var taken: [Element: EntryDraft] = [:]
    /// Values that are too large for an event.
    private(set) var blobs: [[UInt8]] = []
    /// What will be answered.
    var receipt = ImportReceipt()

    init(unit: ImportUnit, author: Author) {
        self.unit = unit
        self.author = author
    }

    /// Adds a change to its stream; a large value becomes a blob.
    mutating func append(_ change: Change, value: [UInt8], stream: StreamID) {
        if changes[stream] == nil { order.append(stream) }
        var change = change
        let inline = Self.inlineForm(of: value)
        if inline.isBlob {
            change.valueForm = .blob
            blobs.append(value)
        }
        changes[stream, default: []].append(change)
        values[stream, default: []].append(inline.bytes)
    }

    /// Adds what an entry changes of one resource, element by element.
    mutating func append(_ changes: [(change: Change, value: [UInt8])], stream: StreamID) {
        for (change, value) in changes { append(change, value: value, stream: stream) }
    }

    /// What stands in an event for a value: itself, or the name of a blob.
    static func inlineForm(of value: [UInt8]) -> (bytes: ArraySlice<UInt8>, isBlob: Bool) {
        guard value.count > EventLimits.inlineValueBytesMax else { return (value[...], false) }
        return (BlobName(content: value).bytes[...], true)
    }

    /// Claims an element for an entry: an event has at most one change of each.
    ///
    /// - Returns: `false` if an earlier entry says the same of it.
    mutating func take(_ element: Element, of draft: EntryDraft) throws -> Bool {
        guard let earlier = taken.updateValue(draft, forKey: element) else { return true }
        guard earlier.value == draft.value else {
            throw ImportUnitRefusal(.resourceTwice, entry: draft.index)
        }
        return false
    }

    /// By stream: the directory first, then what names patients, then the rest, so that a peer
    /// meets whatever is referred to before what refers to it.
    var streams: [LocalChanges] {
        let ranked = order.enumerated().sorted { left, right in
            let ranks = (Self.rank(left.element), Self.rank(right.element))
            return ranks.0 == ranks.1 ? left.offset < right.offset : ranks.0 < ranks.1
        }
        return ranked.map { item in
            LocalChanges(
                stream: item.element, changes: changes[item.element] ?? [],
                values: values[item.element] ?? [])
        }
    }

    /// Remembers the events of one stream for the audit entries.
    mutating func note(_ events: [IdentifiedPosition], of local: LocalChanges) {
        written.append((local, events))
    }

    /// Remembers what is done with the resource of an entry, and counts it.
    mutating func note(
        _ act: WrittenResource.Act, entry index: Int, _ entry: UnitResolver.ResolvedEntry,
        _ stream: StreamID
    ) {
        let id =
            switch entry.draft.method {
            case .put(let id), .delete(_, let id): id
            case .putWhere(_, let id?): id
            case .post, .putWhere, .deleteWhere: entry.entity.description
            }
        resources.append(
            WrittenResource(
                entry: index, type: entry.draft.resourceType, id: id, entity: entry.entity,
                stream: stream, act: act))
        switch act {
        case .created: receipt.created += 1
        case .changed, .retracted: receipt.changed += 1
        case .found: receipt.unchanged += 1
        }
    }

    /// What was done with each resource, by entry, and where in the feed what changed it stands: a
    /// chain shows with its last event.
    var results: [(resource: WrittenResource, position: Int64?)] {
        resources.map { resource in
            let last = written.last { $0.local.stream == resource.stream }?.events.last?.seq
            return (resource, resource.act == .found ? nil : last)
        }
    }

    /// One entry for each patient, and one for what belongs to no patient.
    func facts(actor: AuditActor, request: String) -> [AuditFact] {
        var subjects: [PatientID?] = []
        for item in written where !subjects.contains(item.local.stream.patient) {
            subjects.append(item.local.stream.patient)
        }
        if subjects.isEmpty { subjects = [nil] }
        return subjects.map { subject in
            let items = written.filter { $0.local.stream.patient == subject }
            var fact = AuditFact(kind: .write, actor: actor)
            fact.patient = subject
            fact.request = request
            fact.data = AuditData(
                describing: items.flatMap { item in
                    item.events.map(\.event).enumerated().map { number, id in
                        DisclosureFacts.Described(
                            stream: item.local.stream, id: id,
                            types: number == 0 ? item.local.changes.map(\.element.entityType) : [])
                    }
                })
            return fact
        }
    }

    private static func rank(_ stream: StreamID) -> Int {
        switch stream {
        case .directory: 0
        case .patient(_, .identity): 1
        case .patient, .link, .unknown: 2
        case .local: 3
        }
    }
}

/// What stands in an event for a value over 256 KiB: SHA-256 and length (`record-v1.md`, *Blob*).
struct BlobName {
    /// 32 bytes of SHA-256, then the length as eight big-endian bytes.
    let bytes: [UInt8]

    init(content: [UInt8]) {
        let length = UInt64(content.count)
        bytes =
            Digest.sha256(content)
            + (0..<8).map { UInt8(truncatingIfNeeded: length >> (56 - 8 * UInt64($0))) }
    }

    /// Reads a value of the form `blob`; `nil` for any other length than 40 bytes.
    init?(value: ArraySlice<UInt8>) {
        guard value.count == 40 else { return nil }
        bytes = Array(value)
    }

    var sha256: ArraySlice<UInt8> { bytes[..<32] }

    var length: UInt64 { bytes[32...].reduce(0) { $0 << 8 | UInt64($1) } }
}
