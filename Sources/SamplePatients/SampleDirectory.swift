/// The organisations, locations and practitioners that one site's patients refer to.
struct SampleDirectory: Sendable {
    /// An organisation, location or practitioner with the identifier it is found by.
    struct Listing: Sendable {
        var id: String
        var system: String
        var value: String
        var name: String

        /// A conditional reference to this listing.
        func reference(_ type: String, withDisplay: Bool = true) -> JSONValue {
            FHIRShape.literal(
                "\(type)?identifier=\(system)|\(value)", display: withDisplay ? name : nil)
        }
    }

    private(set) var organizations: [Listing] = []
    private(set) var locations: [Listing] = []
    private(set) var practitioners: [Listing] = []
    private var generator: SeededGenerator
    private let site: SampleSite
    private let style: RecordStyle

    init(seed: UInt64, site: SampleSite) {
        self.site = site
        generator = SeededGenerator(parts: [seed, site.seedPart, 1 << 40])
        style = generator.chance(60) ? .usCore : .plain
        let names = generator.sample(Self.organizationNames(site), count: 4)
        for (offset, name) in names.enumerated() {
            let code = "ZZ\(site.letter)\(generator.digits(3))\(offset)"
            organizations.append(
                Listing(
                    id: generator.uuid(), system: CodeSystem.organisationCode, value: code,
                    name: name))
        }
        for offset in 0..<6 {
            let id = generator.uuid()
            let name = offset < 4 ? names[offset] : "\(names[0]), \(offset == 4 ? "East" : "West")"
            let system = "https://\(site.rawValue).sample.example/location"
            locations.append(Listing(id: id, system: system, value: id, name: name))
        }
        for offset in 0..<10 {
            let isFemale = generator.chance(50)
            let given = generator.pick(isFemale ? NameLists.female : NameLists.male)
            let number = "9999\(generator.digits(4))\(site.seedPart)\(offset)"
            practitioners.append(
                Listing(
                    id: generator.uuid(), system: CodeSystem.npi, value: number,
                    name: "Dr. \(given) \(generator.pick(NameLists.families))"))
        }
    }

    /// Organizations, locations, practitioners and their roles, in this order; 30 entries.
    func entries() -> [BundleEntry] {
        var generator = generator
        var entries: [BundleEntry] = []
        for organization in organizations {
            entries.append(organizationEntry(organization, &generator))
        }
        for (offset, location) in locations.enumerated() {
            entries.append(
                locationEntry(location, of: organizations[offset % 4], &generator))
        }
        for practitioner in practitioners {
            entries.append(practitionerEntry(practitioner, &generator))
        }
        for (offset, practitioner) in practitioners.enumerated() {
            entries.append(roleEntry(practitioner, offset, &generator))
        }
        return entries
    }

    private static func organizationNames(_ site: SampleSite) -> [String] {
        switch site {
        case .practice:
            [
                "Mill Street Surgery", "Haverby Medical Centre", "Orchard Family Practice",
                "Canal Row Health Centre", "Quarry Hill Surgery", "WESTMERE PRIMARY CARE, INC",
            ]
        case .hospital:
            [
                "NORTHWICK GENERAL HOSPITAL", "St Aldhelm's Hospital", "Westmere Royal Infirmary",
                "SOUTHHAVEN MEDICAL CENTER", "Eastvale Community Hospital", "LOWBRIDGE URGENT CARE",
            ]
        case .nursingHome:
            [
                "Meadow View Nursing Home", "Ashcombe House", "The Beeches Care Home",
                "Saltmarsh Court", "EASTVALE SKILLED NURSING FACILITY", "Harbour Walk Residence",
            ]
        }
    }

    private static func address(_ generator: inout SeededGenerator) -> JSONValue {
        let place = generator.pick(NameLists.towns)
        let line = "\(generator.within(1...90)) \(generator.pick(NameLists.streets))"
        return [
            "line": [.string(line)], "city": .string(place.town),
            "state": .string(place.district), "postalCode": "\(place.outward) 1ZZ",
            "country": "GB",
        ]
    }

    private static func phone(_ generator: inout SeededGenerator) -> JSONValue {
        ["system": "phone", "value": "01632 960\(generator.digits(3))"]
    }

    private func organizationEntry(
        _ listing: Listing, _ generator: inout SeededGenerator
    ) -> BundleEntry {
        let type = FHIRShape.concept(
            CodeSystem.terminology("organization-type"), Term("prov", "Healthcare Provider"))
        return BundleEntry(
            "Organization", id: listing.id,
            profiles: style.profiles(us: "organization", uk: nil),
            [
                ("identifier", [FHIRShape.identifier(listing.system, listing.value)]),
                ("active", true), ("type", [type]), ("name", .string(listing.name)),
                ("telecom", [Self.phone(&generator)]), ("address", [Self.address(&generator)]),
            ])
    }

    private func locationEntry(
        _ listing: Listing, of owner: Listing, _ generator: inout SeededGenerator
    ) -> BundleEntry {
        let position: JSONValue = [
            "longitude": .decimal(-1_000_000 - generator.below(1_500_000), places: 6),
            "latitude": .decimal(51_000_000 + generator.below(4_000_000), places: 6),
        ]
        let manager: JSONValue = [
            "identifier": FHIRShape.identifier(owner.system, owner.value),
            "display": .string(owner.name),
        ]
        return BundleEntry(
            "Location", id: listing.id,
            profiles: style.profiles(us: "location", uk: nil),
            [
                ("identifier", [FHIRShape.identifier(listing.system, listing.value)]),
                ("status", "active"), ("name", .string(listing.name)),
                ("telecom", [Self.phone(&generator)]), ("address", Self.address(&generator)),
                ("position", position), ("managingOrganization", manager),
            ])
    }

    private func practitionerEntry(
        _ listing: Listing, _ generator: inout SeededGenerator
    ) -> BundleEntry {
        let words = listing.name.split(separator: " ").map(String.init)
        let family = words.dropFirst(2).joined(separator: " ")
        let isFemale = NameLists.female.contains(words[1])
        let name: JSONValue = [
            "family": .string(family), "given": [.string(words[1])],
            "prefix": [.string(words[0])],
        ]
        return BundleEntry(
            "Practitioner", id: listing.id,
            profiles: style.profiles(us: "practitioner", uk: nil),
            [
                ("identifier", [FHIRShape.identifier(listing.system, listing.value)]),
                ("active", true), ("name", [name]),
                ("telecom", [Self.directAddress(listing)]), ("address", [Self.address(&generator)]),
                ("gender", isFemale ? "female" : "male"),
            ])
    }

    private static func directAddress(_ listing: Listing) -> JSONValue {
        let direct: JSONValue = [
            "url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-direct",
            "valueBoolean": true,
        ]
        return [
            "extension": [direct], "system": "email",
            "value": "practitioner.\(listing.value)@example.com", "use": "work",
        ]
    }

    private func roleEntry(
        _ practitioner: Listing, _ offset: Int, _ generator: inout SeededGenerator
    ) -> BundleEntry {
        let specialty = FHIRShape.concept(
            CodeSystem.taxonomy, generator.pick(CareTerms.specialties))
        let organization = organizations[offset % organizations.count]
        let location = locations[offset % locations.count]
        return BundleEntry(
            "PractitionerRole", id: generator.uuid(),
            profiles: style.profiles(us: "practitionerrole", uk: nil),
            [
                ("active", true),
                ("practitioner", Self.logical(practitioner)),
                ("organization", Self.logical(organization)),
                ("code", [specialty]), ("specialty", [specialty]),
                ("location", [Self.logical(location)]),
                ("telecom", [Self.phone(&generator), Self.directAddress(practitioner)]),
            ])
    }

    /// A reference by identifier, as directories exchange them.
    private static func logical(_ listing: Listing) -> JSONValue {
        [
            "identifier": FHIRShape.identifier(listing.system, listing.value),
            "display": .string(listing.name),
        ]
    }
}
