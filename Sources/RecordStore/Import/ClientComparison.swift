import CareRecord
import ConflictResolver
import GRDB
import Interchange
import StrictJSON

/// Holds what a client puts against the version that it was shown (`merge.md` §2.2).
struct ClientComparison {
    /// Everything of the resource that is held.
    private let placed: PlacedHistory
    /// The resource as the client was shown it.
    private let shown: ResourceHistory
    /// What it was shown of references, by their text.
    private let references: [String: ShownReference]
    /// What they lead to, by the text that their authors gave.
    private let led: [String: ReferenceTarget]
    /// The texts of those that the client was named only, by the UUID that it was named.
    private let named: [String: String]
    /// Changes that the client wrote itself, as the same author.
    private let own: Set<HeadName>
    private let author: Author
    private let isAware: Bool
    /// Whether the client said which version it was shown.
    private let isNamed: Bool

    /// Finds the version.
    ///
    /// - Parameters:
    ///   - version: which one the client says that it was shown.
    ///   - source: the client's source system.
    ///   - author: in whose name it writes.
    ///   - sight: what it may see of what the resource refers to.
    /// - Throws: `ImportUnitRefusal` if the client may not write on the version that it names.
    init(
        of known: FoundEntity, _ version: ShownVersion, source: String, author: Author,
        sight: VersionSight, entry: Int, _ db: Database
    ) throws {
        var reader = ResourceReader()
        let steps = try reader.versionSteps(createdAt: known.position, db)
        var last = steps.count - 1
        isAware = sight.client.access.isConflictAware
        isNamed = version != .unsaid
        if case .named(let named) = version {
            let index = steps.lastIndex { named.contains(UInt64($0.position)) }
            // Who sees no conflicts may not make one out of an old version.
            guard let index, index == last || isAware else {
                throw ImportUnitRefusal(.versionNotCurrent, entry: entry)
            }
            last = index
        }
        let placed = try reader.history(createdAt: known.position, db)
        let rendered = try reader.shownHistory(
            createdAt: known.position, through: steps[...last], sight, db)
        (shown, references, led) = (rendered.placed.history, rendered.references, rendered.targets)
        own = try Set(
            placed.history.changes.values.filter { change in
                guard change.author == author, let position = placed.positions[change.name] else {
                    return false
                }
                return try reader.event(at: position.seq, db).header.sourceSystem == source
            }.map(\.name))
        self.placed = placed
        self.author = author
        let logical = references.compactMap { text, shown in
            if case .logical(_, let id) = shown { (id, text) } else { nil }
        }
        named = Dictionary(logical, uniquingKeysWith: min)
    }

    /// The changes that a body comes to, with their values; empty if it says nothing new.
    ///
    /// - Parameter whole: the change as one of the whole resource, with its targets in document order.
    /// - Throws: `ImportUnitRefusal` if the body cannot be compared.
    func changes(
        putting entry: EntryDraft, _ whole: Change,
        using generator: inout any RandomNumberGenerator & Sendable
    ) throws -> [(change: Change, value: [UInt8])] {
        guard let view = shown.view(), view.root.presence != .retracted else {
            // Who writes what was retracted brings it back. Of what it held nobody was shown anything.
            var change = whole
            change.operation = .assign
            let ended = replaceable(shown.endings(of: shown.root).map(\.name))
            let known = Set(ended + shown.allHeads.filter(own.contains)).sorted()
            change.supersedes = known.map(placed.history.reference)
            return [(change, entry.value)]
        }
        // What the client sends back is in the words that it was shown.
        let body = VersionReferences.rewriting(entry.value, as: references)
        guard let document = WriterState.document(body[...]), document.root.kind == .object
        else { return [] }
        var next = generator
        defer { generator = next }
        do {
            let targets = targets(of: entry, whole)
            return try placed.history.changes(
                writing: document.root, in: document, against: rendered(view)
            ) { .random(using: &next) }.compactMap { written in
                change(of: written, targets)
            }
        } catch {
            throw ImportUnitRefusal(Self.rule(of: error.rule), entry: entry.index)
        }
    }

    /// The change that retracts what the client was shown; `nil` if that is retracted already.
    ///
    /// - Parameter whole: the change as one of the whole resource.
    func retraction(_ whole: Change) -> Change? {
        guard let view = shown.view(), view.root.presence != .ended, !view.isRetracted,
            let written = placed.history.retraction(of: rendered(view))
        else { return nil }
        var change = whole
        change.operation = .retract
        let unseen = unseen(in: view)
        change.supersedes = replaceable(written.supersedes).filter { !unseen.contains($0) }
            .map(placed.history.reference)
        change.covers = replaceable(written.covers).map(placed.history.reference)
        return change
    }

    /// The heads of what is disputed: who is not aware of conflicts was shown none of them, so not even
    /// that a resource is there ends by its word where such a head says both.
    private func unseen(in view: ResourceView) -> Set<HeadName> {
        guard !isAware else { return [] }
        let disputed = view.parts.flatMap(\.elements).filter(\.isDisputed)
        return Set(disputed.flatMap(\.siblings).flatMap(\.heads)).subtracting(own)
    }

    /// What the client was rendered.
    private func rendered(_ view: ResourceView) -> ShownResource {
        ShownResource(
            rendered: view, as: shown.projected(view), of: shown, isAware: isAware
        ) { $0 == author }
    }

    private func change(
        of written: WritingChange, _ targets: [String: ReferenceTarget]
    ) -> (change: Change, value: [UInt8])? {
        var change = placed.history.change(of: written)
        var ended = written.supersedes
        // Who says nothing of a version knows what it wrote itself, also where that was not shown.
        if !isNamed, change.operation == .assign { ended += shown.headNames(of: written.element) }
        change.supersedes = Set(replaceable(ended)).sorted().map(placed.history.reference)
        change.covers = replaceable(written.covers).map(placed.history.reference)
        // What somebody else wrote was not this client's to leave out.
        if change.operation == .omit, change.supersedes.isEmpty { return nil }
        let value = restored(written.value)
        change.targets = ReferenceTargets.all(of: value, among: targets)
        return (change, value)
    }

    /// A value in which what the client was named only, and sends back so, leads where it led: it may
    /// not end for others a link that it was not shown.
    private func restored(_ value: [UInt8]) -> [UInt8] {
        guard !named.isEmpty, let document = WriterState.document(value[...]) else { return value }
        return ResourceReferences.restoring(document) { named[$0] }
    }

    /// What references lead to, by their text as the client wrote it and as it is shown.
    private func targets(
        of entry: EntryDraft, _ whole: Change
    ) -> [String: ReferenceTarget] {
        var targets = ReferenceTargets.byText(of: entry.value, whole.targets)
        for (text, shown) in references {
            switch shown {
            case .literal(let type, let id):
                if let target = targets[text] { targets["\(type)/\(id)"] = target }
            case .logical: targets[text] = led[text]
            }
        }
        return targets
    }

    /// Of some heads those that the client can be taken to have seen.
    private func replaceable(_ heads: [HeadName]) -> [HeadName] {
        isNamed ? heads : heads.filter(own.contains)
    }

    private static func rule(of rule: WriteRefusal.Rule) -> ImportUnitRefusal.Rule {
        switch rule {
        case .unmatchedInstruction: .unmatchedInstruction
        case .identityChanged: .identityChanged
        }
    }
}
