import ControlProtocol
import Testing

@Suite("checks of requests")
struct RequestCheckTests {
    private static let ask = AskRequest(
        peer: "hospital", identifiers: ["urn:example:mrn|4711"], purpose: "ETREAT",
        requester: "Dr Sample", reason: "Emergency admission.")
    private static let demographics = AskRequest(
        peer: "hospital", family: "Sample", given: "Ann", birthDate: "2024-02-29",
        purpose: "ETREAT", requester: "Dr Sample", reason: "Emergency admission.")

    @Test("an ask names identifiers, or names and a birth date")
    func goodAsks() throws {
        try Self.ask.check()
        try Self.demographics.check()
        try changed(Self.ask) { $0.identifiers = Array(repeating: "|1", count: 8) }.check()
    }

    @Test("an ask with anything out of bounds is refused, and nothing of it is repeated")
    func badAsks() {
        let bad = [
            changed(Self.ask) { $0.identifiers = [] },
            changed(Self.ask) { $0.identifiers = Array(repeating: "|1", count: 9) },
            changed(Self.ask) { $0.identifiers = ["Secret"] },
            changed(Self.ask) { $0.identifiers = ["urn:x|"] },
            changed(Self.ask) { $0.identifiers = ["urn:x| "] },
            changed(Self.ask) { $0.identifiers = ["urn:x|a\u{1B}"] },
            changed(Self.ask) { $0.identifiers = ["\n|a"] },
            changed(Self.ask) { $0.identifiers = ["|" + String(repeating: "a", count: 257)] },
            changed(Self.ask) { $0.identifiers = [String(repeating: "a", count: 257) + "|a"] },
            changed(Self.ask) { $0.purpose = "etreat" }, changed(Self.ask) { $0.purpose = "" },
            changed(Self.ask) { $0.requester = "" }, changed(Self.ask) { $0.requester = " " },
            changed(Self.ask) { $0.requester = String(repeating: "a", count: 201) },
            changed(Self.ask) { $0.reason = "" },
            changed(Self.ask) { $0.reason = String(repeating: "a", count: 501) },
            changed(Self.ask) { $0.reason = "two\nlines" },
            changed(Self.ask) { $0.family = "" },
            changed(Self.ask) { $0.given = String(repeating: "a", count: 201) },
            changed(Self.demographics) { $0.family = nil },
            changed(Self.demographics) { $0.given = nil },
            changed(Self.demographics) { $0.birthDate = nil },
        ]
        for request in bad {
            let failure = #expect(throws: ControlFailure.self) { try request.check() }
            #expect(failure?.code == .badRequest)
            #expect(failure?.description.contains("Secret") == false)
        }
    }

    @Test(
        "a birth date is a day of the calendar",
        arguments: [
            ("1970-01-31", true), ("2000-02-29", true), ("1900-02-29", false),
            ("2023-02-29", false), ("1970-04-31", false), ("1970-13-01", false),
            ("1970-00-01", false), ("1970-01-00", false), ("0000-01-01", false),
            ("1970-1-1", false), ("1970", false), ("70-01-01", false), ("+970-01-01", false),
            ("1970-01-31T00:00", false), ("", false),
        ])
    func birthDates(text: String, isDay: Bool) {
        let request = changed(Self.demographics) { $0.birthDate = text }
        if isDay {
            #expect(throws: Never.self) { try request.check() }
        } else {
            #expect(throws: ControlFailure.self) { try request.check() }
        }
    }

    @Test("an identifier is divided at its first bar")
    func identifier() {
        #expect(
            PatientIdentifier(text: "urn:x|a|b") == PatientIdentifier(system: "urn:x", value: "a|b")
        )
        #expect(PatientIdentifier(text: "|a") == PatientIdentifier(system: "", value: "a"))
        #expect(PatientIdentifier(text: "a") == nil)
    }

    @Test("patients go with a list and organisations with relationships, and with nothing else")
    func grants() throws {
        let grant = ShareGrant(
            peer: "h", compartments: ["general"], scope: .registered, purpose: "TREAT")
        try grant.check()
        try changed(grant) { ($0.scope, $0.patients) = (.list, ["p"]) }.check()
        try changed(grant) { ($0.scope, $0.organisations) = (.relationship, ["s|v"]) }.check()
        try changed(grant) { $0.scope = .relationship }.check()
        let bad = [
            changed(grant) { $0.compartments = [] }, changed(grant) { $0.purpose = "treat" },
            changed(grant) { $0.patients = ["p"] }, changed(grant) { $0.scope = .list },
            changed(grant) { $0.organisations = ["s|v"] },
            changed(grant) { ($0.scope, $0.organisations) = (.relationship, ["v"]) },
        ]
        for grant in bad {
            #expect(throws: ControlFailure.self) { try grant.check() }
        }
    }

    @Test("a limit names at least one change, in bounds")
    func limits() throws {
        let least = PeerLimit.bytesPerSecondMin
        try PeerLimit(name: "h", bytesPerSecond: 0).check()
        try PeerLimit(name: "h", bytesPerSecond: least).check()
        try PeerLimit(name: "h", windows: []).check()
        try PeerLimit(name: "h", windows: ["22:00-06:00"]).check()
        try PeerLimit(name: "h", proxy: "").check()
        let bad = [
            PeerLimit(name: "h"), PeerLimit(name: "h", bytesPerSecond: -1),
            PeerLimit(name: "h", bytesPerSecond: least - 1),
            PeerLimit(name: "h", windows: ["22:00"]),
            PeerLimit(name: "h", windows: Array(repeating: "22:00-06:00", count: 17)),
        ]
        for limit in bad {
            #expect(throws: ControlFailure.self) { try limit.check() }
        }
    }

    @Test("withdrawing and closing have a reason")
    func reasons() throws {
        try ShareWithdrawal(peer: "h", reason: "r").check()
        try QuarantineClosing(item: 1, reason: "r").check()
        #expect(throws: ControlFailure.self) { try ShareWithdrawal(peer: "h", reason: " ").check() }
        #expect(throws: ControlFailure.self) { try QuarantineClosing(item: 1, reason: "").check() }
    }

    private func changed<Value>(_ value: Value, _ change: (inout Value) -> Void) -> Value {
        var value = value
        change(&value)
        return value
    }
}
