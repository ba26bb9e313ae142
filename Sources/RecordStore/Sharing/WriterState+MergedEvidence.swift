import CareRecord
import ConflictResolver
import GRDB
import Interchange
import StrictJSON

extension WriterState {
    /// Entities inside resources whose content can be evidence.
    private static let evidenceParts: Set<String> = [
        "CarePlan.contributor", "CareTeam.participant", "CareTeam.managingOrganization",
    ]

    /// Whether a change on an element can change what a resource is evidence of.
    func mayRestateEvidence(_ element: Element) -> Bool {
        element.inside == nil
            ? Self.evidenceTypes.contains(element.entityType)
            : Self.evidenceParts.contains(element.entityType)
    }

    /// States anew what resources are evidence of whose elements changed one by one in this fact. Of
    /// those that were only ever written whole, each version says it by itself.
    mutating func restateEvidence(_ db: Database) throws {
        guard !evidenceToRestate.isEmpty else { return }
        let entities = evidenceToRestate.sorted()
        evidenceToRestate = []
        for entity in entities where try Self.isChangedByElements(entity, db) {
            try restateEvidence(ofEntityAt: entity, db)
        }
    }

    /// Whether anything but whole versions was written of a resource after its creation.
    static func isChangedByElements(
        _ entity: ChangePosition, _ db: Database
    ) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: """
                SELECT EXISTS (SELECT 1 FROM revision JOIN word ON word.id = revision.facet
                  WHERE revision.entity = ? AND word.text <> '*')
                """)
        return try Bool.fetchOne(statement, arguments: [entity.rawValue]) ?? false
    }

    private mutating func restateEvidence(
        ofEntityAt entity: ChangePosition, _ db: Database
    ) throws {
        var reader = ResourceReader()
        let placed = try reader.history(createdAt: entity, db)
        guard let patient = placed.stream.patient else { return }
        for position in placed.positions.values.sorted() { try forgetEvidence(at: position, db) }
        guard let view = placed.history.view() else { return }
        let merged = MergedEvidence(view, of: placed.history)
        for name in merged.speakers {
            guard let position = placed.positions[name] else { continue }
            let targets = try self.targets(of: name, in: placed, &reader, db)
            try noteEvidence(
                merged.claims(of: name, targets), patient: patient, author: name.dot.replica.site,
                at: position, db)
        }
    }

    /// What the references of a change lead to, by their text. Who repeats another's value, as a
    /// decision does, means what that one's references lead to.
    private func targets(
        of name: HeadName, in placed: PlacedHistory, _ reader: inout ResourceReader, _ db: Database
    ) throws -> [String: ReferenceTarget] {
        guard let held = placed.history.changes[name] else { return [:] }
        let own = try ownTargets(of: name, in: placed, &reader, db)
        guard own.isEmpty else { return own }
        var found: [String: ReferenceTarget] = [:]
        var ambiguous: Set<String> = []
        for other in placed.history.changes.keys.sorted()
        where held.supersedes.contains(where: { $0.dot == other.dot && $0.index == other.index }) {
            for (text, target) in try ownTargets(of: other, in: placed, &reader, db) {
                if let known = found[text], known != target { ambiguous.insert(text) }
                found[text] = target
            }
        }
        return found.filter { !ambiguous.contains($0.key) }
    }

    private func ownTargets(
        of name: HeadName, in placed: PlacedHistory, _ reader: inout ResourceReader, _ db: Database
    ) throws -> [String: ReferenceTarget] {
        guard let position = placed.positions[name],
            case .given(let bytes)? = placed.history.changes[name]?.value
        else { return [:] }
        let change = try reader.event(at: position.seq, db).header.change(at: position)
        return ReferenceTargets.byText(of: bytes, change.targets)
    }
}

/// What a merged resource is evidence of, by the changes that say it.
///
/// Each change speaks by those of its values that are heads, under the status and period that it
/// says itself, or else under those that hold. What somebody left out of a later version stays in
/// the record: a reference entitles nobody any longer, an end still ends. In doubt nothing leaks.
struct MergedEvidence {
    private let type: String
    /// The members that each change has in the resource itself, as the insides of JSON objects.
    private var members: [HeadName: [[UInt8]]] = [:]
    /// The items that each change has in lists of the resource.
    private var items: [HeadName: [String: [[UInt8]]]] = [:]
    /// Values of what says how long a claim counts, with who says it.
    private var terms: [Facet: [(bytes: [UInt8], heads: [HeadName])]] = [:]

    private static let termFacets: Set<Facet> = [Facet("status"), Facet("heading")]

    init(_ view: ResourceView, of history: ResourceHistory) {
        type = history.shape.entityType
        guard view.root.presence == .present || view.root.presence == .disputed else { return }
        let omitted = view.conflicts.filter { $0.kind == .omitted }
        for part in view.parts where part.presence == .present || part.presence == .disputed {
            for element in part.elements {
                for sibling in element.siblings {
                    guard case .value(let bytes) = sibling.content else { continue }
                    take(
                        bytes, element.element,
                        sibling.heads.filter { head in
                            !omitted.contains { Self.leavesOut($0, head, of: element.element) }
                        }, isRoot: part.part == history.root)
                }
            }
        }
    }

    private static func leavesOut(
        _ omission: Conflict, _ head: HeadName, of element: PartElement
    ) -> Bool {
        omission.element.part == element.part
            && (omission.element.facet == element.facet || omission.element.facet == .existence
                || omission.element.facet == .whole)
            && omission.heads.contains { $0.dot.replica.site == head.dot.replica.site }
    }

    private mutating func take(
        _ bytes: [UInt8], _ element: PartElement, _ heads: [HeadName], isRoot: Bool
    ) {
        if isRoot, Self.termFacets.contains(element.facet) {
            terms[element.facet, default: []].append((bytes, heads))
            return
        }
        for head in heads {
            if isRoot {
                members[head, default: []].append(Array(bytes.dropFirst().dropLast()))
            } else if let dot = element.part.kind.lastIndex(of: "."), element.facet == .item {
                let member = String(element.part.kind[element.part.kind.index(after: dot)...])
                items[head, default: [:]][member, default: []].append(bytes)
            }
        }
    }

    /// The changes that say anything, ascending.
    var speakers: [HeadName] { Set(members.keys).union(items.keys).sorted() }

    /// What one of them claims; of claims that differ in their end only the one that lasts.
    func claims(of name: HeadName, _ targets: [String: ReferenceTarget]) -> [EvidenceClaim] {
        var found: [EvidenceClaim] = []
        for term in variants(for: name) {
            guard let document = WriterState.document(resource(of: name, under: term)[...]) else {
                continue
            }
            for draft in RelationshipDraft.all(of: document.root, type: type, in: document) {
                let claim = EvidenceClaim(draft, target: draft.reference.flatMap { targets[$0] })
                guard let known = found.firstIndex(where: claim.isLike) else {
                    found.append(claim)
                    continue
                }
                guard let end = claim.endMilliseconds, let other = found[known].endMilliseconds
                else {
                    found[known].endMilliseconds = nil
                    continue
                }
                found[known].endMilliseconds = max(end, other)
            }
        }
        return found
    }

    /// The members of status and period: one choice of each facet.
    private func variants(for name: HeadName) -> [[[UInt8]]] {
        Self.termFacets.sorted().reduce([[]]) { choices, facet in
            let said = terms[facet] ?? []
            let own = said.filter { $0.heads.contains(name) }
            let values = (own.isEmpty ? said : own).map { Array($0.bytes.dropFirst().dropLast()) }
            if values.isEmpty { return choices }
            return choices.flatMap { choice in values.map { choice + [$0] } }
        }
    }

    /// A resource of what one change says.
    private func resource(of name: HeadName, under term: [[UInt8]]) -> [UInt8] {
        let lists = (items[name] ?? [:]).sorted { $0.key < $1.key }.map { member, items in
            Array("\"\(member)\":[".utf8) + Array(items.joined(separator: Array(",".utf8)))
                + Array("]".utf8)
        }
        let all = (term + (members[name] ?? []) + lists).filter { !$0.isEmpty }
        return Array("{".utf8) + Array(all.joined(separator: Array(",".utf8))) + Array("}".utf8)
    }
}
