import CareRecord
import StrictJSON

/// Reads what one entry of a unit refers to and whose it is.
struct PlacementReader {
    private let document: JSONDocument
    private let types: [String]
    private let refusesUnknownURNs: Bool
    private let hasBinaries: Bool
    private let finder: PatientFinder

    init(document: JSONDocument, types: [String], refusesUnknownURNs: Bool) {
        self.document = document
        self.types = types
        self.refusesUnknownURNs = refusesUnknownURNs
        hasBinaries = types.contains("Binary")
        finder = PatientFinder(document: document, types: types)
    }

    /// Scans the entry's resource and places it by its own content.
    func placement(
        of envelope: EntryEnvelope, at position: Int, site: RefusalSite,
        identities: inout EntryIdentities
    ) throws(ImportRefusal) -> Placement {
        let type = envelope.resourceType
        guard let resource = envelope.resource else {
            let name = envelope.requestedName
            let target = name.map { ReferenceDraft.literal(type: $0.type, id: $0.id, base: nil) }
            return Placement(
                type: type, references: [], home: .alongside(target.map { [$0] } ?? []),
                compartment: .compartment(.general))
        }
        let scan = ReferenceScan(
            resource, of: document, takesURLs: hasBinaries, watchesTypes: false)
        let references = try references(scan, of: position, site: site, identities: &identities)
        var placement = Placement(
            type: type, references: references,
            home: try home(
                of: resource, type: type, at: position, site: site, identities: &identities),
            compartment: SecurityLabels.decide(resource, type: type, of: document))
        placement.attachments = scan.urls.compactMap { node in
            guard let text = document.string(node),
                case .entry(let index) = identities.resolve(text, of: position),
                types[index] == "Binary"
            else { return nil }
            return index
        }
        placement.anchors = anchors(
            of: resource, type: type, references: references, at: position,
            identities: &identities)
        return placement
    }

    private func references(
        _ scan: ReferenceScan, of position: Int, site: RefusalSite,
        identities: inout EntryIdentities
    ) throws(ImportRefusal) -> [ReferenceDraft] {
        var drafts: [ReferenceDraft] = []
        drafts.reserveCapacity(scan.references.count)
        for node in scan.references {
            guard let text = document.string(node),
                let draft = identities.resolve(text, of: position)
            else { continue }
            if case .urn = draft, refusesUnknownURNs {
                throw site.refusal(.referenceToNothing, at: node, of: document)
            }
            drafts.append(draft)
            guard drafts.count <= EventLimits.changeReferencesMax else {
                throw site.refusal(.tooManyReferences, at: node, of: document)
            }
        }
        return drafts
    }

    private func home(
        of resource: JSONNode, type: String, at position: Int, site: RefusalSite,
        identities: inout EntryIdentities
    ) throws(ImportRefusal) -> HomeDraft {
        if type == "Patient" { return .patientEntry(position) }
        if PatientPaths.directoryTypes.contains(type) { return .directory }
        switch finder.find(in: resource, type: type, at: position, identities: &identities) {
        case .home(let home): return home
        case .none: return .local
        case .disagreement(let node, let path):
            let isEntry = site.entry != nil
            throw site.refusal(
                .patientsDisagree, at: node, of: document,
                path: isEntry ? "resource." + path : path)
        }
    }

    private func anchors(
        of resource: JSONNode, type: String, references: [ReferenceDraft], at position: Int,
        identities: inout EntryIdentities
    ) -> [ReferenceDraft] {
        let member: JSONNode?
        switch type {
        case "Medication": return references
        case "Binary": member = document.member("securityContext", of: resource)
        case "Provenance": member = document.member("target", of: resource)
        default: return []
        }
        guard let member else { return [] }
        let objects = member.kind == .array ? Array(document.items(of: member)) : [member]
        var anchors: [ReferenceDraft] = []
        for object in objects {
            guard let node = document.member("reference", of: object),
                let text = document.string(node),
                let draft = identities.resolve(text, of: position)
            else { continue }
            anchors.append(draft)
        }
        return anchors
    }
}
