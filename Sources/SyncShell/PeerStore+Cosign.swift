package import AuditTrail
import RecordStore
package import WireFormat

/// Asks a peer, as a witness, to cosign heads: one question at a time.
///
/// Answers are told apart by number. One that comes twice, or late, would say of the witness what
/// is no longer so.
package struct CosignQuestions: Sendable {
    /// The size of the newest head when it was last looked at.
    package private(set) var seenSize: UInt64 = 0
    private var number: UInt64 = 0
    private var open: WitnessRequest?

    /// Nothing was asked yet.
    package init() {}

    /// Notes up to where the log was signed when it was looked at.
    package mutating func look(at size: UInt64) { seenSize = size }

    /// The message that asks; an earlier question that was not answered is forgotten.
    package mutating func ask(_ request: WitnessRequest) -> SyncMessage {
        number += 1
        open = request
        return .cosign(Cosign(number: number, request: request.encoded))
    }

    /// The question that an answer is to; `nil` for any but the last one's first answer.
    package mutating func take(_ answer: CosignAnswer) -> WitnessRequest? {
        guard answer.number == number else { return nil }
        defer { open = nil }
        return open
    }
}

/// Heads of audit logs, both ways (`sync-v1.md` §5).
extension PeerStore {
    /// Up to where this node's log is signed.
    package var signedSize: UInt64 { store.auditStanding.signedSize }

    /// What the peer is asked to cosign; `nil` if nothing.
    package func witnessRequest() async throws -> WitnessRequest? {
        try await store.witnessRequest(for: peer)
    }

    /// Decides as a witness about a head of the peer's log: what is cosigned is durable when this
    /// returns.
    package func cosign(_ cosign: Cosign) async throws -> CosignAnswer {
        let cosigning = try await store.cosign(cosign.request, from: peer)
        return CosignAnswer(
            number: cosign.number, status: UInt32(cosigning.answer.status),
            answer: cosigning.answer.body, head: cosigning.shown?.encoded ?? [])
    }

    /// Takes the peer's answer to a question.
    package func take(_ answer: CosignAnswer, to request: WitnessRequest) async throws {
        let status = Int(answer.status)
        try await store.take(
            WitnessAnswer(
                status: status, contentType: status == 409 ? WitnessAnswer.sizeType : nil,
                body: answer.answer),
            showing: Self.head(answer.head), to: request, from: peer)
    }

    private static func head(_ bytes: [UInt8]) -> SignedHead? {
        do throws(LogRefusal) {
            return try SignedHead(encoded: bytes)
        } catch {
            return nil
        }
    }
}
