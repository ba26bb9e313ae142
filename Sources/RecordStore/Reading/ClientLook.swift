import AuditTrail
import CareRecord
import GRDB

/// What a client's look for a resource came to, and what the audit log says of it.
struct ClientLook: Sendable {
    /// The resource, if the client may see it.
    let place: FoundEntity?
    /// Whose it is, also where it is withheld.
    let patient: PatientID?
    /// Why nothing is answered, as a code; `nil` if something is.
    var refusal: String?

    /// The client was shown it.
    init(found place: FoundEntity) {
        self.place = place
        patient = place.stream.patient
    }

    /// The client is told that there is nothing.
    ///
    /// - Parameter hidden: what there is.
    init(withheld hidden: FoundEntity?) {
        place = nil
        patient = hidden?.stream.patient
        refusal = hidden == nil ? "not-held" : "withheld"
    }

    /// The entry of the log: of what is withheld and of what is not held it differs, the answer not.
    func fact(
        _ kind: AuditKind, _ actor: AuditActor, _ state: WriterState, _ db: Database
    ) throws -> AuditFact {
        var fact = AuditFact(kind: kind, actor: actor)
        fact.patient = patient
        if let refusal {
            fact.outcome = .refused
            fact.reason = refusal
        } else if let patient {
            fact.basis = try SiteStore.relationship(to: patient, of: state.replica.site, db)
        }
        return fact
    }
}

extension EntityFinder {
    /// Looks for a resource in the name of a client.
    func look(
        for address: ResourceAddress, _ client: ClientSight, _ db: Database
    ) throws -> ClientLook {
        if let place = try find(address, db, where: client.includes) {
            return ClientLook(found: place)
        }
        return ClientLook(withheld: try find(address, db) { _ in true })
    }
}
