import CareRecord

/// Tiny FHIR resources, as an importer of a world hands them in; every name and number is invented.
struct Resources {
    private static let labels = ["", "PSY", "SEX", "SUD", "PRS"]
    private static let actCodes = "http://terminology.hl7.org/CodeSystem/v3-ActCode"

    /// The system of the organisations' identifiers.
    static let organisationSystem = "urn:simulation:organisation"
    /// The system of the patients' identifiers.
    static let patientSystem = "urn:simulation:patient"

    let seed: UInt64

    /// The id of a resource of a kind by its number.
    func id(_ kind: String, _ number: Int) -> EntityID {
        var random = Xoshiro256(seed: seed, stream: "\(kind) \(number)")
        return .random(using: &random)
    }

    /// The id of a patient by its number.
    func patient(_ number: Int) -> PatientID { PatientID(id("patient", number).bits) }

    /// The value of a patient's identifier; two of the first ones share it.
    static func patientNumber(_ number: Int) -> String { "N\(number == 5 ? 4 : number)" }

    /// A transaction of PUTs.
    static func transaction(_ resources: [(type: String, id: EntityID, json: String)]) -> [UInt8] {
        let entries = resources.map {
            #"{"resource":\#($0.json),"request":{"method":"PUT","url":"\#($0.type)/\#($0.id)"}}"#
        }
        return Array(
            (#"{"resourceType":"Bundle","type":"transaction","entry":["#
                + entries.joined(separator: ",") + "]}").utf8)
    }

    /// A Patient.
    func patientResource(
        _ number: Int, version: Int
    ) -> (type: String, id: EntityID, json: String) {
        let id = EntityID(patient(number).bits)
        return (
            "Patient", id,
            #"{"resourceType":"Patient","id":"\#(id)","identifier":[{"system":"\#(Self.patientSystem)","#
                + #""value":"\#(Self.patientNumber(number))"}],"name":[{"family":"Test\#(version)"}]}"#
        )
    }

    /// An Observation with a label.
    func observation(
        _ number: Int, of patient: Int, label: Int, version: Int
    ) -> (type: String, id: EntityID, json: String) {
        let id = id("observation \(patient)", number)
        let label = Self.labels[label]
        let meta =
            label.isEmpty
            ? ""
            : #""meta":{"security":[{"system":"\#(Self.actCodes)","code":"\#(label)"}]},"#
        return (
            "Observation", id,
            #"{"resourceType":"Observation","id":"\#(id)",\#(meta)"status":"final","#
                + #""subject":{"reference":"Patient/\#(self.patient(patient))"},"#
                + #""valueInteger":\#(version)}"#
        )
    }

    /// An Observation with a label that depends on its number, too long for an event.
    func longObservation(
        _ number: Int, of patient: Int, version: Int
    ) -> (type: String, id: EntityID, json: String) {
        let short = observation(2_000 + number, of: patient, label: number, version: version)
        let text = String(repeating: "long \(version) ", count: 40_000)
        return (
            short.type, short.id, short.json.dropLast() + #","note":[{"text":"\#(text)"}]}"#
        )
    }

    /// An AllergyIntolerance, or a MedicationRequest that is stopped.
    func urgent(
        _ number: Int, of patient: Int, version: Int
    ) -> (type: String, id: EntityID, json: String) {
        let subject = #"{"reference":"Patient/\#(self.patient(patient))"}"#
        guard number % 2 == 0 else {
            let id = id("request \(patient)", number)
            return (
                "MedicationRequest", id,
                #"{"resourceType":"MedicationRequest","id":"\#(id)","status":"stopped","#
                    + #""intent":"order","subject":\#(subject),"priority":"p\#(version)"}"#
            )
        }
        let id = id("allergy \(patient)", number)
        return (
            "AllergyIntolerance", id,
            #"{"resourceType":"AllergyIntolerance","id":"\#(id)","patient":\#(subject),"#
                + #""criticality":"v\#(version)"}"#
        )
    }

    /// An Encounter that an organisation serves.
    ///
    /// - Parameter end: a date, `nil` while it is open.
    func encounter(
        _ number: Int, of patient: Int, by node: Int, status: String, end: String?
    ) -> (type: String, id: EntityID, json: String) {
        let id = id("encounter \(patient)", number)
        let period = end.map { #""period":{"start":"2015-01-01","end":"\#($0)"},"# } ?? ""
        return (
            "Encounter", id,
            #"{"resourceType":"Encounter","id":"\#(id)","status":"\#(status)",\#(period)"#
                + #""subject":{"reference":"Patient/\#(self.patient(patient))"},"#
                + #""serviceProvider":\#(Self.named(node))}"#
        )
    }

    /// A CareTeam with an organisation in it, or with none.
    func team(
        _ number: Int, of patient: Int, with node: Int?
    ) -> (type: String, id: EntityID, json: String) {
        let id = id("team \(patient)", number)
        let manager = node.map { #","managingOrganization":[\#(Self.named($0))]"# } ?? ""
        return (
            "CareTeam", id,
            #"{"resourceType":"CareTeam","id":"\#(id)","status":"active","#
                + #""subject":{"reference":"Patient/\#(self.patient(patient))"}\#(manager)}"#
        )
    }

    /// An Organization of a node's directory.
    func organisation(
        _ number: Int, at node: Int, version: Int
    ) -> (type: String, id: EntityID, json: String) {
        let id = id("organisation \(node)", number)
        return (
            "Organization", id,
            #"{"resourceType":"Organization","id":"\#(id)","identifier":[{"system":"urn:simulation:ward","#
                + #""value":"\#(node)-\#(number)"}],"name":"Ward \#(version)"}"#
        )
    }

    /// How records name the organisation of a node.
    static func organisationName(_ node: Int) -> String { "H\(node)" }

    private static func named(_ node: Int) -> String {
        #"{"identifier":{"system":"\#(organisationSystem)","value":"\#(organisationName(node))"}}"#
    }
}
