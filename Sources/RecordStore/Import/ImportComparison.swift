import CareRecord
import ConflictResolver
import GRDB
import Interchange
import StrictJSON

/// Holds an imported resource against what its source sent last (`merge.md` §2.2), so that only what
/// the source changed becomes changes, and only its own values end.
struct ImportComparison {
    /// Everything of the resource that is held.
    private let placed: PlacedHistory
    /// Of it what the source wrote.
    private let own: ResourceHistory

    /// Reads what is held of an entity.
    ///
    /// - Parameters:
    ///   - sourceSystem: whose changes count as sent, of those that were written at this site.
    init(
        of known: FoundEntity, sourceSystem: String, site: SiteID, _ db: Database
    ) throws {
        var reader = ResourceReader()
        let placed = try reader.history(createdAt: known.position, db)
        own = try placed.history.limited { change in
            guard change.name.dot.replica.site == site,
                let position = placed.positions[change.name]
            else { return false }
            return try reader.event(at: position.seq, db).header.sourceSystem == sourceSystem
        }
        self.placed = placed
    }

    /// Whether the source wrote anything of it.
    var hasSent: Bool { !own.changes.isEmpty }

    /// The changes that an entry comes to, with their values; empty if its source says nothing new.
    /// `nil` if it is to be written whole: the source wrote nothing of it yet, or had retracted it, or
    /// nobody can say which of its entities is which.
    ///
    /// - Parameter targets: what the references in the entry's value lead to, in document order.
    func changes(
        sending entry: EntryDraft, _ targets: [ReferenceTarget],
        using generator: inout any RandomNumberGenerator & Sendable
    ) -> [(change: Change, value: [UInt8])]? {
        guard hasSent else { return nil }
        if entry.method.isDelete { return isRetracted ? [] : nil }
        guard !isRetracted, let document = WriterState.document(entry.value[...]),
            document.root.kind == .object
        else { return nil }
        var next = generator
        defer { generator = next }
        do {
            let written = try placed.history.changes(
                writing: document.root, in: document, against: ShownResource(sentIn: own)
            ) { .random(using: &next) }
            let byText = ReferenceTargets.byText(of: entry.value, targets)
            return written.map { written in
                var change = placed.history.change(of: written)
                change.targets = ReferenceTargets.all(of: written.value, among: byText)
                return (change, written.value)
            }
        } catch {
            return nil
        }
    }

    /// Whether the source says that the resource was entered in error.
    private var isRetracted: Bool {
        own.endings(of: own.root).contains { $0.content == .retracted }
    }

    /// All that the source says of it, which a change of the whole resource replaces.
    var ownHeads: [ChangeReference] { own.allHeads.map(placed.history.reference) }
}
