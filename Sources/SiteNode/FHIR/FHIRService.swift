import AuditTrail
import CareRecord
import Logging
import RecordStore

/// Answers FHIR clients: turns requests into calls of the store and its values into answers.
struct FHIRService: Sendable {
    let store: SiteStore
    let clients: FHIRClients
    let versionIDs: FHIRVersionIDs
    let site: SiteID
    /// When the node started, in milliseconds since 1970 UTC.
    let startedMilliseconds: Int64
    let logger: Logger
    /// Requests without a known token, until they are written into the audit log.
    let strangers = StrangerTally(reason: "unknown token")
    private let paces = FHIRPaces()

    init(
        store: SiteStore, clients: FHIRClients, versionIDs: FHIRVersionIDs, site: SiteID,
        startedMilliseconds: Int64, logger: Logger
    ) {
        self.store = store
        self.clients = clients
        self.versionIDs = versionIDs
        self.site = site
        self.startedMilliseconds = startedMilliseconds
        self.logger = logger
    }

    /// One request with who sent it.
    struct Call: Sendable {
        let request: FHIRRequest
        let client: FHIRClient
        let actor: AuditActor
    }

    /// Answers one request; a failure is an answer as well.
    func answer(_ request: FHIRRequest) async -> FHIRAnswer {
        let asked = Self.interaction(of: request)
        do {
            if case .success(.capabilities) = asked {
                try FHIRMedia.checkAnswer(request)
                return capabilities(request)
            }
            guard let client = clients.client(authorization: request.header("Authorization"))
            else {
                strangers.note(request.remoteAddress)
                await paces.waitAfterRefusal(at: request.remoteAddress)
                throw FHIRFailure.signIn
            }
            await paces.wait(for: client.name)
            let call = Call(
                request: request, client: client, actor: client.actor(organisation: site))
            return await answer(try asked.get(), call)
        } catch {
            return Self.failure(error).answer
        }
    }

    private func answer(_ interaction: FHIRInteraction, _ call: Call) async -> FHIRAnswer {
        do {
            try FHIRMedia.checkAnswer(call.request)
            return try await perform(interaction, call)
        } catch {
            let failure = Self.failure(error)
            if failure.status >= 500 {
                logger.warning(
                    "a FHIR request failed",
                    metadata: ["interaction": "\(interaction.name)", "reason": "\(error)"])
            }
            await recordRefusal(failure, of: interaction, call)
            return failure.answer
        }
    }

    private func perform(
        _ interaction: FHIRInteraction, _ call: Call
    ) async throws -> FHIRAnswer {
        switch interaction {
        case .capabilities:
            return capabilities(call.request)
        case .read(let type, let id):
            return try await read(type, id, version: nil, call)
        case .vread(let type, let id, let version):
            return try await read(type, id, version: version, call)
        case .history(let type, let id):
            return try await history(type, id, call)
        case .create(let type):
            return try await create(type, call)
        case .update(let type, let id):
            return try await update(type, id, call)
        case .delete(let type, let id):
            return try await delete(type, id, call)
        case .bundle:
            return try await bundle(call)
        case .conditionalUpdate(let type):
            return try await conditionalUpdate(type, call)
        case .conditionalDelete(let type):
            return try await conditionalDelete(type, call)
        case .companions(let type, let id):
            return try await companions(of: type, id, call)
        case .conflicts(let type, let id):
            return try await conflicts(of: type, id, call)
        case .resolve(let type, let id):
            return try await resolve(type, id, call)
        }
    }

    /// Writes the audit entry of an act that was refused or failed before the store was asked: the
    /// kind that it has when it succeeds.
    private func recordRefusal(
        _ failure: FHIRFailure, of interaction: FHIRInteraction, _ call: Call
    ) async {
        guard !failure.isRecorded, let kind = interaction.auditKinds.first else { return }
        var fact = AuditFact(kind: kind, actor: call.actor)
        fact.outcome = failure.status >= 500 ? .failed : .refused
        fact.reason = "\(interaction.name): \(failure.reason)"
        do {
            try await store.record([fact])
        } catch {
            logger.error(
                "a refused act was not recorded", metadata: ["interaction": "\(interaction.name)"])
        }
    }

    private static func interaction(
        of request: FHIRRequest
    ) -> Result<FHIRInteraction, FHIRFailure> {
        do {
            return .success(try FHIRInteraction.find(method: request.method, path: request.path))
        } catch {
            return .failure(error)
        }
    }

    private static func failure(_ error: any Error) -> FHIRFailure {
        switch error {
        case let failure as FHIRFailure: failure
        case let failure as StoreFailure: FHIRFailure(failure)
        default: .unexpected
        }
    }
}
