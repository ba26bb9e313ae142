import AuditTrail
import CareRecord
import Consent
import ControlProtocol
import Foundation
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
    let logger: Logger

    /// Answers one request; a failure is an answer as well.
    func answer(_ request: ControlRequest) async -> ControlAnswer {
        do {
            let route = try ControlRoute.find(method: request.method, target: request.path)
            return try await answer(route, request)
        } catch {
            return answer(Self.failure(error))
        }
    }

    private func answer(
        _ route: ControlRoute, _ request: ControlRequest
    ) async throws -> ControlAnswer {
        let actor = actor(of: request)
        switch route {
        case .status: return try json(try await status())
        case .importFile: return try importFile(request, actor: actor)
        case .listPeers: return try json(try await listPeers())
        case .addPeer:
            return try json(
                try await addPeer(
                    ControlCoding.decodeRequest(PeerAddition.self, from: request.body),
                    actor: actor))
        case .listShares:
            return try json(try await listShares(ShareFilter(target: request.path)))
        case .grantShare:
            return try json(
                try await grantShare(
                    ControlCoding.decodeRequest(ShareGrant.self, from: request.body),
                    actor: actor))
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
        case .showPlan:
            return try json(
                try await showPlan(
                    ControlCoding.decodeRequest(PlanReference.self, from: request.body),
                    actor: actor))
        }
    }

    /// Whoever the kernel says is at the other end of the socket.
    private func actor(of request: ControlRequest) -> AuditActor {
        AuditActor(
            id: "uid:\(request.caller.userID)", role: "administrator",
            organisation: node.identity.replica.site.description, signInMethod: "socket")
    }

    private func json(_ value: some Encodable) throws -> ControlAnswer {
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
