import CareRecord
import Foundation
import GRDB
import Interchange
import StrictJSON

extension WriterState {
    /// Keeps what finds patients and directory resources in step with one change.
    ///
    /// A value that cannot be read indexes nothing; whoever accepted its event has put it on the
    /// quarantine list.
    mutating func index(
        _ change: Change, value: EventValue, header: EventHeader, at position: ChangePosition,
        _ db: Database
    ) throws {
        let stream = header.stream
        try noteRegistration(change, header: header, db)
        guard case .held(let bytes) = value else { return }
        if change.valueForm == .blob {
            guard let blob = BlobName(value: bytes), blob.length <= StoreLimits.blobBytesMax,
                let row = try names.known(stream, db)
            else { return }
            return try BlobRows.note(blob, at: position, in: row, db)
        }
        guard change.valueForm == .json else { return }
        if header.dot.replica.site == replica.site {
            let element = change.element
            let isCreated = change.operation == .create && element.isWholeResource
            try indexOwnIdentifiers(
                IdentifierDraft.all(in: bytes, of: element.entityType), of: element, in: stream,
                at: isCreated ? position : nil, db)
        }
        // One facet is no resource: what finds a directory's follows from whole ones.
        guard change.element.isWholeResource else {
            return try indexTerms(ofElement: change.element, bytes, in: stream, db)
        }
        switch stream {
        case .patient(let patient, let compartment)
        where Self.evidenceTypes.contains(change.element.entityType):
            guard let document = Self.document(bytes) else { return }
            if compartment == .identity, change.element.entityType == "Patient" {
                try indexTerms(of: patient, Demographics.read(document), db)
            }
            try noteEvidence(
                change, document, patient: patient, author: header.dot.replica.site, at: position,
                db)
        case .directory:
            guard change.operation == .create, let document = Self.document(bytes) else { return }
            try indexIdentifiers(of: change.element.entityType, document, at: position, db)
        default:
            return
        }
    }

    /// Notes who registered a patient; what a peer is entitled to as the patient's home follows.
    private mutating func noteRegistration(
        _ change: Change, header: EventHeader, _ db: Database
    ) throws {
        guard case .patient(let patient, .identity) = header.stream, change.operation == .create,
            change.element.entityType == "Patient", change.element.entity.bits == patient.bits
        else { return }
        let site = try names.site(header.dot.replica.site, db)
        try db.cachedStatement(
            sql: "INSERT OR IGNORE INTO registration (patient, site) VALUES (?, ?)"
        ).execute(arguments: [Data(patient.bytes), site])
        // This node's own patients are its own without proof.
        if db.changesCount > 0, header.dot.replica.site != replica.site {
            evidenceChangedOf.insert(patient)
        }
    }

    static func document(_ bytes: ArraySlice<UInt8>) -> JSONDocument? {
        do {
            return try JSONDocument(Array(bytes))
        } catch {
            return nil
        }
    }

    /// A name or number that was written by itself finds its patient as well.
    private func indexTerms(
        ofElement element: Element, _ bytes: ArraySlice<UInt8>, in stream: StreamID, _ db: Database
    ) throws {
        guard case .patient(let patient, .identity) = stream, element.resourceType == "Patient",
            bytes.count > 2, bytes.first == UInt8(ascii: "{")
        else { return }
        let member = element.entityType.split(separator: ".").last.map(String.init) ?? ""
        let members =
            element.inside == nil
            ? Array(bytes.dropFirst().dropLast())
            : Array("\"\(member)\":[".utf8) + Array(bytes) + Array("]".utf8)
        let resource = Array(#"{"resourceType":"Patient","#.utf8) + members + Array("}".utf8)
        try indexTerms(
            of: patient, Self.document(resource[...]).flatMap { Demographics.read($0) }, db)
    }

    func indexTerms(
        of patient: PatientID, _ demographics: Demographics?, _ db: Database
    ) throws {
        guard let demographics else { return }
        let statement = try db.cachedStatement(
            sql: "INSERT OR IGNORE INTO patient_term (term, patient) VALUES (?, ?)")
        for term in PatientTerms.terms(of: demographics) {
            try statement.execute(arguments: [term, Data(patient.bytes)])
        }
    }

    /// Notes what finds a resource of this site by identifier: whoever meets it there looks whether it
    /// still has it.
    ///
    /// - Parameter created: where it was created; `nil` if that has to be looked up.
    mutating func indexOwnIdentifiers(
        _ identifiers: [IdentifierDraft], of element: Element, in stream: StreamID,
        at created: ChangePosition?, _ db: Database
    ) throws {
        guard !identifiers.isEmpty, let row = try names.known(stream, db) else { return }
        let type = element.resourceType
        let entity =
            try created
            ?? EntityRows.position(
                of: element.resource, type: type, stream: row, opener: opener, db)
        guard let entity else { return }
        _ = try insertKeys(of: identifiers, type: type, entityAt: entity, db)
    }

    private mutating func indexIdentifiers(
        of type: String, _ document: JSONDocument, at position: ChangePosition, _ db: Database
    ) throws {
        let identifiers = IdentifierDraft.all(of: document.root, in: document)
        finder.forget(identifiers, of: type)
        for key in try insertKeys(of: identifiers, type: type, entityAt: position, db)
        where type == "Organization" {
            try decideAgain(forKey: key, at: position, db)
        }
    }

    /// Writes rows of `identifier_key`.
    ///
    /// - Returns: their keys, in the order of the identifiers.
    private func insertKeys(
        of identifiers: [IdentifierDraft], type: String, entityAt position: ChangePosition,
        _ db: Database
    ) throws -> [Int64] {
        let statement = try db.cachedStatement(
            sql: "INSERT OR IGNORE INTO identifier_key (key, position) VALUES (?, ?)")
        return try identifiers.map { identifier in
            let key = HashedKey.identifier(
                type: type, system: identifier.system ?? "", value: identifier.value)
            try statement.execute(arguments: [key, position.rawValue])
            return key
        }
    }

    /// Evidence may be held before the Organization that it leads to: once that turns out to be a
    /// peer's, the agreements about relationships are decided again from the start.
    private func decideAgain(
        forKey key: Int64, at position: ChangePosition, _ db: Database
    ) throws {
        try db.cachedStatement(
            sql: """
                UPDATE agreement SET job_cursor = 0, job_started = ?3,
                  job_end = (SELECT max(id) FROM stream)
                WHERE scope = 'relationship'
                  AND peer IN (SELECT peer FROM peer_organisation WHERE key = ?1)
                  AND EXISTS (SELECT 1 FROM evidence WHERE organisation =
                    (SELECT uuid FROM entity WHERE position = ?2))
                """
        ).execute(arguments: [key, position.rawValue, now()])
    }
}
