public import ControlProtocol

extension NodeControl {
    /// Open conflicts, the most demanding first.
    public func conflicts(_ filter: ConflictFilter) async throws -> [ConflictItem] {
        try await call(.listConflicts, filter, answer: [ConflictItem].self)
    }

    /// One open conflict with everything that met.
    public func conflict(_ conflict: ConflictReference) async throws -> ConflictDetail {
        try await call(.showConflict, conflict, answer: ConflictDetail.self)
    }

    /// Writes what somebody decided about an open conflict; durable there when this returns.
    public func resolveConflict(
        _ resolution: ConflictResolution
    ) async throws -> ConflictResolved {
        try await call(.resolveConflict, resolution, answer: ConflictResolved.self)
    }
}
