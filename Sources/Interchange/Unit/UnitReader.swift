import CareRecord
import StrictJSON

/// Maps one import unit: envelopes, then references and patients, then streams.
struct UnitReader {
    let document: JSONDocument
    let kind: UnitKind
    var site = RefusalSite()

    init(document: JSONDocument, kind: UnitKind) {
        self.document = document
        self.kind = kind
    }

    /// Reads the document as a whole.
    func readDocument() throws(ImportRefusal) -> ImportUnit {
        let root = document.root
        switch kind {
        case .transaction, .collection, .batchEntry:
            guard let entries = document.member("entry", of: root) else {
                return ImportUnit(kind: kind, entries: [])
            }
            return try unit(of: Array(document.items(of: entries)), firstIndex: 0)
        case .line, .resource:
            let envelope = try EnvelopeReader(document: document, site: site).resource(root)
            guard kind != .line || envelope.resourceType != "Bundle" else {
                throw site.refusal(.bundleInLines, at: root, of: document)
            }
            try refuseLongEntryArray()
            return try unit(of: [envelope])
        }
    }

    /// Reads one entry of a batch.
    func readEntry(_ node: JSONNode, index: Int) throws(ImportRefusal) -> ImportUnit {
        try unit(of: [node], firstIndex: index)
    }

    private func unit(of nodes: [JSONNode], firstIndex: Int) throws(ImportRefusal) -> ImportUnit {
        var envelopes: [EntryEnvelope] = []
        envelopes.reserveCapacity(nodes.count)
        for (position, node) in nodes.enumerated() {
            let index = firstIndex + position
            let reader = EnvelopeReader(document: document, site: site.inEntry(index))
            envelopes.append(
                try reader.entry(node, index: index, hasRequests: kind != .collection))
        }
        try refuseSharedIdentities(envelopes, nodes)
        return try unit(of: envelopes)
    }

    private func unit(of envelopes: [EntryEnvelope]) throws(ImportRefusal) -> ImportUnit {
        var identities = EntryIdentities()
        for (position, envelope) in envelopes.enumerated() {
            identities.add(envelope, at: position)
        }
        let reader = PlacementReader(
            document: document, types: envelopes.map(\.resourceType),
            refusesUnknownURNs: kind == .transaction)
        var placements: [Placement] = []
        placements.reserveCapacity(envelopes.count)
        for (position, envelope) in envelopes.enumerated() {
            placements.append(
                try reader.placement(
                    of: envelope, at: position, site: site(of: envelope),
                    identities: &identities))
        }
        try refuseLargeResources(envelopes)
        placements = AttachmentRules.decide(placements)
        for (envelope, placement) in zip(envelopes, placements) {
            try refusePatientInDirectory(envelope, placement, among: placements)
        }
        return ImportUnit(
            kind: kind, entries: zip(envelopes, placements).map { draft($0, $1) })
    }

    /// What is stored here must be readable at every peer, which holds values to the same limit.
    private func refuseLargeResources(_ envelopes: [EntryEnvelope]) throws(ImportRefusal) {
        let limit = JSONLimits.value.documentBytesMax
        for envelope in envelopes {
            guard let node = envelope.resource, document.byteRange(node).count > limit,
                document.compactSize(of: node) > limit
            else { continue }
            throw site(of: envelope).refusal(.resourceTooLarge, at: node, of: document)
        }
    }

    private func draft(_ envelope: EntryEnvelope, _ placement: Placement) -> EntryDraft {
        EntryDraft(
            index: envelope.index, resourceType: envelope.resourceType, method: envelope.method,
            condition: envelope.condition, sourceID: envelope.sourceID,
            value: envelope.resource.map { document.compactBytes($0) } ?? [],
            isSubset: envelope.resource.map(isSubset) ?? false,
            references: placement.references, home: placement.home,
            compartment: placement.compartment,
            identifiers: envelope.resource.map { IdentifierDraft.all(of: $0, in: document) } ?? [])
    }

    private func isSubset(_ resource: JSONNode) -> Bool {
        let tags =
            document.member("meta", of: resource).map { document.objects("tag", of: $0) } ?? []
        return tags.contains { tag in
            document.text("code", of: tag) == "SUBSETTED"
                && document.text("system", of: tag)
                    == "http://terminology.hl7.org/CodeSystem/v3-ObservationValue"
        }
    }

    private func site(of envelope: EntryEnvelope) -> RefusalSite {
        switch kind {
        case .transaction, .collection, .batchEntry: site.inEntry(envelope.index)
        case .line, .resource: site
        }
    }

    /// Two entries may share neither a source id within a type, nor what their requests name, nor
    /// a `fullUrl`.
    private func refuseSharedIdentities(
        _ envelopes: [EntryEnvelope], _ nodes: [JSONNode]
    ) throws(ImportRefusal) {
        guard envelopes.count > 1 else { return }
        var fullURLs: Set<String> = []
        var names: Set<String> = []
        for (envelope, node) in zip(envelopes, nodes) {
            var isNew = true
            if let fullURL = envelope.fullURL { isNew = fullURLs.insert(fullURL).inserted }
            // Without a fullUrl, Type/id is the source id; with one it counts only in a request.
            if let name = envelope.requestedName?.text {
                isNew = names.insert(name).inserted && isNew
            } else if envelope.fullURL == nil, let sourceID = envelope.sourceID {
                isNew = names.insert(sourceID).inserted && isNew
            }
            guard isNew else {
                throw site.inEntry(envelope.index).refusal(
                    .duplicateIdentity, at: node, of: document)
            }
        }
    }

    /// A directory goes to every peer, so nothing in it may lead to a patient.
    private func refusePatientInDirectory(
        _ envelope: EntryEnvelope, _ placement: Placement, among placements: [Placement]
    ) throws(ImportRefusal) {
        guard placement.home == .directory, let resource = envelope.resource else { return }
        let leads = placement.references.contains { reference in
            switch reference {
            case .entry(let other): placements[other].isPatientBound
            case .literal(let type, _, _): PatientPaths.isPatientBound(type)
            case .conditional(let query): PatientPaths.isPatientBound(query.type)
            case .urn, .other: false
            }
        }
        let hidden = ReferenceScan(resource, of: document, takesURLs: false, watchesTypes: true)
            .patientTypeName
        guard !leads, hidden == nil else {
            throw site(of: envelope).refusal(
                .directoryNamesPatient, at: hidden ?? resource, of: document)
        }
    }

    /// The reader exempts the root's member `entry` for Bundles; a List may not profit from it.
    private func refuseLongEntryArray() throws(ImportRefusal) {
        guard let entries = document.member("entry", of: document.root),
            document.itemCount(of: entries) > JSONLimits.value.arrayItemsMax
        else { return }
        throw site.refusal(.arrayItems, at: entries, of: document, path: "entry")
    }
}
