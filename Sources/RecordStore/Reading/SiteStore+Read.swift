public import AuditTrail
public import CareRecord
import ConflictResolver
import Foundation
import GRDB
import Signing

extension SiteStore {
    /// Patients whose names, identifiers or birth date hold every word of a text, ascending by id.
    /// The search is in the audit log before the answer: one entry for each patient found.
    public func findPatients(
        _ text: String, countMax: Int, actor: AuditActor
    ) async throws -> [HeldPatient] {
        let words = PatientTerms.words(of: text)
        guard let first = words.first else { return [] }
        let found = try await read("find patients") { db in
            var ids = try Self.patients(withTermsLike: first, db)
            for word in words.dropFirst() {
                ids.formIntersection(try Self.patients(withTermsLike: word, db))
            }
            var reader = ResourceReader()
            return try ids.sorted().prefix(countMax).compactMap {
                try Self.heldPatient($0, &reader, db)
            }
        }
        if found.isEmpty {
            try await record([AuditFact(kind: .search, actor: actor)])
        } else {
            try await recordAccess(.search, to: found.map(\.id), actor: actor)
        }
        return found
    }

    /// One patient with what is held of it; the look-up is in the audit log before the answer.
    ///
    /// - Throws: `StoreFailure` with `.notFound` if nothing of the patient is held.
    public func patient(
        _ id: PatientID, actor: AuditActor
    ) async throws -> (patient: HeldPatient, compartments: [HeldCompartment]) {
        let record = try await read("show a patient") { db in
            var reader = ResourceReader()
            guard let patient = try Self.heldPatient(id, &reader, db) else {
                throw StoreFailure(.notFound, "find the patient \(id)")
            }
            return PatientRecordRow(
                patient: patient, compartments: try Self.compartments(of: id, db))
        }
        try await recordRead(of: id, actor: actor)
        return (record.patient, record.compartments)
    }

    /// The resources of one patient in view, of every compartment held, by type if one is given.
    /// The look-up is in the audit log before the answer.
    public func resources(
        of patient: PatientID, type: String? = nil, actor: AuditActor
    ) async throws -> [HeldResource] {
        let resources = try await read("read a patient's resources") { db in
            var reader = ResourceReader()
            return try Self.positions(of: patient, type: type, db).map { position in
                let resource = try reader.resource(createdAt: position, merged: true, db)
                guard resource.stream.patient == patient else {
                    throw StoreFailure(
                        .damaged, "find feed position \(position.seq) in one record only")
                }
                return resource
            }
        }
        try await recordRead(of: patient, actor: actor)
        return resources
    }

    /// A resource by type and id, in every stream it is in view; no audit entry is made, so this
    /// serves checks and projections, never a person.
    public func resource(_ id: EntityID, type: String) async throws -> [HeldResource] {
        try await read("read a resource") { db in
            var reader = ResourceReader()
            return try EntityRows.positions(of: id, type: type, opener: reader.opener, db).map {
                try reader.resource(createdAt: $0, db)
            }
        }
    }

    /// 32 bytes over the content of every resource in view whose stream is forwardable, whatever
    /// the order of acceptance was: two nodes that hold the same give the same.
    public func contentDigest() async throws -> [UInt8] {
        try await read("digest the content") { db in
            var reader = ResourceReader()
            var leaves: [[UInt8]] = []
            let cursor = try Int64.fetchCursor(
                db, sql: "SELECT position FROM entity ORDER BY position")
            while let row = try cursor.next() {
                let position = ChangePosition(rawValue: row)
                let resource = try reader.resource(createdAt: position, db)
                guard resource.stream.isForwardable else { continue }
                // What was decided about parts of it is in no whole version.
                let view = try reader.historyOfRevised(createdAt: position, db)?.view()
                leaves.append(Digest.sha256(of: [resource.digest, view?.digest ?? []]))
            }
            leaves.sort { $0.lexicographicallyPrecedes($1) }
            return Digest.sha256(of: leaves)
        }
    }

    private func recordRead(of patient: PatientID, actor: AuditActor) async throws {
        try await recordAccess(.read, to: [patient], actor: actor)
    }

    private static func patients(
        withTermsLike prefix: String, _ db: Database
    ) throws -> Set<PatientID> {
        let statement = try db.cachedStatement(
            sql: "SELECT DISTINCT patient FROM patient_term WHERE term >= ? AND term < ?")
        let rows = try Data.fetchAll(
            statement, arguments: [prefix, prefix + "\u{10FFFF}"])
        return Set(rows.compactMap { PatientID(bytes: $0) })
    }

    private static func heldPatient(
        _ id: PatientID, _ reader: inout ResourceReader, _ db: Database
    ) throws -> HeldPatient? {
        let home = try Data.fetchOne(
            try db.cachedStatement(
                sql: """
                    SELECT site.uuid FROM stream JOIN site ON site.id = stream.home
                    WHERE stream.patient = ? AND \(StreamRows.isInView)
                    ORDER BY stream.id LIMIT 1
                    """), arguments: [Data(id.bytes)])
        guard let home, let site = SiteID(bytes: home) else { return nil }
        var patient = HeldPatient(id: id, home: site, content: nil)
        let stream = StreamID.patient(id, .identity).bytes
        let row = try Int64.fetchOne(
            try db.cachedStatement(sql: "SELECT id FROM stream WHERE name = ?"),
            arguments: [Data(stream)])
        if let row,
            let position = try EntityRows.position(
                of: EntityID(id.bits), type: "Patient", stream: row, opener: reader.opener, db)
        {
            let resource = try reader.resource(createdAt: position, merged: true, db)
            if let merged = resource.merged {
                patient.content = merged.json
            } else if case .held(let bytes) = resource.heads.last?.content {
                patient.content = bytes
            }
        }
        return patient
    }

    private static func compartments(
        of patient: PatientID, _ db: Database
    ) throws -> [HeldCompartment] {
        let rows = try Row.fetchAll(
            try db.cachedStatement(
                sql: """
                    SELECT stream.name, word.text, count(*) FROM stream
                    JOIN event ON event.stream = stream.id
                    JOIN entity ON entity.position BETWEEN event.seq << 8 AND (event.seq << 8) + 255
                    JOIN word ON word.id = entity.type
                    WHERE stream.patient = ? GROUP BY stream.name, word.text
                    ORDER BY stream.name, word.text
                    """), arguments: [Data(patient.bytes)])
        var compartments: [HeldCompartment] = []
        for row in rows {
            let name: Data = row[0]
            guard case .patient(_, let compartment)? = StreamID(bytes: name) else { continue }
            let item = HeldCompartment.TypeCount(type: row[1], count: row[2])
            if compartments.last?.compartment == compartment {
                compartments[compartments.count - 1].resources.append(item)
            } else {
                compartments.append(HeldCompartment(compartment: compartment, resources: [item]))
            }
        }
        return compartments
    }

    static func positions(
        of patient: PatientID, type: String?, _ db: Database
    ) throws -> [ChangePosition] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT entity.position FROM stream
                JOIN event ON event.stream = stream.id
                JOIN entity ON entity.position BETWEEN event.seq << 8 AND (event.seq << 8) + 255
                JOIN word ON word.id = entity.type
                WHERE stream.patient = ?1 AND (?2 IS NULL OR word.text = ?2)
                ORDER BY entity.position
                """)
        return try Int64.fetchAll(statement, arguments: [Data(patient.bytes), type])
            .map(ChangePosition.init(rawValue:))
    }
}

private struct PatientRecordRow: Sendable {
    let patient: HeldPatient
    let compartments: [HeldCompartment]
}

extension HeldResource {
    /// 32 bytes over type, id, stream and the content of every head.
    fileprivate var digest: [UInt8] {
        let contents = heads.map { head -> [UInt8] in
            switch head.content {
            case .held(let bytes): Digest.sha256(bytes)
            case .onItsWay: [0]
            case .erased: [1]
            }
        }.sorted { $0.lexicographicallyPrecedes($1) }
        return Digest.sha256(of: [Array(type.utf8), [0], id.bytes, stream.bytes] + contents)
    }
}
