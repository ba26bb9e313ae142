import CareRecord
import ConflictResolver
import Foundation
import GRDB
import Interchange
import Signing
import WireFormat

/// Gives the drafts of one import unit their ids, streams and targets, inside the transaction that
/// stores them.
struct UnitResolver {
    /// An entry with everything that had to be looked up.
    struct ResolvedEntry {
        let draft: EntryDraft
        /// What it was before, if it is held already.
        let known: FoundEntity?
        let entity: EntityID
        var stream: StreamID?
    }

    let unit: ImportUnit
    let sourceSystem: String
    /// What holds for a client's request; `nil` for a file.
    let rules: RequestRules?
    /// What that client may see; `nil` for a file, which may refer to everything that is held.
    private let client: ClientSight?
    let ownSite: SiteID
    private(set) var entries: [ResolvedEntry] = []
    /// The first entry whose id is that of something that the client may not see.
    private var taken: Int?

    init(
        _ unit: ImportUnit, sourceSystem: String, rules: RequestRules?,
        _ state: inout WriterState, _ db: Database
    ) throws {
        self.unit = unit
        self.sourceSystem = sourceSystem
        self.rules = rules
        client = rules?.sight(of: sourceSystem)
        ownSite = state.replica.site
        for draft in unit.entries {
            let found = try find(draft, &state, db)
            let known = sighted(found)
            try refuse(draft, known)
            if found != nil, known == nil { taken = taken ?? draft.index }
            let entity =
                known?.entity ?? Self.chosenID(draft) ?? .random(using: &state.generator)
            entries.append(
                ResolvedEntry(draft: draft, known: known, entity: entity, stream: nil))
        }
        for index in entries.indices {
            let stream = try stream(ofEntry: index, &state, db)
            if let client, !client.mayStore(in: stream) {
                throw ImportUnitRefusal(.notAllowed, entry: entries[index].draft.index)
            }
            entries[index].stream = stream
        }
    }

    /// What a client may not do with what it sees there, or with what is not there.
    private func refuse(_ draft: EntryDraft, _ known: FoundEntity?) throws {
        guard client != nil else {
            guard draft.condition == .none else {
                throw ImportUnitRefusal(.versionCondition, entry: draft.index)
            }
            return
        }
        if draft.isSubset { throw ImportUnitRefusal(.subset, entry: draft.index) }
        guard let known else {
            if Self.isComputed(draft) { throw ImportUnitRefusal(.computed, entry: draft.index) }
            switch (draft.method, draft.condition) {
            case (.put, .match), (.putWhere, .match):
                throw ImportUnitRefusal(.versionNotCurrent, entry: draft.index)
            case (.delete, _), (.deleteWhere, _):
                throw ImportUnitRefusal(.notHeld, entry: draft.index)
            default: return
            }
        }
        switch draft.method {
        case .put:
            if draft.condition == .absent {
                throw ImportUnitRefusal(.idInUse, entry: draft.index)
            }
        case .delete, .deleteWhere:
            // A directory resource of a peer is referred to, never written here.
            if case .directory(let site) = known.stream, site != ownSite {
                throw ImportUnitRefusal(.otherRecord, entry: draft.index)
            }
        case .post, .putWhere: return
        }
    }

    /// Refuses a new resource under an id that is in use out of the client's sight: last of all, so that
    /// whatever else is wrong is answered as for an id that is free.
    func refuseTaken() throws {
        if let taken { throw ImportUnitRefusal(.idInUse, entry: taken) }
    }

    /// Whether what is held is there for whom the unit comes from.
    private func isInSight(_ found: FoundEntity) -> Bool { client?.includes(found) ?? true }

    /// What the references of an entry lead to, in document order.
    func targets(
        ofEntry index: Int, _ state: inout WriterState, _ db: Database
    ) throws -> [ReferenceTarget] {
        try entries[index].draft.references.map { reference in
            switch reference {
            case .entry(let other):
                let entry = entries[other]
                return .entity(
                    streamKind: entry.stream?.bytes.first ?? 0,
                    type: entry.draft.resourceType, id: entry.entity)
            case .other:
                return .unresolved
            case .conditional(let query):
                let found = try one(query, entry: index, &state, db)
                return .entity(
                    streamKind: found.stream.bytes.first ?? 0, type: found.type, id: found.entity)
            case .literal, .urn:
                guard let found = try lookUp(reference, &state, db) else { return .unresolved }
                return .entity(
                    streamKind: found.stream.bytes.first ?? 0, type: found.type, id: found.entity)
            }
        }
    }

    /// Whether its id can only be that of a companion: a UUID of version 8 is a hash, and nobody chooses
    /// one (RFC 9562 §5.8).
    private static func isComputed(_ draft: EntryDraft) -> Bool {
        guard Companion.Kind.allCases.contains(where: { $0.resourceType == draft.resourceType })
        else { return false }
        switch draft.method {
        case .put(let id), .delete(_, let id), .putWhere(_, let id?):
            return (EntityID(text: id)?.bytes[6] ?? 0) >> 4 == 8
        case .post, .putWhere, .deleteWhere: return false
        }
    }

    /// A PUT to an unused id that is a UUID keeps it; any other id becomes the source id.
    private static func chosenID(_ draft: EntryDraft) -> EntityID? {
        switch draft.method {
        case .put(let id), .putWhere(_, let id?): EntityID(text: id)
        case .post, .putWhere, .delete, .deleteWhere: nil
        }
    }

    private func find(
        _ draft: EntryDraft, _ state: inout WriterState, _ db: Database
    ) throws -> FoundEntity? {
        switch draft.method {
        case .put(let id), .delete(_, let id): return try find(id, draft, &state, db)
        case .post(let condition):
            if rules == nil, let source = draft.sourceID,
                let found = try state.finder.bySource(
                    system: sourceSystem, type: draft.resourceType, id: source, db)
            {
                return found
            }
            if let condition { return try existing(condition, draft, &state, db) }
            return rules == nil && draft.home == .directory ? try twin(of: draft, &state, db) : nil
        case .deleteWhere(let condition), .putWhere(let condition, nil):
            return try existing(condition, draft, &state, db)
        case .putWhere(let condition, let id?):
            let found = try existing(condition, draft, &state, db)
            let named = try find(id, draft, &state, db)
            guard found == named || found == nil else {
                throw ImportUnitRefusal(.idMismatch, entry: draft.index)
            }
            // The id is that of a resource which the query does not find.
            guard found == named || sighted(named) == nil else {
                throw ImportUnitRefusal(.idInUse, entry: draft.index)
            }
            return named
        }
    }

    /// What an id names, whoever may see it.
    private func find(
        _ id: String, _ draft: EntryDraft, _ state: inout WriterState, _ db: Database
    ) throws -> FoundEntity? {
        if let entity = EntityID(text: id) {
            let type = draft.resourceType
            // One id may be held twice, in records of which a client sees one.
            let found =
                try state.finder.byID(entity, type: type, db, where: isInSight)
                ?? state.finder.byID(entity, type: type, db)
            if let found { return found }
        }
        return try state.finder.bySource(
            system: sourceSystem, type: draft.resourceType,
            id: "\(draft.resourceType)/\(id)", db)
    }

    /// The one own directory resource that carries all identifiers of the draft.
    private func twin(
        of draft: EntryDraft, _ state: inout WriterState, _ db: Database
    ) throws -> FoundEntity? {
        guard let first = draft.identifiers.first else { return nil }
        var candidates = try state.finder.byIdentifier(type: draft.resourceType, first, db)
            .filter { $0.stream == .directory(ownSite) }
        for identifier in draft.identifiers.dropFirst() {
            let others = try state.finder.byIdentifier(type: draft.resourceType, identifier, db)
            candidates.removeAll { !others.contains($0) }
        }
        return candidates.count == 1 ? candidates[0] : nil
    }

    private func existing(
        _ condition: ConditionalReference, _ draft: EntryDraft, _ state: inout WriterState,
        _ db: Database
    ) throws -> FoundEntity? {
        guard let identifier = condition.identifier, identifier.system?.isEmpty == false else {
            throw ImportUnitRefusal(.conditionUnsupported, entry: draft.index)
        }
        let found = try matches(of: identifier, draft, &state, db)
        guard found.count <= 1 else {
            throw ImportUnitRefusal(
                .referenceAmbiguous, entry: draft.index, type: draft.resourceType)
        }
        return found.first
    }

    /// This site's own resources with an identifier, as far as the client may see them.
    private func matches(
        of identifier: IdentifierDraft, _ draft: EntryDraft, _ state: inout WriterState,
        _ db: Database
    ) throws -> [FoundEntity] {
        let type = draft.resourceType
        if case .post = draft.method {
            guard draft.home == .directory else {
                return try state.finder.own(type: type, identifier, db).filter(isInSight)
            }
            return try state.finder.byIdentifier(type: type, identifier, db)
                .filter { $0.stream == .directory(ownSite) }
        }
        // What an earlier entry makes is not stored yet, so the query cannot find it.
        let isMadeHere = entries.contains {
            $0.draft.resourceType == type && $0.draft.identifiers.contains(identifier)
        }
        guard !isMadeHere else { throw ImportUnitRefusal(.resourceTwice, entry: draft.index) }
        return try state.finder.own(type: type, identifier, db).filter(isInSight)
    }

    private func stream(
        ofEntry index: Int, _ state: inout WriterState, _ db: Database
    ) throws -> StreamID {
        let entry = entries[index]
        if entry.draft.method.isDelete {
            guard let known = entry.known else {
                throw ImportUnitRefusal(.notHeld, entry: entry.draft.index)
            }
            return known.stream
        }
        let stream = try home(ofEntry: index, &state, db)
        if let known = entry.known, known.stream != stream {
            // A directory resource of a peer is referred to, never written here.
            throw ImportUnitRefusal(.otherRecord, entry: entry.draft.index)
        }
        return stream
    }

    private func home(
        ofEntry index: Int, _ state: inout WriterState, _ db: Database
    ) throws -> StreamID {
        let draft = entries[index].draft
        switch draft.home {
        case .directory:
            return .directory(ownSite)
        case .local:
            return .local(ownSite)
        case .patientEntry(let other):
            return .patient(PatientID(entries[other].entity.bits), draft.compartment.compartment)
        case .patientReference(let reference):
            // A client that may read the resource sends back whose it is, also where the Patient is
            // withheld and it was named only (`interchange.md` §4).
            if client != nil, let patient = entries[index].known?.stream.patient,
                ResourceReferences.names(reference, patient: patient.description)
            {
                return .patient(patient, draft.compartment.compartment)
            }
            guard let found = try lookUp(reference, &state, db, entry: index),
                let patient = found.stream.patient
            else { throw ImportUnitRefusal(.patientUnresolved, entry: draft.index) }
            return .patient(patient, draft.compartment.compartment)
        case .alongside(let references):
            return try alongside(references, draft, &state, db) ?? .local(ownSite)
        }
    }

    /// The most sensitive stream among those of what the references name; identity does not count.
    /// `nil` if they belong to nobody, or to several patients: then no single record may claim it.
    private func alongside(
        _ references: [ReferenceDraft], _ draft: EntryDraft, _ state: inout WriterState,
        _ db: Database
    ) throws -> StreamID? {
        var patients: Set<PatientID> = []
        var compartment = Self.narrower(.general, draft.compartment.compartment)
        for reference in references {
            guard
                case .patient(let patient, let other)? = try stream(of: reference, &state, db)
            else { continue }
            patients.insert(patient)
            compartment = Self.narrower(compartment, other)
        }
        guard let patient = patients.first, patients.count == 1 else { return nil }
        return .patient(patient, compartment)
    }

    /// The stream of what a reference names, an entry of this unit included. An entry that itself
    /// goes alongside others was given a stream before, or has none to lend.
    private func stream(
        of reference: ReferenceDraft, _ state: inout WriterState, _ db: Database
    ) throws -> StreamID? {
        guard case .entry(let other) = reference else {
            return try lookUp(reference, &state, db)?.stream
        }
        let entry = entries[other]
        if let stream = entry.stream ?? entry.known?.stream { return stream }
        if case .alongside = entry.draft.home { return nil }
        return try home(ofEntry: other, &state, db)
    }

    /// The more sensitive of two compartments; of two special ones neither is, so it is private.
    private static func narrower(_ left: Compartment, _ right: Compartment) -> Compartment {
        let isWide = { (compartment: Compartment) in
            compartment == .identity || compartment == .general
        }
        if isWide(right) { return isWide(left) ? .general : left }
        return isWide(left) || left == right ? right : .patientPrivate
    }

    /// What a reference leads to. What a client may not see is unknown to it: nothing that it is
    /// answered, nor where its resource goes, may tell that it is held.
    private func lookUp(
        _ reference: ReferenceDraft, _ state: inout WriterState, _ db: Database, entry: Int = 0
    ) throws -> FoundEntity? {
        switch reference {
        case .entry(let other):
            return entries[other].known
        case .literal(let type, let id, let base):
            if base == nil, let entity = EntityID(text: id),
                let found = try state.finder.byID(entity, type: type, db, where: isInSight)
            {
                return found
            }
            let source = (base.map { $0 + "/" } ?? "") + "\(type)/\(id)"
            return try sighted(
                state.finder.bySource(system: sourceSystem, type: type, id: source, db))
        case .urn(let urn):
            return try bySourceOfAnyType(urn, &state, db)
        case .conditional(let query):
            return try one(query, entry: entry, &state, db)
        case .other:
            return nil
        }
    }

    private func sighted(_ found: FoundEntity?) -> FoundEntity? {
        found.flatMap { isInSight($0) ? $0 : nil }
    }

    /// A `urn:uuid:` of another file names the entity that this file's source called so, whatever
    /// its type is.
    private func bySourceOfAnyType(
        _ urn: String, _ state: inout WriterState, _ db: Database
    ) throws -> FoundEntity? {
        for type in ["Patient", "Encounter", "Practitioner", "Organization"] {
            if let found = try sighted(
                state.finder.bySource(system: sourceSystem, type: type, id: urn, db))
            {
                return found
            }
        }
        return nil
    }

    private func one(
        _ query: ConditionalReference, entry: Int, _ state: inout WriterState, _ db: Database
    ) throws -> FoundEntity {
        let index = entries.indices.contains(entry) ? entries[entry].draft.index : entry
        guard let identifier = query.identifier else {
            throw ImportUnitRefusal(.referenceNotFound, entry: index, type: query.type)
        }
        let own = entries.filter { candidate in
            candidate.draft.resourceType == query.type
                && candidate.draft.identifiers.contains(identifier)
        }
        var found = try state.finder.byIdentifier(type: query.type, identifier, db)
            .filter(isInSight)
        for candidate in own where !found.contains(where: { $0.entity == candidate.entity }) {
            guard let stream = candidate.stream else { continue }
            found.append(
                FoundEntity(
                    entity: candidate.entity, type: query.type, stream: stream, streamRow: 0,
                    sourceSystem: sourceSystem, position: ChangePosition(rawValue: 0)))
        }
        guard let only = found.first else {
            throw ImportUnitRefusal(.referenceNotFound, entry: index, type: query.type)
        }
        guard found.count == 1 else {
            throw ImportUnitRefusal(.referenceAmbiguous, entry: index, type: query.type)
        }
        return only
    }
}

extension CompartmentDecision {
    /// Where the resource is kept; what nobody could tell apart is private.
    var compartment: Compartment {
        switch self {
        case .compartment(let compartment): compartment
        case .privacyOfficer: .patientPrivate
        }
    }
}
