import CareRecord

/// Decides the stream of what goes with other resources: Medication, Binary and Provenance
/// (`interchange.md` §4).
///
/// A Medication or Binary goes with what refers to it and what it refers to, through any number of
/// others of its kind; a Provenance with its targets. If these belong to several patients, a
/// Medication stays in the directory and the others are local: no single record may claim them.
struct AttachmentRules {
    private var placements: [Placement]
    /// Of each Medication or Binary that goes with something, what it has gathered.
    private var standings: [Int: Standing] = [:]
    /// Of each Medication or Binary, those it refers to and those that refer to it.
    private var neighbours: [Int: [Int]] = [:]

    /// Decides for every entry of a unit. The order of entries does not matter.
    static func decide(_ placements: [Placement]) -> [Placement] {
        let follows = placements.contains { $0.followsReferrers || $0.type == "Provenance" }
        guard follows else { return placements }
        var rules = AttachmentRules(placements: placements)
        rules.gather()
        rules.spread()
        rules.settle()
        return rules.placements
    }

    private init(placements: [Placement]) {
        self.placements = placements
    }

    /// Lets ordinary resources and patients hand their stream to what they are tied to.
    private mutating func gather() {
        for index in placements.indices {
            let placement = placements[index]
            let ties = placement.followsReferrers ? placement.anchors : placement.references
            let tied =
                ties.compactMap { (reference: ReferenceDraft) -> Int? in
                    guard case .entry(let other) = reference else { return nil }
                    return other
                } + placement.attachments
            if placement.followsReferrers {
                for other in tied { tie(index, to: other) }
            } else if placement.isPatientBound {
                for other in tied where placements[other].followsReferrers {
                    standings[other, default: Standing()]
                        .join(placement.home, placement.compartment)
                }
            }
        }
    }

    private mutating func tie(_ index: Int, to other: Int) {
        let placement = placements[other]
        if placement.followsReferrers {
            neighbours[index, default: []].append(other)
            neighbours[other, default: []].append(index)
        } else if placement.isPatientBound {
            standings[index, default: Standing()].join(placement.home, placement.compartment)
        }
    }

    /// Passes standings on until nothing changes; each can change only a few times.
    private mutating func spread() {
        for index in placements.indices where placements[index].followsReferrers {
            for anchor in placements[index].anchors {
                guard let home = Self.outsidePatient(anchor) else { continue }
                standings[index, default: Standing()].join(home, .compartment(.general))
            }
        }
        var changed = placements.indices.filter { standings[$0] != nil }
        while let index = changed.popLast() {
            guard let standing = standings[index] else { continue }
            for other in neighbours[index] ?? [] {
                var joined = standings[other] ?? Standing()
                joined.join(standing)
                guard joined != standings[other] else { continue }
                standings[other] = joined
                changed.append(other)
            }
        }
    }

    private mutating func settle() {
        for index in placements.indices where placements[index].followsReferrers {
            let standing = standings[index] ?? Standing()
            settle(index, by: standing)
        }
        for index in placements.indices where placements[index].type == "Provenance" {
            var standing = Standing()
            for case .entry(let other) in placements[index].anchors
            where other != index && placements[other].type != "Provenance" {
                let target = placements[other]
                guard target.isPatientBound, Self.patient(target.home) != nil else { continue }
                standing.join(target.home, target.compartment)
            }
            for anchor in placements[index].anchors {
                guard let home = Self.outsidePatient(anchor) else { continue }
                standing.join(home, .compartment(.general))
            }
            settle(index, by: standing)
        }
    }

    private mutating func settle(_ index: Int, by standing: Standing) {
        let own = placements[index].compartment
        placements[index].compartment = Standing.narrower(own, standing.compartment)
        let company = company(of: index)
        if !company.isEmpty {
            placements[index].home = .alongside(company)
        } else if let home = standing.onlyHome {
            placements[index].home = home
        }
    }

    /// What the entry goes with, if some of it lies outside the unit and its stream is not known
    /// here; otherwise empty.
    private func company(of index: Int) -> [ReferenceDraft] {
        let anchors = placements[index].anchors
        // A Medication alone is a directory resource: an outside reference does not change that.
        guard placements[index].type != "Medication" else { return [] }
        let isOutside = anchors.contains { anchor in
            switch anchor {
            case .entry(let other):
                guard case .alongside = placements[other].home, other != index else { return false }
                return placements[other].type != "Provenance"
            case .literal(let type, _, _):
                return type != "Patient" && !PatientPaths.directoryTypes.contains(type)
            case .conditional(let query):
                return query.type != "Patient" && !PatientPaths.directoryTypes.contains(query.type)
            case .urn: return true
            case .other: return false
            }
        }
        guard isOutside else { return [] }
        return anchors.filter { anchor in
            guard case .entry(let other) = anchor else { return anchor != .other }
            return placements[other].isPatientBound && placements[other].type != "Provenance"
        }
    }

    private static func outsidePatient(_ reference: ReferenceDraft) -> HomeDraft? {
        switch reference {
        case .literal("Patient", _, _): return .patientReference(reference)
        case .conditional(let query) where query.type == "Patient":
            return .patientReference(reference)
        default: return nil
        }
    }

    private static func patient(_ home: HomeDraft) -> HomeDraft? {
        switch home {
        case .patientEntry, .patientReference: home
        case .alongside, .directory, .local: nil
        }
    }
}
