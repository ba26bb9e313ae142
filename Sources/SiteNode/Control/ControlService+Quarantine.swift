import AuditTrail
import CareRecord
import ControlProtocol
import RecordStore
import Signing

extension ControlService {
    /// Items that are listed at most.
    private static let listedMax = 10_000

    /// Items in quarantine, oldest first.
    func listQuarantine(_ filter: QuarantineFilter) async throws -> [QuarantineItem] {
        try await store.quarantine(
            peerName: filter.peer, includesClosed: filter.includesClosed,
            countMax: Self.listedMax
        ).map(QuarantineItem.init)
    }

    /// One item without its content.
    func showQuarantine(_ reference: QuarantineReference) async throws -> QuarantineDetail {
        let record = try await store.quarantined(Int64(reference.item))
        let event = record.event
        return QuarantineDetail(
            item: QuarantineItem(record), streamKind: event.map { Self.kind(of: $0.stream) },
            authorSite: event?.dot.replica.site.description,
            counter: event.map { Int(clamping: $0.dot.counter) },
            eventID: event.map { Hexadecimal.text($0.id.bytes) }, waitingFor: nil,
            next: record.event == nil
                ? "Ask the sending site; `accord quarantine retry` tries it again after an upgrade."
                : "The event is kept and passed on; `accord quarantine retry` reads the value again."
        )
    }

    /// Tries items again.
    func retryQuarantine(
        _ request: QuarantineRetryRequest, actor: AuditActor
    ) async throws -> QuarantineRetry {
        let count = try await store.retryQuarantine(request.item.map(Int64.init), actor: actor)
        return QuarantineRetry(
            tried: count.tried, applied: count.applied, stillRefused: count.tried - count.applied)
    }

    /// Closes an item; its bytes stay.
    func closeQuarantine(
        _ closing: QuarantineClosing, actor: AuditActor
    ) async throws -> QuarantineItem {
        try closing.check()
        return QuarantineItem(
            try await store.closeQuarantine(
                Int64(closing.item), reason: closing.reason, actor: actor))
    }

    private static func kind(of stream: StreamID) -> String {
        switch stream {
        case .patient(_, let compartment): compartment.name
        case .directory: "directory"
        case .link: "link"
        case .local: "local"
        case .unknown: "unknown"
        }
    }
}

extension QuarantineItem {
    fileprivate init(_ record: QuarantineRecord) {
        self.init(
            item: Int(record.number), peer: record.peerName,
            receivedMilliseconds: record.receivedMilliseconds, reason: record.reason,
            bytes: record.bytes, closedMilliseconds: record.closedMilliseconds)
    }
}
