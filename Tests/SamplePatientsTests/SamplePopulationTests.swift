import Foundation
import Testing

@testable import SamplePatients

@Suite("Sample population")
struct SamplePopulationTests {
    @Test("the same seed gives the same bytes", arguments: SampleSite.allCases)
    func sameSeed(site: SampleSite) {
        let first = SamplePopulation(seed: 7, site: site)
        let second = SamplePopulation(seed: 7, site: site)
        #expect(first.directoryBundle() == second.directoryBundle())
        for index in [0, 1, 999] {
            #expect(first.patientBundle(index) == second.patientBundle(index))
        }
    }

    @Test("another seed, site or index gives other bytes")
    func otherSeed() {
        let population = SamplePopulation(seed: 1)
        #expect(population.patientBundle(0) != SamplePopulation(seed: 2).patientBundle(0))
        #expect(population.patientBundle(0) != population.patientBundle(1))
        let hospital = SamplePopulation(seed: 1, site: .hospital)
        #expect(population.patientBundle(0) != hospital.patientBundle(0))
        #expect(population.directoryBundle() != hospital.directoryBundle())
    }

    @Test("the bytes of patient 0 of seed 1 are those released")
    func golden() {
        let population = SamplePopulation(seed: 1)
        #expect(fnv1a(population.patientBundle(0)) == 0x8de8_d869_b8ef_5a4b)
        #expect(fnv1a(population.directoryBundle()) == 0x6bf9_d099_14fa_f9bf)
        #expect(fnv1a(population.observationLine(0, patient: "Patient/1")) == 0x9b0f_2dcb_e131_913f)
    }

    @Test("every reference resolves, inside the bundle or to one directory entry")
    func references() throws {
        for site in SampleSite.allCases {
            let population = SamplePopulation(seed: 3, site: site)
            let known = try SampleBundle(population.directoryBundle()).conditionalReferences
            #expect(Set(known).count == known.count)
            for index in 0..<25 {
                let bundle = try SampleBundle(population.patientBundle(index))
                let inside = Set(bundle.fullURLs)
                #expect(inside.count == bundle.fullURLs.count)
                for reference in bundle.references {
                    let isResolved =
                        reference.hasPrefix("urn:uuid:")
                        ? inside.contains(reference)
                        : reference.hasPrefix("#") || known.contains(reference)
                    #expect(isResolved, "\(site) \(index): \(reference)")
                }
            }
        }
    }

    @Test("a record holds as many resources of each type as promised")
    func counts() throws {
        let ranges: [(String, ClosedRange<Int>)] = [
            ("Patient", 1...1), ("Condition", 3...10), ("Encounter", 4...20),
            ("Observation", 20...120), ("MedicationRequest", 2...8),
            ("AllergyIntolerance", 0...3), ("CareTeam", 1...2), ("Goal", 2...5),
            ("CarePlan", 1...2), ("Provenance", 1...1),
        ]
        var total = 0
        for index in 0..<60 {
            let population = SamplePopulation(seed: 5, site: SampleSite.allCases[index % 3])
            let bundle = try SampleBundle(population.patientBundle(index))
            for (type, range) in ranges {
                #expect(range.contains(bundle.count(type)), "\(index): \(type)")
            }
            #expect(population.patientResourceCount(index) == bundle.resources.count)
            total += bundle.resources.count
        }
        #expect((100...140).contains(total / 60))
    }

    @Test("birth comes before every encounter and the history ends before now")
    func dates() throws {
        let format = ISO8601DateFormatter()
        let now = try #require(format.date(from: CalendarTime.now.dateTime))
        for index in 0..<40 {
            let bundle = try SampleBundle(SamplePopulation(seed: 9).patientBundle(index))
            let birth = try #require(bundle.resources[0]["birthDate"] as? String)
            let encounters = bundle.resources.filter {
                $0["resourceType"] as? String == "Encounter"
            }
            for encounter in encounters {
                let period = try #require(encounter["period"] as? [String: String])
                let start = try #require(period["start"].flatMap { format.date(from: $0) })
                let end = try #require(period["end"].flatMap { format.date(from: $0) })
                #expect(birth < format.string(from: start) && start < end && end < now)
            }
        }
    }

    @Test("members that R4 requires are present")
    func requiredMembers() throws {
        let required = [
            "Condition": ["subject"], "Encounter": ["status", "class"],
            "Observation": ["status", "code"], "Procedure": ["status", "subject"],
            "MedicationRequest": ["status", "intent", "medicationCodeableConcept", "subject"],
            "AllergyIntolerance": ["patient"],
            "Goal": ["lifecycleStatus", "description", "subject"],
            "Immunization": ["status", "vaccineCode", "patient", "occurrenceDateTime"],
            "CarePlan": ["status", "intent", "subject"], "DiagnosticReport": ["status", "code"],
            "DocumentReference": ["status", "content"], "ImagingStudy": ["status", "subject"],
            "Provenance": ["target", "recorded", "agent"],
            "SupplyDelivery": ["suppliedItem"], "Device": ["patient"],
            "Claim": [
                "status", "type", "use", "patient", "created", "provider", "priority", "insurance",
            ],
            "ExplanationOfBenefit": [
                "status", "type", "use", "patient", "created", "insurer", "provider", "outcome",
                "insurance",
            ],
        ]
        for index in 0..<40 {
            let population = SamplePopulation(seed: 11, site: SampleSite.allCases[index % 3])
            for resource in try SampleBundle(population.patientBundle(index)).resources {
                let type = try #require(resource["resourceType"] as? String)
                #expect(resource["id"] is String)
                for member in required[type] ?? [] {
                    #expect(resource[member] != nil, "\(type).\(member)")
                }
                #expect((resource["meta"] as? [String: Any])?["security"] == nil)
            }
        }
    }

    @Test("one person has one NHS-like number and one name at every site")
    func samePersonEverywhere() throws {
        var seen: Set<String> = []
        for site in SampleSite.allCases {
            let population = SamplePopulation(seed: 4, site: site)
            let patient = try #require(SampleBundle(population.patientBundle(2)).resources.first)
            #expect(patient["id"] as? String == population.patientIdentityOf(2))
            let identifiers = try #require(patient["identifier"] as? [[String: Any]])
            let nhs = try #require(identifiers.first?["value"] as? String)
            #expect(nhs.hasPrefix("999") && nhs.count == 10)
            #expect(identifiers[1]["value"] as? String == population.identifierOf(2).value)
            #expect(identifiers[1]["system"] as? String == population.identifierOf(2).system)
            seen.insert(nhs + population.displayNameOf(2))
        }
        #expect(seen.count == 1)
    }

    @Test("record and NHS-like numbers are different for every patient")
    func numbersDiffer() {
        let population = SamplePopulation(seed: 12)
        let numbers = Set((0..<5_000).map { population.identifierOf($0).value })
        let nhs = Set((0..<5_000).map { Person(seed: 12, index: $0).nhsNumber })
        #expect(numbers.count == 5_000 && nhs.count == 5_000)
    }

    @Test("an observation line is one line of JSON about the patient it was asked for")
    func observationLine() throws {
        let population = SamplePopulation(seed: 1)
        var ids: Set<String> = []
        for index in 0..<200 {
            let line = population.observationLine(index, patient: "Patient/17")
            #expect(line == population.observationLine(index, patient: "Patient/17"))
            #expect(line.filter { $0 == UInt8(ascii: "\n") }.count == 1)
            let parsed = try JSONSerialization.jsonObject(with: Data(line))
            let observation = try #require(parsed as? [String: Any])
            let subject = try #require(observation["subject"] as? [String: Any])
            #expect(subject["reference"] as? String == "Patient/17")
            #expect(observation["meta"] == nil)
            ids.insert(try #require(observation["id"] as? String))
        }
        #expect(ids.count == 200)
    }

    @Test("a labelled observation line carries its label and nothing else is changed")
    func labelledLine() throws {
        let population = SamplePopulation(seed: 1)
        let bytes = population.labelledObservationLine(3, patient: "Patient/17", label: "ETH")
        let text = String(decoding: bytes, as: UTF8.self)
        let label =
            #""meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode""#
            + #","code":"ETH"}]},"#
        #expect(text.contains(label))
        let plain = population.observationLine(3, patient: "Patient/17")
        #expect(text.replacing(label, with: "") == String(decoding: plain, as: UTF8.self))
    }
}
