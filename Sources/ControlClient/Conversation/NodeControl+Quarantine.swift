public import ControlProtocol

extension NodeControl {
    /// Items in quarantine, the oldest first.
    public func quarantine(_ filter: QuarantineFilter) async throws -> [QuarantineItem] {
        try await exchange(
            .listQuarantine, target: filter.target, answer: [QuarantineItem].self)
    }

    /// What is known of one item.
    public func quarantineItem(_ item: QuarantineReference) async throws -> QuarantineDetail {
        try await call(.showQuarantine, item, answer: QuarantineDetail.self)
    }

    /// Tries one item again, or every open one.
    public func retryQuarantine(
        _ request: QuarantineRetryRequest
    ) async throws -> QuarantineRetry {
        try await call(
            .retryQuarantine, request, timeout: .seconds(600), answer: QuarantineRetry.self)
    }

    /// Closes an item.
    public func closeQuarantine(_ closing: QuarantineClosing) async throws -> QuarantineItem {
        try await call(.closeQuarantine, closing, answer: QuarantineItem.self)
    }
}
