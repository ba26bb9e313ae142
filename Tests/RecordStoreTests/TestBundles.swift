import CareRecord

/// Hand-written FHIR; every name and number is invented.
enum TestBundles {
    static func transaction(_ entries: [String]) -> String {
        #"{"resourceType":"Bundle","type":"transaction","entry":["#
            + entries.joined(separator: ",") + "]}"
    }

    static func collection(_ resources: [String]) -> String {
        #"{"resourceType":"Bundle","type":"collection","entry":["#
            + resources.map { #"{"resource":\#($0)}"# }.joined(separator: ",") + "]}"
    }

    static func post(_ resource: String, fullURL: String? = nil, type: String) -> String {
        let name = fullURL.map { #""fullUrl":"\#($0)","# } ?? ""
        return #"{\#(name)"resource":\#(resource),"request":{"method":"POST","url":"\#(type)"}}"#
    }

    static func put(_ resource: String, _ name: String) -> String {
        #"{"resource":\#(resource),"request":{"method":"PUT","url":"\#(name)"}}"#
    }

    static func delete(_ name: String) -> String {
        #"{"request":{"method":"DELETE","url":"\#(name)"}}"#
    }

    /// A MedicationRequest of a patient who is held.
    static func medicine(
        _ id: EntityID, of patient: PatientID, dose: String, status: String = "active"
    ) -> String {
        #"{"resourceType":"MedicationRequest","id":"\#(id)","status":"\#(status)","#
            + #""intent":"order","subject":{"reference":"Patient/\#(patient)"},"#
            + #""medicationCodeableConcept":{"text":"m"},"dosageInstruction":[{"text":"\#(dose)"}]}"#
    }

    static func patient(_ id: String, family: String = "Testperson") -> String {
        #"{"resourceType":"Patient","id":"\#(id)","name":[{"family":"\#(family)","given":["Ada"]}]}"#
    }

    static func patientWithID(_ number: Int) -> String {
        #"{"resourceType":"Patient","id":"q\#(number)","name":[{"family":"Other\#(number)"}]}"#
    }

    static func observation(
        _ id: String, of patient: String, value: Int = 1, labels: [String] = []
    ) -> String {
        let codes = labels.map {
            #"{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"\#($0)"}"#
        }.joined(separator: ",")
        let meta = labels.isEmpty ? "" : #""meta":{"security":[\#(codes)]},"#
        return #"{"resourceType":"Observation","id":"\#(id)",\#(meta)"status":"final","#
            + #""subject":{"reference":"\#(patient)"},"valueInteger":\#(value)}"#
    }

    static func organization(_ value: String, name: String, id: String? = nil) -> String {
        let own = id.map { #""id":"\#($0)","# } ?? ""
        return #"{"resourceType":"Organization",\#(own)"identifier":[{"system":"urn:test:org","#
            + #""value":"\#(value)"}],"name":"\#(name)"}"#
    }

    /// A patient with general and mental-health content, and one entry of the directory.
    static func chart(_ id: String = "p") -> String {
        collection([
            patient(id), observation("a-\(id)", of: "Patient/\(id)"),
            observation("b-\(id)", of: "Patient/\(id)", value: 2, labels: ["PSY"]),
            organization("A1", name: "North"),
        ])
    }

    /// Nothing but patients, each of them one stream.
    static func patients(_ numbers: Range<Int>) -> String {
        collection(numbers.map(patientWithID))
    }

    /// An encounter that an organisation serves, named by its identifier; open unless it has an
    /// end.
    static func encounter(
        _ id: String, of patient: String, by organisation: String, status: String = "in-progress",
        end: String? = nil
    ) -> String {
        let period = end.map { #""period":{"start":"2026-01-01","end":"\#($0)"},"# } ?? ""
        return #"{"resourceType":"Encounter","id":"\#(id)","status":"\#(status)",\#(period)"#
            + #""subject":{"reference":"\#(patient)"},"serviceProvider":\#(named(organisation))}"#
    }

    /// A Reference that names an organisation by its identifier.
    static func named(_ organisation: String) -> String {
        #"{"identifier":{"system":"urn:test:org","value":"\#(organisation)"}}"#
    }

    /// Many observations of one patient as one unit.
    static func observations(_ count: Int, of patient: String) -> String {
        collection((0..<count).map { observation("n\($0)", of: patient, value: $0) })
    }

    /// An observation whose text is longer than what an event holds of one value.
    static func longObservation(_ id: String, of patient: String, _ letter: Character) -> String {
        let text = String(repeating: letter, count: 300_000)
        return #"{"resourceType":"Observation","id":"\#(id)","status":"final","subject":{"#
            + #""reference":"\#(patient)"},"valueString":"\#(text)"}"#
    }

    /// A patient who carries an identifier and a date of birth.
    static func knownPatient(_ id: String, number: String, born: String = "1970-01-02") -> String {
        #"{"resourceType":"Patient","id":"\#(id)","identifier":[{"system":"urn:test:id","#
            + #""value":"\#(number)"}],"name":[{"family":"Testperson","given":["Ada"]}],"#
            + #""birthDate":"\#(born)"}"#
    }

    /// Urgent content.
    static func allergy(_ id: String, of patient: String) -> String {
        #"{"resourceType":"AllergyIntolerance","id":"\#(id)","patient":{"reference":"\#(patient)"}}"#
    }
}
