import AuditTrail
import CareRecord
import Foundation
import Signing
import Testing
import WireFormat

@testable import RecordStore

extension TestSite {
    /// Asks another site to cosign this one's log, as a session does; gives its status, or `nil` if
    /// there was nothing to ask.
    @discardableResult
    func showHead(to witness: TestSite) async throws -> Int? {
        guard let request = try await store.witnessRequest(for: witness.site) else { return nil }
        let cosigning = try await witness.store.cosign(request.encoded, from: site)
        try await store.take(
            cosigning.answer, showing: cosigning.shown, to: request, from: witness.site)
        return cosigning.answer.status
    }

    /// Adds entries to the log and signs it.
    func grow(_ count: Int = 1) async throws {
        try await act(count)
        try await store.signAuditLog()
    }

    /// Adds entries to the log that are not signed yet.
    func act(_ count: Int = 1) async throws {
        try await store.record(
            [AuditFact](repeating: AuditFact(kind: .read, actor: Self.actor), count: count))
    }

    /// How many entries have some text.
    func entries(with text: String) async throws -> Int {
        try await store.auditEntries(0..<10_000)
            .count { String(decoding: $0, as: UTF8.self).contains(text) }
    }

    /// The site's card with another key to cosign with.
    func cardWithAnotherWitnessKey() -> SignedNodeCard {
        var other = card.card
        other.witnessKey = EventKey.make().publicKey.rawBytes
        return SignedNodeCard(
            card: other, cardBytes: other.encoded(), key: key, predecessor: nil)
    }

    /// Two sites that are enrolled with each other.
    static func pair() async throws -> (TestSite, TestSite) {
        let (practice, hospital) = (try TestSite("practice"), try TestSite("hospital"))
        try await practice.enrol(hospital)
        try await hospital.enrol(practice)
        return (practice, hospital)
    }
}
