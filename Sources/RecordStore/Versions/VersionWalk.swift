import CareRecord
import ConflictResolver
import GRDB

/// Goes through the versions of a resource, the oldest first, and keeps the view of the last one only:
/// a further version costs what it touches.
struct VersionWalk {
    /// The resource.
    let resource: EntityID
    /// The stream it is in.
    let stream: StreamID
    /// Its versions.
    let steps: [VersionStep]
    private var reader = ResourceReader()
    private var viewer: ResourceViewer
    private var positions: [HeadName: ChangePosition] = [:]
    private var changes: [HeldChange] = []
    private var before = ShownElements()
    private var shown = ShownElements()
    private var view: ResourceView?
    private var count = 0
    /// The version that `view` is of.
    private var seen = 0

    /// Stands before the first version of the resource whose creation stands at a position.
    init(createdAt position: ChangePosition, _ db: Database) throws {
        steps = try reader.versionSteps(createdAt: position, db)
        stream = try reader.event(at: position.seq, db).header.stream
        viewer = ResourceViewer(try reader.emptyHistory(createdAt: position, db))
        resource = viewer.history.entity
    }

    /// Goes on to a version, by its number.
    mutating func go(to number: Int, _ db: Database) throws {
        precondition((count...steps.count).contains(number), "version \(number) after \(count)")
        while count < number {
            // What a version changed is seen beside the one before it alone.
            if count + 1 == number, seen < count { look() }
            changes = []
            for place in steps[count].changes {
                let change = try reader.heldChange(at: place, db)
                positions[change.name] = place
                changes.append(change)
                viewer.insert(change)
            }
            count += 1
        }
        before = shown
        look()
    }

    private mutating func look() {
        view = viewer.view()
        shown = ShownElements(view, viewer.history)
        seen = count
    }

    /// The elements that this version shows otherwise than another.
    func changed(since other: ShownElements) -> [PartElement] { shown.changed(since: other) }

    /// What this version shows.
    var elements: ShownElements { shown }

    /// What came with this version.
    mutating func outline(_ db: Database) throws -> VersionOutline {
        let conflicts = (view?.conflicts ?? []).filter { $0.conflictClass >= .human }
        let disputed = Set(conflicts.map(\.element))
        return VersionOutline(
            number: count,
            acceptedMilliseconds: try ResourceReader.accepted(
                at: steps[count - 1].position, db),
            act: act, writings: try writings(db),
            changed: shown.changed(since: before).map { element in
                VersionOutline.ChangedElement(
                    element: element, isDisputed: disputed.contains(element))
            },
            isDisputed: !conflicts.isEmpty)
    }

    /// An element with its values as this version shows it; `nil` if there is nothing of it.
    mutating func element(
        _ element: PartElement, _ db: Database
    ) throws -> MergedResource.Element? {
        guard let part = view?.part(element.part) else { return nil }
        let placed = PlacedHistory(history: viewer.history, stream: stream, positions: positions)
        guard element.facet == .existence else {
            return try SiteStore.elements(of: part, placed, &reader, db)
                .first { $0.element == element }
        }
        let present = viewer.history.presences(of: part.part)
        var values = try SiteStore.endings(of: part.part, placed, &reader, db)
        if !present.isEmpty {
            let authors = try present.map { try SiteStore.writing(of: $0, placed, &reader, db) }
            values.insert(
                OpenConflict.Value(element: element, content: .present, authors: authors), at: 0)
        }
        return MergedResource.Element(
            element: element, presence: part.presence, conflictClass: .automatic, values: values)
    }

    private var act: VersionOutline.Act {
        let ofAll = changes.filter { $0.element.entity == resource }.map(\.operation)
        if count == 1 { return .created }
        if ofAll.contains(.retract) { return .retracted }
        if ofAll.contains(.relocate) { return .relocated }
        if changes.contains(where: { $0.operation == .resolve }) { return .resolved }
        if changes.allSatisfy({ $0.operation == .omit }) { return .omitted }
        return shown == before ? .restated : .changed
    }

    /// Who wrote this version; one input is told of once, in however many events it came.
    private mutating func writings(_ db: Database) throws -> [OpenConflict.Writing] {
        var written: [OpenConflict.Writing] = []
        var last: Int64?
        for place in steps[count - 1].changes where place.seq != last {
            last = place.seq
            var writing = try SiteStore.writing(at: place, of: resource, &reader, db)
            let together = writing.together
            writing.together = []
            let known = written.firstIndex { other in
                var other = other
                other.together = []
                return other == writing
            }
            let index = known ?? written.endIndex
            if known == nil { written.append(writing) }
            written[index].together = Set(written[index].together + together).sorted()
        }
        return written.sorted { $0.recordedMilliseconds > $1.recordedMilliseconds }
    }
}
