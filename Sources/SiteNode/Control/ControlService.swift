import AuditTrail
import CareRecord
import Consent
import ControlProtocol
import Logging
import PeerTransport
import RecordStore
import Signing
import WireFormat

/// Answers the command line: turns requests into calls of the store and its values into answers.
struct ControlService: Sendable {
    let node: NodeFacts
    let store: SiteStore
    let client: PeerClient
    let sync: SyncService
    let clock: NodeClock
    let logger: Logger
    let joins: JoinGate

    /// Answers one request; a failure is an answer as well.
    func answer(_ request: ControlRequest) async -> ControlAnswer {
        let route: ControlRoute
        do {
            route = try ControlRoute.find(method: request.method, target: request.path)
        } catch {
            return answer(error)
        }
        do {
            return try await answer(route, request)
        } catch {
            let failure = Self.failure(error)
            await recordRefusal(
                failure, of: route, request, about: (error as? RefusedLook)?.patient,
                actor: actor(of: request))
            return answer(failure)
        }
    }

    private func answer(
        _ route: ControlRoute, _ request: ControlRequest
    ) async throws -> ControlAnswer {
        let actor = actor(of: request)
        if let answer = try await answerAboutSharing(route, request, actor) { return answer }
        if let answer = try await answerAboutPeers(route, request, actor) { return answer }
        if let answer = try await answerAboutAudit(route, request, actor) { return answer }
        if let answer = try await answerAboutConflicts(route, request, actor) { return answer }
        switch route {
        case .status: return try json(try await status())
        case .importFile: return try importFile(request, actor: actor)
        case .findPatients:
            return try json(
                try await findPatients(
                    ControlCoding.decodeRequest(PatientQuery.self, from: request.body),
                    actor: actor))
        case .showPatient:
            return try json(
                try await showPatient(
                    ControlCoding.decodeRequest(PatientReference.self, from: request.body),
                    actor: actor))
        case .patientTimeline:
            return try json(
                try await timeline(
                    ControlCoding.decodeRequest(TimelineRequest.self, from: request.body),
                    actor: actor))
        case .showPlan: return try json(try await showPlan(try decode(request), actor: actor))
        case .planHistory:
            return try json(try await planHistory(try decode(request), actor: actor))
        case .planDifference:
            return try json(try await planDifference(try decode(request), actor: actor))
        default:
            preconditionFailure("the route \(route.rawValue) has no handler")
        }
    }

    private func answerAboutPeers(
        _ route: ControlRoute, _ request: ControlRequest, _ actor: AuditActor
    ) async throws -> ControlAnswer? {
        switch route {
        case .listPeers: return try json(try await listPeers())
        case .addPeer:
            return try json(try await addPeer(try decode(request), actor: actor))
        case .showPeer: return try json(try await showPeer(try decode(request)))
        case .pausePeer: return try json(try await pausePeer(try decode(request), actor: actor))
        case .limitPeer: return try json(try await limitPeer(try decode(request), actor: actor))
        case .listQuarantine:
            return try json(
                try await listQuarantine(QuarantineFilter(target: request.path)))
        case .showQuarantine: return try json(try await showQuarantine(try decode(request)))
        case .retryQuarantine:
            return try json(try await retryQuarantine(try decode(request), actor: actor))
        case .closeQuarantine:
            return try json(try await closeQuarantine(try decode(request), actor: actor))
        case .confirmClock: return try json(try await confirmClock(actor: actor))
        default: return nil
        }
    }

    private func answerAboutSharing(
        _ route: ControlRoute, _ request: ControlRequest, _ actor: AuditActor
    ) async throws -> ControlAnswer? {
        switch route {
        case .listShares:
            return try json(try await listShares(ShareFilter(target: request.path)))
        case .grantShare:
            return try json(try await grantShare(try decode(request), actor: actor))
        case .listWithdrawals: return try json(try await listWithdrawals())
        case .withdrawShare:
            return try json(try await withdrawShare(try decode(request), actor: actor))
        case .explainShare:
            return try json(try await explainShare(try decode(request), actor: actor))
        case .ask: return try json(try await ask(try decode(request), actor: actor))
        default: return nil
        }
    }

    func decode<Body: Decodable>(_ request: ControlRequest) throws -> Body {
        try ControlCoding.decodeRequest(Body.self, from: request.body)
    }

    /// Whoever the kernel says is at the other end of the socket.
    private func actor(of request: ControlRequest) -> AuditActor {
        AuditActor(
            id: "uid:\(request.caller.userID)", role: "administrator",
            organisation: node.identity.replica.site.description, signInMethod: "socket")
    }

    func json(_ value: some Encodable) throws -> ControlAnswer {
        ControlAnswer(
            status: 200, contentType: "application/json",
            body: .bytes(try ControlCoding.encode(value)))
    }

    private func answer(_ failure: ControlFailure) -> ControlAnswer {
        do {
            return ControlAnswer(
                status: failure.code.httpStatus, contentType: "application/json",
                body: .bytes(try ControlCoding.encode(failure)))
        } catch {
            return ControlAnswer(status: 500)
        }
    }

    /// What the command line is told; details of the store go to the log.
    static func failure(_ error: any Error) -> ControlFailure {
        switch error {
        case let failure as ControlFailure:
            return failure
        case let look as RefusedLook:
            return look.failure
        case let failure as NodeFailure:
            return ControlFailure(
                code: .unexpected, message: failure.message, next: failure.next)
        case let failure as StoreFailure:
            let code: ControlFailure.Code =
                switch failure.code {
                case .notFound: .notFound
                case .alreadyThere: .alreadyExists
                case .stopped, .durabilityUnknown, .diskFull: .notReady
                default: .unexpected
                }
            return ControlFailure(
                code: code, message: failure.message, next: failure.nextStep)
        default:
            return ControlFailure(
                code: .unexpected, message: "The request failed.",
                next: "See the service's log.")
        }
    }
}
