import AuditTrail
import CareRecord
import ControlProtocol
import Logging
import RecordStore

extension ControlService {
    /// Writes the audit entry of an act that was refused or failed: the kind and fields that it has
    /// when it succeeds, as far as the request names them.
    ///
    /// - Parameter patient: whose record it was about, where the request names something in it.
    func recordRefusal(
        _ failure: ControlFailure, of route: ControlRoute, _ request: ControlRequest,
        about patient: PatientID? = nil, actor: AuditActor
    ) async {
        // An ask that nobody answered has its entry already.
        guard let kind = route.auditKinds.first.flatMap(AuditKind.init(rawValue:)),
            !(route == .ask && failure.code == .peerUnreachable)
        else { return }
        var fact = AuditFact(kind: kind, actor: actor)
        fact.outcome = failure.code.isFailure ? .failed : .refused
        fact.reason = "\(route.rawValue): \(failure.code.rawValue)"
        if let subject = Self.subject(of: request) {
            fact.patient =
                patient ?? (subject.patient ?? subject.id).flatMap { PatientID(text: $0) }
            fact.to = await party(named: subject.peer ?? subject.name)
            if let person = subject.practitioner, let role = subject.role,
                ConflictResolution.isName(person), ConflictResolution.isName(role)
            {
                fact.authority = AuditActor(id: person, role: role)
            }
        }
        do {
            try await store.record([fact])
        } catch {
            logger.error(
                "a refused act was not recorded", metadata: ["route": "\(route.rawValue)"])
        }
    }

    private func party(named name: String?) async -> AuditParty? {
        guard let name else { return nil }
        do {
            return try await store.peers().first { $0.name == name }
                .map { AuditParty(site: $0.site, name: $0.name) }
        } catch {
            return nil
        }
    }

    /// What a request is about, wherever it says so.
    private struct Subject: Decodable {
        let patient: String?
        let id: String?
        let peer: String?
        let name: String?
        let practitioner: String?
        let role: String?
    }

    private static func subject(of request: ControlRequest) -> Subject? {
        do {
            return try ControlCoding.decode(Subject.self, from: request.body)
        } catch {
            return nil
        }
    }
}

/// A look into a record that was refused after it had been found whose record it is.
struct RefusedLook: Error {
    let failure: ControlFailure
    let patient: PatientID?
}

extension ControlFailure.Code {
    /// Whether something broke; else the act was refused.
    fileprivate var isFailure: Bool {
        switch self {
        case .peerUnreachable, .notReady, .unexpected: true
        case .badRequest, .notAllowed, .notFound, .unknownRoute, .methodNotAllowed,
            .alreadyExists, .tooLarge, .peerNotBelieved:
            false
        }
    }
}
