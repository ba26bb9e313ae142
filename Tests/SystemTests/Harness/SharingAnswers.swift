import Foundation
import Testing

// What the tests read of the answers about sharing; see `Answers.swift`.

/// `accord share list`.
struct SharesAnswer: Decodable {
    let agreements: [ShareAnswer]
    let withdrawals: [WithdrawalAnswer]
}

/// A sharing agreement.
struct ShareAnswer: Decodable {
    let agreement: Int
    let peer: String
    let state: String
    let streams: Int
}

/// A withdrawal.
struct WithdrawalAnswer: Decodable {
    let peer: String
    let patient: String?
    let state: String
    let streams: Int
    let acknowledgements: [Acknowledgement]

    struct Acknowledgement: Decodable {
        let peer: String
        let notices: Int
        let acknowledged: Int
        let refused: Int

        /// Notices without an answer.
        var open: Int { notices - acknowledged - refused }
    }
}

/// `accord share explain`.
struct ExplainAnswer: Decodable {
    let compartments: [Compartment]

    struct Compartment: Decodable {
        let compartment: String
        let isHeldHere: Bool
        let isShared: Bool
        let code: String
        let basis: String?
        let untilMilliseconds: Int64?
        let events: Int
        let acknowledgedEvents: Int
        let isAnnouncedByPeer: Bool
    }

    /// What decides about a compartment.
    func code(_ name: String = "general") -> String? {
        compartments.first { $0.compartment == name }?.code
    }
}

/// `accord peer show`.
struct PeerAnswer: Decodable {
    let status: StatusAnswer.Peer
    let traffic: Traffic
    let shares: [ShareAnswer]
    let sessions: [Session]
    let refusals: [Refusal]
    let inFlightDeliveries: Int

    struct Traffic: Decodable {
        let isPaused: Bool
        let bytesPerSecond: Int?
        let windows: [String]
        let proxy: String?
    }

    struct Session: Decodable {
        let dialledByUs: Bool
        let sentEvents: Int
        let receivedEvents: Int
        let end: String?
    }

    struct Refusal: Decodable {
        let reason: String
        let direction: String
        let count: Int
    }
}

/// `accord ask`.
struct AskReceiptAnswer: Decodable {
    let outcome: String
    let patient: String?
    let untilMilliseconds: Int64?
}

/// An item of `accord quarantine list`.
struct QuarantineAnswer: Decodable {
    let item: Int
    let peer: String?
    let reason: String
    let bytes: Int
    let closedMilliseconds: Int64?
}

extension Site {
    /// The withdrawals, the newest first.
    func withdrawals() async throws -> [WithdrawalAnswer] {
        try await ask(SharesAnswer.self, "share", "list").withdrawals
    }

    func explain(_ patient: String, to peer: Site) async throws -> ExplainAnswer {
        try await ask(ExplainAnswer.self, "share", "explain", peer.label, patient)
    }

    func show(_ peer: Site) async throws -> PeerAnswer {
        try await ask(PeerAnswer.self, "peer", "show", peer.label)
    }

    /// Withdraws a patient from a peer, or everything.
    func withdraw(from peer: Site, patient: String? = nil) async throws {
        let one = patient.map { ["--patient", $0] } ?? []
        _ = try await run(["share", "withdraw", peer.label, "--reason", "A test."] + one).expect(0)
    }

    /// Imports measurements of a patient, each an event.
    func takeIn(_ values: Range<Int>, of patient: String) async throws {
        _ = try await takeIn([try measurements(values, of: patient)])
    }

    /// Writes a file of measurements of a patient.
    func measurements(_ values: Range<Int>, of patient: String) throws -> String {
        let lines = values.map { NewObservation(patient: patient, value: $0).line }
        return try folder.write(
            lines.joined(), to: "\(label)/in/\(patient)-\(values.lowerBound).ndjson")
    }
}
