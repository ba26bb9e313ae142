import Interchange
import StrictJSON
import Testing

/// One hostile input and what must be said of it.
struct HostileCase: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let rule: ImportRefusal.Rule
    let entry: Int?

    var testDescription: String { name }

    init(_ name: String, _ bytes: [UInt8], _ rule: ImportRefusal.Rule, _ entry: Int?) {
        self.name = name
        self.bytes = bytes
        self.rule = rule
        self.entry = entry
    }

    /// A transaction whose second entry is the hostile one.
    init(_ name: String, second: String, _ rule: ImportRefusal.Rule) {
        self.init(
            name, Fixture.bundle("transaction", [Fixture.patient, second]), rule, 1)
    }
}

@Suite struct HostileBundleTests {
    static let json: [HostileCase] = [
        HostileCase(
            "duplicate member", second: Fixture.post("Group", #""a":1,"\u0061":2"#),
            .json(.duplicateMember)),
        HostileCase(
            "lone surrogate", second: Fixture.post("Group", #""a":"\ud800""#),
            .json(.loneSurrogate)),
        HostileCase("NUL", second: Fixture.post("Group", #""a":"\u0000""#), .json(.nul)),
        HostileCase(
            "depth",
            second: Fixture.post(
                "Group",
                #""a":"# + String(repeating: "[", count: 62) + String(repeating: "]", count: 62)),
            .json(.depth)),
        HostileCase(
            "too many items",
            second: Fixture.post(
                "Group", #""a":[0"# + String(repeating: ",0", count: 10_000) + "]"),
            .json(.arrayItems)),
        HostileCase("bad number", second: Fixture.post("Group", #""a":01"#), .json(.invalidNumber)),
        HostileCase(
            "truncated", Array(Fixture.bundle("transaction", ["{}", "{}", "{}"]).dropLast(4)),
            .json(.unexpectedEnd), 2),
        HostileCase(
            "trailing input", Fixture.bundle("transaction", ["{}"]) + Array("x".utf8),
            .json(.trailingInput), nil),
        HostileCase(
            "byte-order mark", [0xEF, 0xBB, 0xBF] + Fixture.bundle("batch", []),
            .json(.byteOrderMark), nil),
        HostileCase(
            "invalid UTF-8",
            Fixture.bundle("batch", ["{}"]).flatMap { $0 == 0x7D ? [0x22, 0xFF, 0x22] : [$0] },
            .json(.invalidUTF8), 0),
    ]

    static let shapes: [HostileCase] = [
        HostileCase("entry not an object", second: "[]", .entryNotAnObject),
        HostileCase("entry without request", second: "{}", .requestMissing),
        HostileCase("request not an object", second: #"{"request":1}"#, .requestMissing),
        HostileCase(
            "fullUrl not a string", second: #"{"fullUrl":7,"request":{}}"#, .fullURLInvalid),
        HostileCase("fullUrl empty", second: #"{"fullUrl":"","request":{}}"#, .fullURLInvalid),
        HostileCase(
            "fullUrl too long",
            second: Fixture.post("Group", url: String(repeating: "u", count: 1_025)),
            .sourceIDTooLong),
        HostileCase(
            "resource not an object", second: #"{"resource":"x","request":{}}"#,
            .resourceNotAnObject),
        HostileCase(
            "no resource", second: #"{"request":{"method":"POST","url":"Group"}}"#,
            .resourceMissing),
        HostileCase(
            "no resourceType",
            second: #"{"resource":{},"request":{"method":"POST","url":"Group"}}"#,
            .resourceTypeMissing),
        HostileCase(
            "resourceType not a string",
            second: #"{"resource":{"resourceType":1},"request":{"method":"POST","url":"Group"}}"#,
            .resourceTypeMissing),
        HostileCase(
            "resourceType with a space",
            second: Fixture.post("Group").replacing("\"Group\"},", with: "\"Gro up\"},"),
            .resourceTypeInvalid),
        HostileCase(
            "id not a FHIR id", second: Fixture.post("Group", #""id":"a/b""#), .resourceIDInvalid),
        HostileCase(
            "id too long",
            second: Fixture.post("Group", #""id":"\#(String(repeating: "i", count: 65))""#),
            .resourceIDInvalid),
        HostileCase("id a number", second: Fixture.post("Group", #""id":5"#), .resourceIDInvalid),
    ]

    static let requests: [HostileCase] = {
        func request(_ request: String, id: String = "g") -> String {
            #"{"resource":{"resourceType":"Group","id":"\#(id)"},"request":{\#(request)}}"#
        }
        return [
            HostileCase("no method", second: request(#""url":"Group""#), .methodInvalid),
            HostileCase(
                "lower-case method", second: request(#""method":"post","url":"Group""#),
                .methodInvalid),
            HostileCase(
                "GET", second: #"{"request":{"method":"GET","url":"Group/g"}}"#,
                .methodUnsupported),
            HostileCase("PATCH", second: request(#""method":"PATCH""#), .methodUnsupported),
            HostileCase("HEAD", second: request(#""method":"HEAD""#), .methodUnsupported),
            HostileCase("no url", second: request(#""method":"POST""#), .requestURLInvalid),
            HostileCase(
                "POST to an id", second: request(#""method":"POST","url":"Group/g""#),
                .requestURLInvalid),
            HostileCase(
                "POST of another type", second: request(#""method":"POST","url":"List""#),
                .requestTypeMismatch),
            HostileCase(
                "PUT of another type", second: request(#""method":"PUT","url":"List/g""#),
                .requestTypeMismatch),
            HostileCase(
                "PUT of another id", second: request(#""method":"PUT","url":"Group/h""#),
                .requestIDMismatch),
            HostileCase(
                "PUT of a version",
                second: request(#""method":"PUT","url":"Group/g/_history/1""#),
                .requestURLInvalid),
            HostileCase(
                "PUT by no query", second: request(#""method":"PUT","url":"Group?code""#),
                .requestURLInvalid),
            HostileCase(
                "PUT of another type by a query",
                second: request(#""method":"PUT","url":"List?identifier=a%7Cb""#),
                .requestTypeMismatch),
            HostileCase(
                "DELETE by no query",
                second: #"{"request":{"method":"DELETE","url":"Group?"}}"#,
                .requestURLInvalid),
            HostileCase(
                "DELETE with a resource", second: request(#""method":"DELETE","url":"Group/g""#),
                .resourceUnexpected),
            HostileCase(
                "ifMatch of a POST",
                second: request(#""method":"POST","url":"Group","ifMatch":"W/\"1\"""#),
                .versionConditionUnsupported),
            HostileCase(
                "ifNoneMatch of a version",
                second: request(#""method":"PUT","url":"Group/g","ifNoneMatch":"W/\"1\"""#),
                .versionConditionUnsupported),
            HostileCase(
                "ifMatch beside ifNoneMatch",
                second: request(
                    #""method":"PUT","url":"Group/g","ifMatch":"W/\"1\"","ifNoneMatch":"*""#),
                .versionConditionUnsupported),
            HostileCase(
                "ifModifiedSince",
                second: request(
                    #""method":"PUT","url":"Group/g","ifModifiedSince":"2026-01-01T00:00:00Z""#),
                .versionConditionUnsupported),
            HostileCase(
                "ifNoneExist not a query",
                second: request(#""method":"POST","url":"Group","ifNoneExist":"x""#),
                .ifNoneExistInvalid),
            HostileCase(
                "ifNoneExist on PUT",
                second: request(#""method":"PUT","url":"Group/g","ifNoneExist":"code=a""#),
                .ifNoneExistInvalid),
        ]
    }()

    static let meanings: [HostileCase] = [
        HostileCase(
            "reference to nothing",
            second: Fixture.post("Flag", Fixture.subject("urn:uuid:nobody")), .referenceToNothing),
        HostileCase(
            "same fullUrl", second: Fixture.post("Patient", url: "urn:uuid:p"), .duplicateIdentity),
        HostileCase(
            "two PUTs of one resource",
            Fixture.bundle(
                "transaction", [Fixture.put("Group", id: "g"), Fixture.put("Group", id: "g")]),
            .duplicateIdentity, 1),
        HostileCase(
            "PUT and DELETE of one resource",
            Fixture.bundle(
                "transaction",
                [
                    Fixture.put("Group", id: "g"),
                    #"{"request":{"method":"DELETE","url":"Group/g"}}"#,
                ]), .duplicateIdentity, 1),
        HostileCase(
            "one source id twice",
            Fixture.bundle(
                "collection",
                Array(repeating: #"{"resource":{"resourceType":"Group","id":"g"}}"#, count: 2)),
            .duplicateIdentity, 1),
        HostileCase(
            "directory naming an entry",
            second: Fixture.post(
                "Location", #""extension":[{"valueReference":{"reference":"urn:uuid:p"}}]"#),
            .directoryNamesPatient),
        HostileCase(
            "directory naming a patient elsewhere",
            second: Fixture.post("Organization", #""partOf":{"reference":"Patient/1"}"#),
            .directoryNamesPatient),
        HostileCase(
            "directory naming a patient by query",
            second: Fixture.post("Practitioner", #""x":{"reference":"Patient?identifier=a"}"#),
            .directoryNamesPatient),
        HostileCase(
            "directory naming a patient's record",
            second: Fixture.post("PractitionerRole", #""x":{"reference":"Observation/1"}"#),
            .directoryNamesPatient),
        HostileCase(
            "directory containing a patient",
            second: Fixture.post(
                "HealthcareService", #""contained":[{"resourceType":"Patient","id":"x"}]"#),
            .directoryNamesPatient),
        HostileCase(
            "directory naming a patient by identifier",
            second: Fixture.post(
                "Location", #""x":[{"type":"Patient","identifier":{"value":"v"}}]"#),
            .directoryNamesPatient),
        HostileCase(
            "two subjects",
            second: Fixture.post(
                "Observation",
                #""subject":[{"reference":"urn:uuid:p"},{"reference":"Patient/2"}]"#),
            .patientsDisagree),
        HostileCase(
            "subject and patient differ",
            second: Fixture.post(
                "Claim",
                #""patient":{"reference":"urn:uuid:p"},"#
                    + Fixture.subject("Patient/2")), .patientsDisagree),
    ]

    @Test("a hostile Bundle is refused with its rule and its entry", arguments: json + shapes)
    func refused(_ hostile: HostileCase) {
        check(hostile)
    }

    @Test("a bad request is refused with its rule and its entry", arguments: requests)
    func badRequest(_ hostile: HostileCase) {
        check(hostile)
    }

    @Test("contradictions are refused with their rule and their entry", arguments: meanings)
    func contradiction(_ hostile: HostileCase) {
        check(hostile)
    }

    private func check(_ hostile: HostileCase) {
        let refusal = Fixture.refusal(hostile.bytes)
        #expect(refusal?.rule == hostile.rule)
        #expect(refusal?.entry == hostile.entry)
        if let offset = refusal?.offset { #expect(offset <= hostile.bytes.count) }
    }

    @Test("a Bundle must say a type that can be imported")
    func bundleTypes() {
        for type in [
            "searchset", "document", "message", "history", "transaction-response",
            "batch-response", "Transaction", "",
        ] {
            let refusal = Fixture.refusal(Fixture.bundle(type, []))
            #expect(refusal?.rule == .bundleTypeUnsupported)
            #expect(refusal?.message.contains("make it a transaction") == true)
        }
        func rule(_ text: String) -> ImportRefusal.Rule? { Fixture.refusal(Array(text.utf8))?.rule }
        #expect(rule(#"{"resourceType":"Bundle"}"#) == .bundleTypeMissing)
        #expect(rule(#"{"resourceType":"Bundle","type":1}"#) == .bundleTypeMissing)
        #expect(
            rule(#"{"resourceType":"Bundle","type":"batch","entry":{}}"#) == .entriesNotAnArray)
        #expect(rule("[]") == .resourceNotAnObject)
        #expect(rule(#"{"resource":1}"#) == .resourceTypeMissing)
    }

    @Test("a string above its limit is refused in its entry, a resource of many strings is not")
    func largeValues() throws {
        let megabyte = String(repeating: "x", count: 1 << 20)
        let large = Array(repeating: #""\#(megabyte)""#, count: 9).joined(separator: ",")
        let entries = try Fixture.transaction(
            Fixture.patient, Fixture.post("Group", #""a":[\#(large)]"#))
        #expect(entries[1].value.count > 9 << 20)
        let tooLong = Fixture.post("Group", #""a":"\#(String(repeating: "x", count: 5 << 20))y""#)
        let refusal = Fixture.refusal(Fixture.bundle("transaction", [Fixture.patient, tooLong]))
        #expect(refusal?.rule == .json(.stringBytes) && refusal?.entry == 1)
    }

    @Test("a List alone may not hold more entries than a record may")
    func longList() {
        let items = Array(repeating: "{}", count: 10_001).joined(separator: ",")
        let list = Array(#"{"resourceType":"List","entry":[\#(items)]}"#.utf8)
        #expect(Fixture.refusal(list)?.rule == .arrayItems)
    }

    @Test("more references than a change may have are refused")
    func manyReferences() {
        func group(_ count: Int) -> [UInt8] {
            let half = Array(repeating: #"{"reference":"Group/1"}"#, count: count / 2)
                .joined(separator: ",")
            return Array(#"{"resourceType":"Group","a":[\#(half)],"b":[\#(half)]}"#.utf8)
        }
        #expect(Fixture.refusal(group(4_096)) == nil)
        #expect(Fixture.refusal(group(4_098))?.rule == .tooManyReferences)
    }

    @Test("a resource above 10 MiB is refused, naming its entry")
    func largeResource() {
        let note = #"{"text":"\#(String(repeating: "a", count: 4 << 20))"}"#
        func bundle(_ notes: Int) -> [UInt8] {
            let list = Array(repeating: note, count: notes).joined(separator: ",")
            return Fixture.bundle(
                "transaction",
                [Fixture.post("Group"), Fixture.post("Group", #""note":[\#(list)]"#)])
        }
        #expect(Fixture.refusal(bundle(2)) == nil)
        let refusal = Fixture.refusal(bundle(3))
        #expect(refusal?.rule == .resourceTooLarge)
        #expect(refusal?.entry == 1)
    }

    @Test("a message names places and rules, never content")
    func messages() {
        let secret = "zebra"
        let bytes = Fixture.bundle(
            "transaction",
            [Fixture.post("Flag", #""\#(secret)":{"reference":"urn:uuid:\#(secret)"}"#)])
        let message = Fixture.refusal(bytes)?.message ?? ""
        #expect(message.hasPrefix("Bundle.entry[0]"))
        #expect(!message.contains(secret))
        let path = Fixture.refusal(Self.meanings.last?.bytes ?? [])?.path
        #expect(path == "Bundle.entry[1].resource.subject")
    }
}
