public import AuditTrail
public import CareRecord
public import ConflictResolver
import GRDB

/// A resource as its heads leave it, with who wrote each value.
public struct MergedResource: Sendable, Hashable {
    /// The resource.
    public var id: EntityID
    /// The stream it is in.
    public var stream: StreamID
    /// The resource as R4; equal at every site that holds the same changes.
    public var projected: ProjectedResource
    /// The elements of the resource and of what is inside it, in the order of the view; how it is
    /// shown is left out. Of what ended, who ended it stands last.
    public var elements: [Element]
    /// What met, the most demanding first.
    public var conflicts: [Conflict]

    /// One element.
    public struct Element: Sendable, Hashable {
        /// Which one.
        public var element: PartElement
        /// Whether the entity is there.
        public var presence: PartView.Presence
        /// What has to happen.
        public var conflictClass: ConflictClass
        /// Its values in display order.
        public var values: [OpenConflict.Value]
    }
}

extension SiteStore {
    /// The resources of one type of a patient, merged, in the order in which they came into view. The
    /// look-up is in the audit log before the answer.
    public func mergedResources(
        of patient: PatientID, type: String, actor: AuditActor
    ) async throws -> [MergedResource] {
        let merged = try await read("merge a patient's resources") { db in
            var reader = ResourceReader()
            return try Self.positions(of: patient, type: type, db).compactMap { position in
                try Self.merged(createdAt: position, &reader, db)
            }
        }
        try await recordAccess(.read, to: [patient], actor: actor)
        return merged
    }

    private static func merged(
        createdAt position: ChangePosition, _ reader: inout ResourceReader, _ db: Database
    ) throws -> MergedResource? {
        let placed = try reader.history(createdAt: position, db)
        guard let view = placed.history.view() else { return nil }
        var elements: [MergedResource.Element] = []
        for part in view.parts {
            elements += try Self.elements(of: part, placed, &reader, db)
            guard part.presence != .present else { continue }
            elements.append(
                MergedResource.Element(
                    element: PartElement(part: part.part, facet: .existence),
                    presence: part.presence, conflictClass: .automatic,
                    values: try endings(of: part.part, placed, &reader, db)))
        }
        return MergedResource(
            id: placed.history.entity, stream: placed.stream,
            projected: placed.history.projected(view), elements: elements,
            conflicts: view.conflicts)
    }

    /// The elements of a part with who wrote each value; how it is shown is left out.
    static func elements(
        of part: PartView, _ placed: PlacedHistory, _ reader: inout ResourceReader, _ db: Database
    ) throws -> [MergedResource.Element] {
        try part.elements.filter { $0.element.facet != .presentation }.map { element in
            let values = try element.siblings.map { sibling in
                try value(of: element, sibling, sibling.heads, placed, &reader, db)
            }
            return MergedResource.Element(
                element: element.element, presence: part.presence,
                conflictClass: element.conflictClass, values: values)
        }
    }

    /// Who says that a part is not there.
    static func endings(
        of part: Part, _ placed: PlacedHistory, _ reader: inout ResourceReader, _ db: Database
    ) throws -> [OpenConflict.Value] {
        try placed.history.endings(of: part).map { ending in
            OpenConflict.Value(
                element: PartElement(part: part, facet: .existence), content: ending.content,
                authors: [try writing(of: ending.name, placed, &reader, db)])
        }
    }
}
