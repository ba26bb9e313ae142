public import ControlProtocol
import PeerTransport

/// The command line's conversation with the node on this machine.
///
/// Every call sends one request and returns its answer. They throw `ControlFailure` when the node
/// refuses, and `NodeControlFailure` when no answer came.
public struct NodeControl: Sendable {
    /// Path of the node's socket.
    public let socketPath: String

    let socket: ControlSocketClient

    /// Prepares a conversation; nothing is dialled before the first call.
    public init(socketPath: String) {
        self.socketPath = socketPath
        socket = ControlSocketClient(socketPath: socketPath)
    }

    /// Ends the conversation.
    public func close() async {
        await socket.shutdown()
    }

    /// How the node and its peers are.
    public func status() async throws -> NodeStatus {
        try await call(.status, answer: NodeStatus.self)
    }

    /// Lets the node follow its clock's forward step.
    public func confirmClock() async throws -> ClockStatus {
        try await exchange(
            .confirmClock, target: ControlRoute.confirmClock.path, answer: ClockStatus.self)
    }

    /// Finds patients.
    public func findPatients(_ query: PatientQuery) async throws -> [PatientMatch] {
        try await call(.findPatients, query, answer: [PatientMatch].self)
    }

    /// What the node holds of one patient.
    public func patient(_ patient: PatientReference) async throws -> PatientRecord {
        try await call(.showPatient, patient, answer: PatientRecord.self)
    }

    /// One patient's resources in time, the newest first.
    public func timeline(_ request: TimelineRequest) async throws -> [TimelineEntry] {
        try await call(.patientTimeline, request, answer: [TimelineEntry].self)
    }

    /// A plan, or all plans of a patient, with every head.
    public func plans(_ plan: PlanReference) async throws -> [MergedPlan] {
        try await call(.showPlan, plan, answer: [MergedPlan].self)
    }

    /// The newest versions of a plan.
    public func planHistory(_ request: PlanHistoryRequest) async throws -> PlanHistory {
        try await call(.planHistory, request, answer: PlanHistory.self)
    }

    /// Where two versions of a plan differ.
    public func planDifference(_ request: PlanDifferenceRequest) async throws -> PlanDifference {
        try await call(.planDifference, request, answer: PlanDifference.self)
    }

    func call<Answer: Decodable>(
        _ route: ControlRoute, answer: Answer.Type
    ) async throws -> Answer {
        try await exchange(route, target: route.path, answer: answer)
    }

    func call<Answer: Decodable>(
        _ route: ControlRoute, _ request: some Encodable, timeout: Duration = .seconds(60),
        answer: Answer.Type
    ) async throws -> Answer {
        try await exchange(
            route, target: route.path, body: ControlCoding.encode(request), timeout: timeout,
            answer: answer)
    }

    func exchange<Answer: Decodable>(
        _ route: ControlRoute, target: String, body: [UInt8] = [], timeout: Duration = .seconds(60),
        answer: Answer.Type
    ) async throws -> Answer {
        let response: PeerResponse
        do {
            response = try await socket.request(
                method: route.method == .get ? .get : .post, path: target, body: body,
                headers: route.method == .get ? [] : [("Content-Type", "application/json")],
                timeout: timeout)
        } catch let failure as PeerFailure {
            throw NodeControlFailure(failure, socketPath: socketPath)
        }
        guard (200..<300).contains(response.status) else { throw Self.refusal(in: response) }
        do {
            return try ControlCoding.decode(answer, from: response.body)
        } catch {
            throw NodeControlFailure(code: .unreadableAnswer, socketPath: socketPath)
        }
    }

    /// The failure that a response other than 2xx stands for. The listener itself refuses in plain
    /// text, before any route is known.
    static func refusal(in response: PeerResponse) -> ControlFailure {
        do {
            return try ControlCoding.decode(ControlFailure.self, from: response.body)
        } catch {
            switch response.status {
            case 403:
                return ControlFailure(
                    code: .notAllowed, message: "The node does not serve this account.",
                    next: "Use root or the service's own account, for instance by sudo.")
            case 413:
                return ControlFailure(
                    code: .tooLarge, message: "The node takes no request of this size.",
                    next: "Split the file, or raise import.body_max.")
            default:
                return ControlFailure(
                    code: .unexpected,
                    message: "The node answered with HTTP status \(response.status).",
                    next: "The service's journal has more.")
            }
        }
    }
}
