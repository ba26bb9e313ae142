import CareRecord

/// One resource as R4 JSON, rendered from its view (`merge.md` §10).
public struct ProjectedResource: Sendable, Hashable {
    /// Compact JSON: `resourceType`, `id`, then the members ascending by name. Equal views give
    /// equal bytes.
    public let json: [UInt8]
    /// Whether something in it waits for a human's decision: class H or U.
    public let isDisputed: Bool
    /// Whether all of it was entered in error (``ResourceView/isRetracted``).
    public let isRetracted: Bool
}

extension ResourceView {
    /// The resource as R4.
    ///
    /// - Parameter writing: who wrote a head, to stand beside what it says; `nil` if unknown.
    public func projected(
        _ writing: @escaping (HeadName) -> ProjectedWriting?
    ) -> ProjectedResource {
        let projector = ResourceProjector(self, SiblingExtension(writing: writing))
        var output: [UInt8] = []
        projector.resource().append(to: &output)
        return ProjectedResource(
            json: output, isDisputed: projector.isDisputed,
            isRetracted: isRetracted)
    }
}

extension ResourceHistory {
    /// The resource as R4 with who wrote what; `nil` while nothing of it is a head.
    public func projected() -> ProjectedResource? {
        view().map { projected($0) }
    }

    /// The resource as R4 with who wrote what.
    ///
    /// - Parameter view: this history's.
    public func projected(_ view: ResourceView) -> ProjectedResource {
        view.projected { name in changes[name].map { ProjectedWriting($0) } }
    }
}
