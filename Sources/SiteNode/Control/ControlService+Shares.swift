import AuditTrail
import CareRecord
import Consent
import ControlProtocol
import RecordStore
import WireFormat

extension ControlService {
    /// How long a grant is worked on before it is answered; a longer job goes on by itself.
    private static let grantPatience: Duration = .milliseconds(300)
    /// How long an ask waits for the peer's answer.
    private static let askPatience: Duration = .seconds(20)

    /// Sharing agreements, of one peer if one is named.
    func listShares(_ filter: ShareFilter) async throws -> [ShareSummary] {
        let withdrawals = try await store.withdrawals()
        return try await store.agreements(peerName: filter.peer).map { record in
            let withdrawn = withdrawals.last { item in
                record.isWithdrawn && item.peerName == record.peerName
                    && item.withdrawal.policyVersion >= record.agreement.policyVersion
            }
            return ShareSummary(
                agreement: Int(record.agreement.number), peer: record.peerName,
                compartments: record.agreement.compartments.map(\.name),
                scope: ShareScope(record.agreement.scope), purpose: record.agreement.purpose,
                isAttested: record.agreement.isAttested,
                onWithdrawal: record.agreement.onWithdrawal == .erase ? .erase : .seal,
                state: record.isWithdrawn
                    ? .withdrawn : record.progress == nil ? .active : .granting,
                job: record.progress.map(progress), streams: record.streams,
                version: Int(clamping: record.agreement.policyVersion),
                madeMilliseconds: record.madeMilliseconds,
                withdrawnMilliseconds: withdrawn?.madeMilliseconds)
        }
    }

    private func progress(_ job: AgreementRecord.Progress) -> GrantProgress {
        let spent = max(0, clock.milliseconds() - job.startedMilliseconds)
        let left = job.done > 0 ? spent * Int64(job.total - job.done) / Int64(job.done) : nil
        return GrantProgress(
            doneStreams: job.done, totalStreams: job.total,
            secondsLeft: left.map { Int($0 / 1_000) + 1 })
    }

    /// Makes a sharing agreement. A small job is done before the answer.
    func grantShare(_ grant: ShareGrant, actor: AuditActor) async throws -> ShareReceipt {
        try grant.check()
        var order = GrantOrder(
            peerName: grant.peer, compartments: try Self.compartments(grant.compartments),
            purpose: grant.purpose, scope: SharingAgreement.Scope(grant.scope))
        order.isAttested = grant.isAttested
        order.onWithdrawal = grant.onWithdrawal == .erase ? .erase : .seal
        order.patients = try grant.patients.map(Self.patient)
        order.organisations = grant.organisations.compactMap { PatientIdentifier(text: $0) }.map {
            GrantOrder.OrganisationIdentifier(system: $0.system, value: $0.value)
        }
        let result = try await store.grant(order, actor: actor)
        let start = ContinuousClock.now
        while ContinuousClock.now - start < Self.grantPatience, try await store.stepSharing() {}
        return ShareReceipt(
            agreement: Int(result.agreement), streamsToDecide: result.streamsToDecide,
            version: Int(clamping: result.policyVersion))
    }

    /// Withdrawals, the newest first.
    func listWithdrawals() async throws -> [WithdrawalSummary] {
        try await store.withdrawals().map { record in
            let acknowledgements = record.acknowledgements.map {
                WithdrawalAcknowledgement(
                    peer: $0.peerName, notices: $0.notices, acknowledged: $0.acknowledged,
                    refused: $0.refused, lastMilliseconds: $0.lastMilliseconds)
            }
            let isAnswered = acknowledgements.allSatisfy { $0.open == 0 }
            return WithdrawalSummary(
                withdrawal: Int(record.withdrawal.number), peer: record.peerName,
                compartments: record.withdrawal.compartments.map(\.name),
                patient: record.withdrawal.patient?.description, reason: record.reason,
                madeMilliseconds: record.madeMilliseconds, streams: record.streams,
                state: record.isDone && isAnswered
                    ? .done : record.streams == 0 ? .binding : .removing,
                acknowledgements: acknowledgements)
        }
    }

    /// Withdraws; it binds before the answer.
    func withdrawShare(
        _ withdrawal: ShareWithdrawal, actor: AuditActor
    ) async throws -> WithdrawalReceipt {
        try withdrawal.check()
        let result = try await store.withdraw(
            peerName: withdrawal.peer,
            compartments: try Self.compartments(withdrawal.compartments),
            patient: try withdrawal.patient.map(Self.patient), reason: withdrawal.reason,
            actor: actor)
        return WithdrawalReceipt(
            withdrawal: Int(result.withdrawal), streams: result.streams,
            policyVersion: Int(clamping: result.policyVersion))
    }

    /// Why a peer does or does not receive a patient's streams.
    func explainShare(
        _ question: ShareQuestion, actor: AuditActor
    ) async throws -> ShareExplanation {
        let patient = try Self.patient(question.patient)
        let streams = try await store.explainShare(
            peerName: question.peer, patient: patient, actor: actor)
        let explained = Compartment.known.map { compartment -> CompartmentExplanation in
            let stream = streams.first { $0.stream == .patient(patient, compartment) }
            return stream.map { ShareWording.explanation(of: $0, compartment) }
                ?? ShareWording.notHeld(compartment)
        }
        return ShareExplanation(
            peer: question.peer, patient: patient.description, compartments: explained)
    }

    /// Asks a peer for a patient who is being treated here now.
    func ask(_ request: AskRequest, actor: AuditActor) async throws -> AskReceipt {
        try request.check()
        let peer = try await peer(named: request.peer)
        var generator = SystemRandomNumberGenerator()
        let ask = Ask(
            id: .random(using: &generator),
            identifiers: request.identifiers.compactMap { PatientIdentifier(text: $0) }.map {
                Ask.Identifier(system: $0.system, value: $0.value)
            }, family: request.family, given: request.given, birthDate: request.birthDate,
            purpose: request.purpose, requester: request.requester, reason: request.reason)
        let outcome = await sync.ask(ask, of: peer.site, timeout: Self.askPatience)
        try await store.recordAsk(ask, of: peer.site, outcome: outcome, actor: actor)
        switch outcome {
        case .granted(let patient):
            return AskReceipt(
                outcome: .granted, patient: patient.description,
                untilMilliseconds: clock.milliseconds()
                    + Int64(SyncLimits.askGrantMilliseconds))
        case .nothing:
            return AskReceipt(outcome: .nothing)
        case nil:
            throw ControlFailure(
                code: .peerUnreachable, message: "The peer did not answer the ask in time.",
                next: "See `accord peer show`; telephone the site meanwhile.")
        }
    }

    private static func compartments(_ names: [String]) throws -> [Compartment] {
        try names.map { name in
            guard let compartment = Compartment(name: name) else {
                throw ControlFailure(
                    code: .badRequest, message: "There is no compartment \(name).",
                    next: "Known are: \(Compartment.known.map(\.name).joined(separator: ", ")).")
            }
            return compartment
        }.sorted()
    }

    private static func patient(_ text: String) throws -> PatientID {
        guard let patient = PatientID(text: text) else {
            throw ControlFailure(
                code: .badRequest, message: "A patient's id is not a UUID.",
                next: "`accord patient find` shows ids.")
        }
        return patient
    }
}

extension ShareScope {
    init(_ scope: SharingAgreement.Scope) {
        self =
            switch scope {
            case .all: .all
            case .registered: .registered
            case .relationship: .relationship
            case .onRequest: .onRequest
            case .list: .list
            }
    }
}

extension SharingAgreement.Scope {
    init(_ scope: ShareScope) {
        self =
            switch scope {
            case .all: .all
            case .registered: .registered
            case .relationship: .relationship
            case .onRequest: .onRequest
            case .list: .list
            }
    }
}
