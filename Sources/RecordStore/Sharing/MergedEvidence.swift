import CareRecord
import ConflictResolver
import Interchange
import StrictJSON

/// What a merged resource is evidence of, by the changes that say it.
///
/// Each change speaks by those of its values that are heads, under the status and period that its own
/// site says. Where that site says none, others' words hold, and the claim counts as theirs: nobody
/// prolongs for itself what another site ended. What a site left out of a later version stays in the
/// record: a reference entitles nobody any longer, an end still ends. In doubt nothing leaks.
struct MergedEvidence {
    private let type: String
    /// What each change says in the resource itself, as the insides of JSON objects.
    private var members: [HeadName: [[UInt8]]] = [:]
    /// The items that each change has in lists of the resource.
    private var items: [HeadName: [Item]] = [:]
    /// What says how long a claim counts.
    private var terms: [Facet: [Term]] = [:]
    /// Who says that the resource is there.
    private var presences: [HeadName] = []

    private struct Item {
        let member: String
        let bytes: [UInt8]
        /// Who says that it is there.
        let presences: [HeadName]
    }

    private struct Term {
        /// The inside of an object of status and period; `nil` if nobody can read it.
        let members: [UInt8]?
        let heads: [HeadName]
    }

    private static let termFacets = [Facet("heading"), Facet("status")]
    /// Of others' terms that differ no more are looked at.
    private static let termsMax = 4

    init(_ view: ResourceView, of history: ResourceHistory) {
        type = history.shape.entityType
        guard view.root.presence == .present || view.root.presence == .disputed else { return }
        presences = history.presences(of: history.root)
        let termFacets = Self.termFacets.filter { facet in
            history.shape.facets.contains { $0.facet == facet }
        }
        for part in view.parts where part.presence == .present || part.presence == .disputed {
            let isRoot = part.part == history.root
            for element in part.elements {
                if isRoot, termFacets.contains(element.element.facet) {
                    terms[element.element.facet] = element.siblings.map { Self.term($0) }
                } else if !Self.termFacets.contains(element.element.facet) || !isRoot {
                    take(element, isRoot: isRoot, history)
                }
            }
        }
    }

    private static func term(_ sibling: ElementView.Sibling) -> Term {
        guard case .value(let bytes) = sibling.content,
            let document = WriterState.document(bytes[...])
        else { return Term(members: nil, heads: sibling.heads) }
        let names: [StaticString] = ["status", "period"]
        let members = names.compactMap { name in
            document.member(name, of: document.root).map { value in
                Array("\"\(name)\":".utf8) + Array(document.rawBytes(value))
            }
        }
        return Term(
            members: Array(members.joined(separator: Array(",".utf8))), heads: sibling.heads)
    }

    private mutating func take(
        _ element: ElementView, isRoot: Bool, _ history: ResourceHistory
    ) {
        for sibling in element.siblings {
            guard case .value(let bytes) = sibling.content else { continue }
            for head in sibling.heads where !history.isLeftOut(head, of: element.element) {
                let part = element.element.part
                if isRoot {
                    members[head, default: []].append(Array(bytes.dropFirst().dropLast()))
                } else if let dot = part.kind.lastIndex(of: "."), element.element.facet == .item {
                    items[head, default: []].append(
                        Item(
                            member: String(part.kind[part.kind.index(after: dot)...]),
                            bytes: bytes, presences: history.presences(of: part)))
                }
            }
        }
    }

    /// The changes that say anything, ascending.
    var speakers: [HeadName] { Set(members.keys).union(items.keys).sorted() }

    /// What one of them claims; of claims that differ in their end only the one that lasts.
    func claims(of name: HeadName, _ targets: [String: ReferenceTarget]) -> [EvidenceClaim] {
        let site = name.dot.replica.site
        var found: [EvidenceClaim] = []
        func add(_ members: [[UInt8]], _ presences: [HeadName]) {
            for term in variants(for: site) {
                let others = term.others
                    .union(Self.others(presences, than: site))
                    .union(Self.others(self.presences, than: site))
                // By the word of several others it counts for nobody.
                guard others.count < 2 else { continue }
                let author = others.first ?? site
                let text = Self.object(term.members + members)
                guard let document = WriterState.document(text[...]) else { continue }
                for draft in RelationshipDraft.all(of: document.root, type: type, in: document) {
                    Self.add(
                        EvidenceClaim(
                            draft, target: draft.reference.flatMap { targets[$0] },
                            author: author), to: &found)
                }
            }
        }
        if let members = members[name] { add(members, []) }
        for item in items[name] ?? [] {
            add(
                [Array("\"\(item.member)\":[".utf8) + item.bytes + Array("]".utf8)],
                item.presences)
        }
        return found
    }

    private static func add(_ claim: EvidenceClaim, to found: inout [EvidenceClaim]) {
        guard let known = found.firstIndex(where: claim.isLike) else { return found.append(claim) }
        if let end = claim.endMilliseconds, let other = found[known].endMilliseconds {
            found[known].endMilliseconds = max(end, other)
        } else {
            found[known].endMilliseconds = nil
        }
    }

    /// Whose word it is, unless the site's own is among them; nobody's of what nobody said.
    private static func others(_ heads: [HeadName], than site: SiteID) -> Set<SiteID> {
        let sites = heads.map(\.dot.replica.site)
        return sites.contains(site) ? [] : Set(sites.prefix(1))
    }

    /// One choice of each term, with the other sites by whose word it is.
    private func variants(
        for site: SiteID
    ) -> [(members: [[UInt8]], others: Set<SiteID>)] {
        let none: [(members: [[UInt8]], others: Set<SiteID>)] = [([], [])]
        return terms.sorted { $0.key < $1.key }.reduce(none) { choices, facet in
            let own = facet.value.filter { term in
                term.heads.contains { $0.dot.replica.site == site }
            }
            let said = (own.isEmpty ? facet.value : own).prefix(Self.termsMax)
            return choices.flatMap { choice in
                said.compactMap { term in
                    term.members.map { members in
                        (
                            choice.members + [members],
                            choice.others.union(Self.others(term.heads, than: site))
                        )
                    }
                }
            }
        }
    }

    /// A JSON object of the insides of others.
    private static func object(_ members: [[UInt8]]) -> [UInt8] {
        let all = members.filter { !$0.isEmpty }
        return Array("{".utf8) + Array(all.joined(separator: Array(",".utf8))) + Array("}".utf8)
    }
}
