import CareRecord
import Interchange
import Testing

@Suite struct SecurityLabelTests {
    /// Labels as `system:code`: c for confidentiality, s for sensitivity, o for our own.
    private func security(_ labels: [String]) -> String {
        let codings = labels.map { label -> String in
            let system: String? =
                switch label.first {
                case "c": SecurityLabels.confidentialitySystem
                case "s": SecurityLabels.sensitivitySystem
                case "o": SecurityLabels.ownSystem
                case "r": "http://terminology.hl7.org/CodeSystem/v3-ActReason"
                case "x": "http://a.example/labels"
                default: nil
                }
            let prefix = system.map { #""system":"\#($0)","# } ?? ""
            return #"{\#(prefix)"code":"\#(label.dropFirst(2))"}"#
        }
        return "[" + codings.joined(separator: ",") + "]"
    }

    private func decision(
        _ labels: [String], type: String = "Condition"
    ) throws -> CompartmentDecision {
        try Fixture.resource(
            #"{"resourceType":"\#(type)","meta":{"security":\#(security(labels))}}"#
        ).compartment
    }

    @Test(
        "labels decide the compartment",
        arguments: [
            ([], .compartment(.general)), (["c:U"], .compartment(.general)),
            (["c:L"], .compartment(.general)), (["c:M"], .compartment(.general)),
            (["c:N"], .compartment(.general)), (["r:TREAT"], .compartment(.general)),
            (["s:PSY"], .compartment(.mentalHealth)),
            (["s:PSYTHPN"], .compartment(.mentalHealth)), (["s:BH"], .compartment(.mentalHealth)),
            (["s:SEX"], .compartment(.sexualHealth)), (["s:STD"], .compartment(.sexualHealth)),
            (["s:HIV"], .compartment(.sexualHealth)), (["s:SUD"], .compartment(.substanceUse)),
            (["s:ETH"], .compartment(.substanceUse)),
            (["s:OPIOIDUD"], .compartment(.substanceUse)),
            (["o:social-care"], .compartment(.socialCare)),
            (["s:PRS"], .compartment(.patientPrivate)), (["c:V"], .compartment(.patientPrivate)),
            (["c:V", "s:PRS"], .compartment(.patientPrivate)),
            (["c:R", "s:PSY"], .compartment(.mentalHealth)),
            (["s:PSY", "c:N", "s:BH"], .compartment(.mentalHealth)),
            (["c:R"], .privacyOfficer), (["c:R", "c:N"], .privacyOfficer),
            (["s:PSY", "s:HIV"], .privacyOfficer), (["c:V", "s:PSY"], .privacyOfficer),
            (["s:GDIS"], .privacyOfficer), (["s:PSY", "s:GDIS"], .privacyOfficer),
            (["s:psy"], .privacyOfficer), (["c:X"], .privacyOfficer),
            (["o:other"], .privacyOfficer), (["x:PSY"], .privacyOfficer),
            (["-:PSY"], .privacyOfficer),
        ] as [([String], CompartmentDecision)])
    func labels(_ labels: [String], _ expected: CompartmentDecision) throws {
        #expect(try decision(labels) == expected)
        let isGeneral = expected == .compartment(.general)
        for type in ["Patient", "RelatedPerson", "Consent"] {
            #expect(
                try decision(labels, type: type)
                    == (isGeneral ? .compartment(.identity) : expected))
        }
    }

    @Test(
        "labels that cannot be read are for the privacy officer",
        arguments: [
            #"{"security":{}}"#, #"{"security":"PSY"}"#, #"{"security":[7]}"#, #"[]"#,
            #"{"security":[{"display":"x"}]}"#, #"{"security":[{"system":7,"code":"PSY"}]}"#,
        ])
    func unreadable(_ meta: String) throws {
        let draft = try Fixture.resource(#"{"resourceType":"Flag","meta":\#(meta)}"#)
        #expect(draft.compartment == .privacyOfficer)
    }

    @Test("a directive about one compartment goes there, about several to the privacy officer")
    func directives() throws {
        func decision(_ outer: [String], _ inner: [String]) throws -> CompartmentDecision {
            try Fixture.resource(
                #"{"resourceType":"Consent","provision":{"securityLabel":\#(security(outer)),"#
                    + #""provision":[{"provision":[{"securityLabel":\#(security(inner))}]}]}}"#
            ).compartment
        }
        #expect(try decision([], []) == .compartment(.identity))
        #expect(try decision(["c:N"], ["c:R"]) == .compartment(.identity))
        #expect(try decision([], ["s:HIV"]) == .compartment(.sexualHealth))
        #expect(try decision(["s:HIV"], ["s:STD"]) == .compartment(.sexualHealth))
        #expect(try decision(["s:HIV"], ["s:PSY"]) == .privacyOfficer)
    }
}
