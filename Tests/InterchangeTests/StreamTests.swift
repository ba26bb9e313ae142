import CareRecord
import TestSupport
import Testing

@testable import Interchange

@Suite struct StreamTests {
    private static let general = CompartmentDecision.compartment(.general)
    private static let psychiatric =
        #""meta":{"security":[{"system":"\#(SecurityLabels.sensitivitySystem)","code":"PSY"}]}"#
    private static let sexual = psychiatric.replacing("PSY", with: "HIV")

    private func homes(_ entries: [String]) throws -> [HomeDraft] {
        try Fixture.unit(Fixture.bundle("transaction", [Fixture.patient] + entries))
            .entries.map(\.home)
    }

    @Test("a resource goes to the patient that its type's element names")
    func owners() throws {
        for paths in PatientPaths.all {
            guard let owner = paths.owner else { continue }
            let entry = Fixture.post(paths.type, #""\#(owner)":{"reference":"urn:uuid:p"}"#)
            #expect(try homes([entry])[1] == .patientEntry(0), "\(paths.type)")
            let outside = try Fixture.resource(
                #"{"resourceType":"\#(paths.type)","\#(owner)":{"reference":"Patient/1"}}"#)
            let reference = ReferenceDraft.literal(type: "Patient", id: "1", base: nil)
            #expect(outside.home == .patientReference(reference), "\(paths.type)")
        }
    }

    @Test("without a subject, each mention that names one patient decides")
    func mentions() throws {
        for paths in PatientPaths.all {
            for path in paths.mentions {
                let value = path.reversed().reduce(#"{"reference":"urn:uuid:p"}"#) {
                    #"{"\#($1)":[\#($0)]}"#
                }
                let entry = Fixture.post(paths.type, String(value.dropFirst().dropLast()))
                #expect(try homes([entry])[1] == .patientEntry(0), "\(paths.type).\(path)")
            }
        }
    }

    @Test("mentions of several patients, and subjects that are no patients, decide nothing")
    func undecided() throws {
        let two = #"[{"reference":"urn:uuid:p"},{"reference":"Patient/2"}]"#
        let entries = [
            Fixture.post("Communication", #""recipient":\#(two)"#),
            Fixture.post("Account", #""subject":\#(two)"#),
            Fixture.post("Observation", Fixture.subject("Group/1")),
            Fixture.post("Observation", Fixture.subject("#c")),
            Fixture.post("Observation", #""subject":{"display":"somebody"}"#),
            Fixture.post("Group", #""member":[{"entity":{"reference":"urn:uuid:p"}}]"#),
            Fixture.post("List", #""entry":[{"item":{"reference":"urn:uuid:p"}}]"#),
            Fixture.post("Questionnaire"), Fixture.post("NotYetKnown"),
        ]
        #expect(try homes(entries).dropFirst().allSatisfy { $0 == .local })
    }

    @Test("a subject outranks a mention of somebody else")
    func subjectFirst() throws {
        let entry = Fixture.post(
            "Coverage",
            #""policyHolder":{"reference":"Patient/2"},"beneficiary":{"reference":"urn:uuid:p"}"#)
        #expect(try homes([entry])[1] == .patientEntry(0))
    }

    @Test("an unknown type with a subject is a patient's")
    func unknownTypes() throws {
        #expect(
            try homes([Fixture.post("NotYetKnown", Fixture.subject("urn:uuid:p"))])[1]
                == .patientEntry(0))
    }

    @Test("a subject that only its own unit could resolve is never made local")
    func unresolvedSubjects() throws {
        func home(_ subject: String) throws -> HomeDraft {
            try Fixture.resource(#"{"resourceType":"Flag","subject":\#(subject)}"#).home
        }
        #expect(
            try home(#"{"reference":"urn:uuid:q"}"#) == .patientReference(.urn("urn:uuid:q")))
        #expect(try home(#"{"reference":"//"}"#) == .patientReference(.other))
        #expect(try home(#"{"reference":"urn:uuid:q","type":"Group"}"#) == .local)
        let query = ConditionalReference(
            type: "Patient", parameters: [.init(name: "identifier", value: #"s|a\|b"#)])
        #expect(
            try home(#"{"identifier":{"system":"s","value":"a|b"}}"#)
                == .patientReference(.conditional(query)))
        #expect(query.identifier == IdentifierDraft(system: "s", value: "a|b"))
        #expect(
            try home(#"{"reference":"Patient?identifier=s|a%5C|b"}"#)
                == .patientReference(.conditional(query)))
    }

    @Test("directory types form the directory")
    func directory() throws {
        for type in PatientPaths.directoryTypes.sorted() {
            #expect(try homes([Fixture.post(type)])[1] == .directory, "\(type)")
        }
    }

    @Test("a Medication goes with what refers to it, through other Medications too")
    func medications() throws {
        let entries = [
            Fixture.post(
                "Medication", url: "urn:uuid:m1",
                #""ingredient":[{"itemReference":{"reference":"urn:uuid:m2"}}]"#),
            Fixture.post("Medication", url: "urn:uuid:m2"),
            Fixture.post("Medication", url: "urn:uuid:m3"),
            Fixture.post(
                "MedicationRequest",
                Self.psychiatric + "," + Fixture.subject("urn:uuid:p")
                    + #","medicationReference":{"reference":"urn:uuid:m1"}"#),
        ]
        let drafts = try Fixture.unit(
            Fixture.bundle("transaction", [Fixture.patient] + entries)
        ).entries
        let mental = CompartmentDecision.compartment(.mentalHealth)
        #expect(drafts[1].home == .patientEntry(0) && drafts[1].compartment == mental)
        #expect(drafts[2].home == .patientEntry(0) && drafts[2].compartment == mental)
        #expect(drafts[3].home == .directory)
    }

    @Test("a Medication of two patients stays in the directory")
    func sharedMedication() throws {
        func request(_ patient: String) -> String {
            Fixture.post(
                "MedicationRequest",
                Fixture.subject(patient) + #","medicationReference":{"reference":"urn:uuid:m"}"#)
        }
        let entries = [
            Fixture.post("Medication", url: "urn:uuid:m"), request("urn:uuid:p"),
            request("Patient/2"),
        ]
        #expect(try homes(entries)[1] == .directory)
    }

    @Test("a Binary goes with its securityContext and with the documents that attach it")
    func binaries() throws {
        func drafts(_ binary: String, _ others: String...) throws -> EntryDraft {
            try Fixture.unit(
                Fixture.bundle(
                    "transaction",
                    [Fixture.patient, Fixture.post("Binary", url: "urn:uuid:b", binary)] + others)
            ).entries[1]
        }
        let attachment = #""content":[{"attachment":{"url":"urn:uuid:b"}}]"#
        let document = Fixture.post(
            "DocumentReference",
            Self.psychiatric + "," + Fixture.subject("urn:uuid:p") + "," + attachment)
        #expect(try drafts("").home == .local)
        let context = #""securityContext":{"reference":"urn:uuid:p"}"#
        let ofContext = try drafts(context)
        #expect(ofContext.home == .patientEntry(0) && ofContext.compartment == Self.general)
        for binary in ["", context] {
            let ofDocument = try drafts(binary, document)
            #expect(ofDocument.home == .patientEntry(0))
            #expect(ofDocument.compartment == .compartment(.mentalHealth))
        }
        let outside = try drafts(#""securityContext":{"reference":"Encounter/1"}"#)
        #expect(outside.home == .alongside([.literal(type: "Encounter", id: "1", base: nil)]))
    }

    @Test("a Provenance goes with its targets, to the most sensitive of their compartments")
    func provenance() throws {
        func drafts(_ targets: String...) throws -> EntryDraft {
            let subject = Fixture.subject("urn:uuid:p")
            let list = targets.map { #"{"reference":"\#($0)"}"# }.joined(separator: ",")
            return try Fixture.unit(
                Fixture.bundle(
                    "transaction",
                    [
                        Fixture.patient, Fixture.post("Provenance", #""target":[\#(list)]"#),
                        Fixture.post("Flag", url: "urn:uuid:f", subject),
                        Fixture.post("Flag", url: "urn:uuid:m", Self.psychiatric + "," + subject),
                        Fixture.post("Flag", url: "urn:uuid:s", Self.sexual + "," + subject),
                        Fixture.post("Location", url: "urn:uuid:l"),
                    ])
            ).entries[1]
        }
        #expect(try drafts("urn:uuid:p").compartment == Self.general)
        #expect(try drafts("urn:uuid:p", "urn:uuid:f").home == .patientEntry(0))
        #expect(try drafts("urn:uuid:f", "urn:uuid:f").compartment == Self.general)
        #expect(
            try drafts("urn:uuid:p", "urn:uuid:m", "urn:uuid:f").compartment
                == .compartment(.mentalHealth))
        #expect(try drafts("urn:uuid:m", "urn:uuid:s").compartment == .privacyOfficer)
        #expect(try drafts("urn:uuid:l").home == .local)
        #expect(try drafts("urn:uuid:l", "urn:uuid:f").home == .patientEntry(0))
        #expect(try drafts("urn:uuid:f", "Patient/2").home == .local)
        let outside = ReferenceDraft.literal(type: "Flag", id: "1", base: nil)
        #expect(
            try drafts("Flag/1", "urn:uuid:f", "urn:uuid:l").home
                == .alongside([outside, .entry(2)]))
        let alone = try Fixture.resource(
            #"{"resourceType":"Provenance","target":[{"reference":"Patient/1"}]}"#)
        #expect(
            alone.home == .patientReference(.literal(type: "Patient", id: "1", base: nil)))
    }

    @Test("the order of entries does not matter to streams")
    func orderIndependence() throws {
        let subject = Fixture.subject("urn:uuid:p")
        var entries = [
            Fixture.patient,
            Fixture.post(
                "Provenance", url: "urn:uuid:v", #""target":[{"reference":"urn:uuid:b"}]"#),
            Fixture.post("Binary", url: "urn:uuid:b"),
            Fixture.post(
                "DocumentReference", url: "urn:uuid:d",
                Self.sexual + "," + subject
                    + #","content":[{"attachment":{"url":"urn:uuid:b"}}]"#),
            Fixture.post("Medication", url: "urn:uuid:m"),
            Fixture.post(
                "MedicationStatement", url: "urn:uuid:s",
                subject + #","medicationReference":{"reference":"urn:uuid:m"}"#),
        ]
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<20 {
            entries.shuffle(using: &generator)
            let drafts = try Fixture.unit(Fixture.bundle("transaction", entries)).entries
            let patient = drafts.firstIndex { $0.resourceType == "Patient" } ?? -1
            for draft in drafts {
                #expect(draft.home == .patientEntry(patient))
                switch draft.resourceType {
                case "Provenance", "Binary", "DocumentReference":
                    #expect(draft.compartment == .compartment(.sexualHealth))
                case "Patient": #expect(draft.compartment == .compartment(.identity))
                default: #expect(draft.compartment == Self.general)
                }
            }
        }
    }

    @Test("the tables are ascending, and together they are the 146 types of R4")
    func tables() {
        let types = PatientPaths.all.map(\.type)
        #expect(types == types.sorted() && Set(types).count == types.count)
        let parts = [Set(types), PatientPaths.directoryTypes, PatientPaths.withoutPatient]
        #expect(parts.reduce(0) { $0 + $1.count } == 145)
        #expect(parts.reduce(Set(["Patient"])) { $0.union($1) }.count == 146)
        for type in parts.joined() { #expect(ResourceName.isType(type.utf8)) }
    }
}
