import AuditTrail
import HTTPTypes
import Testing

@testable import SiteNode

@Suite("FHIR requests and answers")
struct FHIRMessageTests {
    private static func request(
        _ method: String = "GET", _ target: String = "/fhir/Patient/1",
        _ fields: [(HTTPField.Name, String)] = []
    ) -> FHIRRequest {
        var all = HTTPFields()
        for field in fields { all[field.0] = field.1 }
        return FHIRRequest(
            method: method, target: target, body: [], remoteAddress: "", authority: "a:1",
            fields: all)
    }

    @Test(
        "a request line names one interaction",
        arguments: [
            ("GET", "/fhir/metadata", FHIRInteraction.capabilities),
            ("HEAD", "/fhir/metadata/", .capabilities),
            ("POST", "/fhir", .bundle), ("POST", "/fhir/", .bundle),
            ("GET", "/fhir/Patient/1", .read(type: "Patient", id: "1")),
            ("HEAD", "/fhir/Patient/1", .read(type: "Patient", id: "1")),
            ("PUT", "/fhir/Flag/a.b-C", .update(type: "Flag", id: "a.b-C")),
            ("DELETE", "/fhir/Flag/1", .delete(type: "Flag", id: "1")),
            ("POST", "/fhir/Flag", .create(type: "Flag")),
            ("PUT", "/fhir/Flag", .conditionalUpdate(type: "Flag")),
            ("DELETE", "/fhir/Flag/", .conditionalDelete(type: "Flag")),
            ("GET", "/fhir/Flag/1/$companions", .companions(type: "Flag", id: "1")),
            ("GET", "/fhir/Flag/1/%24conflicts", .conflicts(type: "Flag", id: "1")),
            ("POST", "/fhir/Flag/1/$resolve", .resolve(type: "Flag", id: "1")),
            ("GET", "/fhir/Flag/1/_history", .history(type: "Flag", id: "1")),
            ("GET", "/fhir/Flag/1/_history/2", .vread(type: "Flag", id: "1", version: "2")),
        ])
    func interactions(method: String, path: String, expected: FHIRInteraction) throws {
        #expect(try FHIRInteraction.find(method: method, path: path[...]) == expected)
        // What shows or changes something of a patient is recorded.
        #expect(expected.auditKinds.isEmpty == (expected == .capabilities))
    }

    @Test(
        "what is not offered is 404, or 405 with what is",
        arguments: [
            ("GET", "/", 404, ""), ("GET", "/fhirs/Patient/1", 404, ""),
            ("GET", "/fhir/Patients/1", 404, ""), ("GET", "/fhir/Patient/%31", 404, ""),
            ("GET", "/fhir/Patient/1/_history/2/3", 404, ""),
            ("GET", "/fhir/Patient/1/$everything", 404, ""),
            ("GET", "/fhir/Patient", 405, "POST, PUT, DELETE"), ("GET", "/fhir", 405, "POST"),
            ("GET", "/fhir/Patient/1/$resolve", 405, "POST"),
            ("PATCH", "/fhir/Patient/1", 405, "GET, HEAD, PUT, DELETE"),
            ("POST", "/fhir/Patient/1/$conflicts", 405, "GET, HEAD"),
        ])
    func refused(method: String, path: String, status: Int, allow: String) throws {
        let failure = try #require(
            #expect(throws: FHIRFailure.self) {
                try FHIRInteraction.find(method: method, path: path[...])
            })
        #expect(failure.status == status)
        #expect(failure.code == .notSupported)
        #expect(failure.fields.map(\.value).joined() == allow)
    }

    @Test(
        "answers are JSON or refused",
        arguments: [
            ("", "", true), ("*/*", "", true), ("application/json", "", true),
            ("application/fhir+json;q=0.8, text/html", "", true),
            ("APPLICATION/FHIR+JSON", "", true),
            ("application/fhir+json; fhirVersion=4.0", "", true), ("application/*", "", true),
            ("application/fhir+xml", "", false), ("text/html", "", false),
            ("application/json;q=0", "", false), ("application/json;q=0.01", "", true),
            ("application/fhir+xml", "?_format=json", true),
            ("", "?a=b&_format=application/fhir%2Bjson", true),
            ("", "?_format=xml", false), ("application/json", "?_format=application%2Fxml", false),
        ])
    func accept(accept: String, query: String, isTaken: Bool) {
        let request = Self.request("GET", "/fhir/Patient/1" + query, [(.accept, accept)])
        let failure = Self.failure { () throws(FHIRFailure) in try FHIRMedia.checkAnswer(request) }
        #expect(failure?.status == (isTaken ? nil : 406))
    }

    @Test(
        "bodies are JSON in UTF-8 or refused",
        arguments: [
            ("", true), ("application/json", true), ("application/fhir+json;charset=utf-8", true),
            ("application/fhir+json; charset=\"UTF-8\"; fhirVersion=4.0", true),
            ("application/fhir+xml", false), ("application/json-patch+json", false),
            ("application/json; charset=latin1", false),
            ("application/x-www-form-urlencoded", false),
        ])
    func contentType(type: String, isTaken: Bool) {
        let request = Self.request("POST", "/fhir/Patient", [(.contentType, type)])
        let failure = Self.failure { () throws(FHIRFailure) in try FHIRMedia.checkBody(request) }
        #expect(failure?.status == (isTaken ? nil : 415))
    }

    private static func failure(_ body: () throws(FHIRFailure) -> Void) -> FHIRFailure? {
        do {
            try body()
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "an ETag is taken weak, strong, bare and in a list",
        arguments: [
            ("W/\"a1\"", true), ("\"a1\"", true), ("a1", true), ("*", true),
            ("W/\"b\", W/\"a1\"", true), ("\"a\"", false), ("W/\"a11\"", false), ("", false),
        ])
    func etags(list: String, isNamed: Bool) {
        #expect(FHIRConditions.names("a1", list) == isNamed)
        let request = Self.request("GET", "/fhir/Patient/1", [(.ifNoneMatch, list)])
        #expect(FHIRConditions.isKnown("a1", modified: 0, to: request) == isNamed)
    }

    @Test("dates of headers are those of RFC 9110")
    func dates() {
        let moment: Int64 = 784_111_777_999
        let text = "Sun, 06 Nov 1994 08:49:37 GMT"
        #expect(HTTPDate.text(milliseconds: moment) == text)
        #expect(HTTPDate.instant(text) == "1994-11-06T08:49:37")
        #expect(HTTPDate.instant("Sunday, 06-Nov-94 08:49:37 GMT") == nil)
        let request = Self.request("GET", "/fhir/Patient/1", [(.ifModifiedSince, text)])
        #expect(FHIRConditions.isKnown("a", modified: moment, to: request))
        #expect(!FHIRConditions.isKnown("a", modified: moment + 1, to: request))
    }

    @Test("a resource gets id and version, and keeps everything else digit by digit")
    func resource() throws {
        let held =
            #"{"resourceType":"Basic","id":"x","meta":{"versionId":"1","tag":[{"code":"t"}]},"a":5.0}"#
        let shown = try #require(
            FHIRResourceText.bytes(Array(held.utf8), id: "i", version: "v", lastUpdated: 0))
        #expect(
            String(decoding: shown, as: UTF8.self)
                == #"{"resourceType":"Basic","id":"i","meta":{"tag":[{"code":"t"}],"versionId":"v","#
                + #""lastUpdated":"1970-01-01T00:00:00.000Z"},"a":5.0}"#)
        let bare = try #require(
            FHIRResourceText.bytes(
                Array(#"{"resourceType":"Basic"}"#.utf8), id: "i", version: "v", lastUpdated: 0))
        #expect(
            String(decoding: bare, as: UTF8.self)
                == #"{"resourceType":"Basic","id":"i","meta":{"versionId":"v","#
                + #""lastUpdated":"1970-01-01T00:00:00.000Z"}}"#)
        for other in ["", "[]", "{}"] {
            #expect(
                FHIRResourceText.bytes(
                    Array(other.utf8), id: "i", version: "v", lastUpdated: 0) == nil)
        }
    }

    @Test(
        "what the door refuses by itself is an OperationOutcome as well",
        arguments: DoorRefusal.allCases)
    func doorRefusals(refusal: DoorRefusal) {
        let answer = FHIRFailure(refusal).answer
        #expect(answer.status == refusal.status)
        #expect(String(decoding: answer.body, as: UTF8.self).contains(#""OperationOutcome""#))
    }

    @Test("a failure says kind, place and next step")
    func outcome() {
        let failure = FHIRFailure(
            status: 400, code: .tooLong, diagnostics: "Say \"less\".", expression: "Basic.code")
        #expect(
            failure.outcome
                == #"{"resourceType":"OperationOutcome","issue":[{"severity":"error","#
                + #""code":"too-long","diagnostics":"Say \"less\".","expression":["Basic.code"]}]}"#
        )
        #expect(FHIRFailure.signIn.answer.fields.first?.name == "WWW-Authenticate")
    }

    @Test("there are 146 resource types")
    func types() {
        #expect(R4ResourceTypes.ascending.count == 146)
        #expect(R4ResourceTypes.ascending == R4ResourceTypes.ascending.sorted())
    }
}
