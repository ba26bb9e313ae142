/// A population of invented patients as FHIR R4 JSON, the same for the same seed in every process.
///
/// Patients are numbered from 0 without an upper bound. Number *i* of one seed is the same person
/// (name, birth date, address, NHS-like number of the 999 test range) at every site, under a record
/// number and with a history that are the site's own, which is what patient matching needs.
///
/// Every history ends before 2026-06-30T12:00:00Z; no clock, locale or hash order is read. All JSON
/// is compact UTF-8 with members in a fixed order.
public struct SamplePopulation: Sendable {
    /// The seed all content is drawn from; any value.
    public let seed: UInt64

    /// The kind of organisation whose records these are.
    public let site: SampleSite

    private let directory: SampleDirectory

    /// A population; cheap, since patients are made when asked for.
    public init(seed: UInt64, site: SampleSite = .practice) {
        self.seed = seed
        self.site = site
        directory = SampleDirectory(seed: seed, site: site)
    }

    /// The transaction bundle of what patients refer to from outside their own bundle.
    ///
    /// 30 entries in this order: 4 Organizations, 6 Locations, 10 Practitioners and their 10
    /// PractitionerRoles. Identifiers are unique per type. To be loaded before any patient.
    public func directoryBundle() -> [UInt8] {
        JSONWriter.bytes(of: BundleEntry.transaction(directory.entries()))
    }

    /// The directory's resources one by one: compact JSON, in the bundle's order.
    public func directoryResources() -> [[UInt8]] {
        directory.entries().map { JSONWriter.bytes(of: $0.resource) }
    }

    /// The transaction bundle of one patient: some 120 entries, about 160 kB.
    ///
    /// The Patient comes first and its Provenance last, with encounters in order of time between.
    /// References are `urn:uuid:` inside the bundle, or conditional
    /// (`Practitioner?identifier=system|value`) with exactly one match in the directory bundle.
    /// `index` is 0 or more.
    public func patientBundle(_ index: Int) -> [UInt8] {
        JSONWriter.bytes(of: BundleEntry.transaction(entries(of: index)))
    }

    /// The patient bundle's resources one by one: compact JSON, in the bundle's order.
    public func patientResources(_ index: Int) -> [[UInt8]] {
        entries(of: index).map { JSONWriter.bytes(of: $0.resource) }
    }

    /// The number of entries in `patientBundle(index)`; costs about half of making the bundle.
    public func patientResourceCount(_ index: Int) -> Int {
        entries(of: index).count
    }

    /// The medical record number of patient `index` at this site: assigning authority and value.
    ///
    /// Different for every index below a million.
    public func identifierOf(_ index: Int) -> (system: String, value: String) {
        Self.recordNumber(seed: seed, site: site, index: index)
    }

    /// The invented name of patient `index`: given names, then family name.
    public func displayNameOf(_ index: Int) -> String {
        Person(seed: seed, index: index).displayName
    }

    /// The logical id in patient `index`'s Patient resource: a UUID in lower case.
    public func patientIdentityOf(_ index: Int) -> String {
        PatientRecord(seed: seed, site: site, index: index, directory: directory).patientID
    }

    static func recordNumber(
        seed: UInt64, site: SampleSite, index: Int
    ) -> (system: String, value: String) {
        var generator = SeededGenerator(parts: [seed, site.seedPart, 1 << 41])
        let serial = String(index)
        let padding = String(repeating: "0", count: max(0, 6 - serial.count))
        let value = "\(site.letter)\(generator.digits(3))\(padding)\(serial)"
        return (site.recordNumberSystem, value)
    }

    private func entries(of index: Int) -> [BundleEntry] {
        precondition(index >= 0, "patients are numbered from 0, not \(index)")
        var record = PatientRecord(seed: seed, site: site, index: index, directory: directory)
        record.build()
        return record.entries
    }
}
