import AuditTrail
import Logging
import PeerTransport
import RecordStore
import ServiceLifecycle

/// Shows each new signed head to the witnesses that the configuration names, and keeps what they
/// cosign. Peers witness in their sessions.
struct WitnessService: AuditedService {
    /// What speaks against the log, or says that a witness was put back.
    static let auditKinds: [AuditKind] = [.witness, .alarm]

    /// How often a new head is looked for; in memory.
    private static let pause: Duration = .milliseconds(200)
    /// How long one witness has for its answer.
    private static let timeout: Duration = .seconds(15)

    let store: SiteStore
    let client: PeerClient
    let witnesses: [WitnessAddress]
    /// Authorities that certify the witnesses; `nil` for those of the machine.
    let authoritiesFile: String?
    /// The first pause after a failure; doubled after each, with jitter.
    let retryMin: Duration
    /// The longest pause.
    let retryMax: Duration
    let logger: Logger

    /// Runs until the node stops.
    func run() async throws {
        await workUntilNodeStops {
            await withDiscardingTaskGroup { group in
                for witness in witnesses { group.addTask { await follow(witness) } }
            }
        }
    }

    /// Shows one witness each new head.
    private func follow(_ witness: WitnessAddress) async {
        var shown: UInt64 = 0
        var last: ConfiguredWitnessRecord.State?
        var pause = retryMin
        while !Task.isCancelled {
            do {
                let signed = store.auditStanding.signedSize
                guard signed != shown else {
                    try await Task.sleep(for: Self.pause)
                    continue
                }
                let state = try await show(witness)
                if state != last { report(state, of: witness) }
                let mayAskAgain = state == .behind && last != .behind
                last = state
                if state == nil || state == .cosigned {
                    shown = signed
                    pause = retryMin
                } else if !mayAskAgain {
                    try await Task.sleep(for: pause * Double.random(in: 0.5...1.5))
                    pause = min(pause * 2, retryMax)
                }
            } catch is CancellationError {
                return
            } catch {
                logger.error("a witness was not asked", metadata: ["reason": "\(error)"])
                do { try await Task.sleep(for: pause) } catch { return }
            }
        }
    }

    /// Shows the newest head once.
    ///
    /// - Returns: what came of it; `nil` if there was nothing to show.
    func show(_ witness: WitnessAddress) async throws -> ConfiguredWitnessRecord.State? {
        guard let request = try await store.witnessRequest(for: witness.key) else { return nil }
        let reply = await send(request, to: witness)
        try Task.checkCancellation()
        return try await store.take(reply, to: request, from: witness.key)
    }

    private func send(
        _ request: WitnessRequest, to witness: WitnessAddress
    ) async -> ConfiguredWitnessReply {
        let server = witness.server
        guard let endpoint = PeerEndpoint(host: server.host, port: server.port) else {
            return .failed(.unreachable, status: nil)
        }
        do {
            let response = try await client.send(
                WebClientRequest(
                    endpoint: endpoint, path: witness.path, body: request.encoded,
                    authoritiesFile: authoritiesFile, timeout: Self.timeout,
                    responseBytesMax: LogLimits.noteBytesMax))
            return ConfiguredWitnessReply(response)
        } catch let failure as PeerFailure {
            logger.debug("a witness did not answer", metadata: ["reason": "\(failure.context)"])
            return .failed(ConfiguredWitnessRecord.State(failure), status: nil)
        } catch {
            return .failed(.unreachable, status: nil)
        }
    }

    private func report(_ state: ConfiguredWitnessRecord.State?, of witness: WitnessAddress) {
        guard let state else { return }
        let facts: Logger.Metadata = [
            "witness": "\(witness.key.name)", "state": "\(state.rawValue)",
        ]
        switch state {
        case .cosigned, .behind: logger.info("a witness answered", metadata: facts)
        case .ahead, .inconsistent:
            logger.critical("a witness speaks against the audit log", metadata: facts)
        default: logger.warning("a witness does not cosign", metadata: facts)
        }
    }
}

extension ConfiguredWitnessReply {
    /// Reads what a witness answered over HTTP.
    init(_ response: PeerResponse) {
        let answer = WitnessAnswer(
            status: response.status, contentType: response.header("content-type"),
            body: response.body)
        if let answer {
            self = .answered(answer)
        } else {
            let isElsewhere = (300..<400).contains(response.status)
            self = .failed(isElsewhere ? .redirected : .badAnswer, status: response.status)
        }
    }
}

extension ConfiguredWitnessRecord.State {
    /// Why no answer came.
    init(_ failure: PeerFailure) {
        switch failure.code {
        case .tooLarge: self = .tooLarge
        case .certificateRefused, .certificateExpired, .wrongKey: self = .certificateRefused
        case .refusedByPeer: self = .closed
        case .http, .notTLS: self = .badAnswer
        default: self = .unreachable
        }
    }
}
