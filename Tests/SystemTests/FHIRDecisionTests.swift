import Foundation
import Testing

extension Daemons.FHIRTests {
    /// The resources of a Bundle.
    private static func resources(_ answer: WebClient.Answer) -> [[String: Any]] {
        (answer.json["entry"] as? [[String: Any]] ?? []).compactMap {
            $0["resource"] as? [String: Any]
        }
    }

    /// The text of a part of a parameter.
    private static func part(_ name: String, of parameter: [String: Any]) -> String? {
        let parts = parameter["part"] as? [[String: Any]] ?? []
        let part = parts.first { $0["name"] as? String == name }
        return part?.first { $0.key.hasPrefix("value") }?.value as? String
    }

    private static func decision(_ conflict: String, _ choice: String) -> String {
        let parts = [("conflict", conflict), ("choice", choice), ("reason", "agreed by telephone")]
            .map { #"{"name":"\#($0.0)","valueString":"\#($0.1)"}"# }
        return #"{"resourceType":"Parameters","parameter":[\#(parts.joined(separator: ","))]}"#
    }

    /// A medicine to which two clients gave two doses, neither of them shown the other's.
    private static func disputed(_ port: UInt16) throws -> String {
        let made = try ask(port, "POST", "/fhir/Patient", body: patient())
        let id = UUID().uuidString.lowercased()
        func medicine(_ dose: Int) -> String {
            #"{"resourceType":"MedicationRequest","id":"\#(id)","status":"active","#
                + #""intent":"order","medicationCodeableConcept":{"text":"\#(canary)"},"#
                + #""subject":{"reference":"Patient/\#(made.json["id"] as? String ?? "")"},"#
                + #""dosageInstruction":[{"text":"\#(dose)"}]}"#
        }
        let path = "/fhir/MedicationRequest/\(id)"
        #expect(try ask(port, "PUT", path, body: medicine(5)).status == 201)
        let second = try ask(port, "PUT", path, body: medicine(10), token: "gp-token")
        #expect(second.status == 200)
        return path
    }

    @Test("a decision that ends what it is about is answered as stored")
    func endsIt() async throws {
        let (site, port) = try await Self.practice()
        let path = try Self.disputed(port)
        let deleted = try Self.ask(port, "DELETE", path)
        #expect(deleted.status == 200, "\(deleted.text)")
        for _ in 0..<8 {
            let listed = try Self.ask(port, "GET", "\(path)/$conflicts", token: "gp-token")
            let open = listed.json["parameter"] as? [[String: Any]] ?? []
            let decisions = open.flatMap { conflict in
                (conflict["part"] as? [[String: Any]] ?? [])
                    .filter { Self.part("decision", of: $0) == "entered-in-error" }
                    .map { (Self.part("id", of: conflict) ?? "", Self.part("id", of: $0) ?? "") }
            }
            guard let (conflict, choice) = decisions.first else { break }
            let decided = try Self.ask(
                port, "POST", "\(path)/$resolve", ["If-None-Match": "*"],
                body: Self.decision(conflict, choice), token: "gp-token")
            #expect(decided.status == 200)
        }
        #expect(try Self.ask(port, "GET", path).status == 410)
        #expect(try await site.stop() == 0)
    }

    @Test(
        "a client is shown what waits for somebody, and decides it in the role it is registered in")
    func decides() async throws {
        let (site, port) = try await Self.practice()
        let path = try Self.disputed(port)
        let beside = try Self.ask(port, "GET", "\(path)/$companions?_type=DetectedIssue,Task,Flag")
        let kinds = Self.resources(beside).compactMap { $0["resourceType"] as? String }
        #expect(kinds == ["DetectedIssue", "Task", "Flag"])
        #expect(!beside.text.contains(Self.canary))
        let issue = Self.resources(beside).first?["id"] as? String ?? ""
        let issuePath = "/fhir/DetectedIssue/\(issue)"
        let read = try Self.ask(port, "GET", issuePath)
        #expect(read.status == 200 && read.json["id"] as? String == issue)
        // What it names as evidence can be read as well.
        let evidence = (read.json["evidence"] as? [[String: Any]])?.first?["detail"]
        let names = (evidence as? [[String: Any]] ?? []).compactMap { $0["reference"] as? String }
        #expect(names.count == 2)
        for name in names {
            #expect(try Self.ask(port, "GET", "/fhir/" + name).status == 200)
        }
        let changed = try Self.ask(port, "PUT", issuePath, body: read.text)
        #expect(changed.status == 422 && changed.issue == "business-rule")

        let listed = try Self.ask(port, "GET", "\(path)/$conflicts", token: "gp-token")
        let open = try #require((listed.json["parameter"] as? [[String: Any]])?.first)
        let conflict = try #require(Self.part("id", of: open))
        #expect(Self.part("class", of: open) == "U" && Self.part("kind", of: open) == "siblings")
        let choices = (open["part"] as? [[String: Any]] ?? [])
            .filter { $0["name"] as? String == "choice" }
        let choice = try #require(choices.compactMap { Self.part("id", of: $0) }.first)
        #expect(choices.allSatisfy { Self.part("head", of: $0) != nil })

        let body = Self.decision(conflict, choice)
        let unaware = try Self.ask(port, "POST", "\(path)/$resolve", body: body)
        #expect(unaware.status == 403)
        #expect(
            try Self.ask(
                port, "POST", "\(path)/$resolve", body: Self.decision(conflict, "0"),
                token: "gp-token"
            ).status == 409)
        #expect(
            try Self.ask(port, "POST", "\(path)/$resolve", body: "{}", token: "gp-token").status
                == 400)
        let decided = try Self.ask(
            port, "POST", "\(path)/$resolve", body: body, token: "gp-token")
        #expect(decided.status == 200 && !decided.etag.isEmpty)
        #expect(!decided.text.contains("unresolved-conflict"))
        let again = try Self.ask(port, "POST", "\(path)/$resolve", body: body, token: "gp-token")
        #expect(again.status == 409 && again.issue == "conflict")
        #expect(try Self.ask(port, "GET", issuePath).status == 410)
        #expect(try await site.accord("conflict", "list").expect(0).output.contains("No conflict"))
        let log = try await site.accord("audit", "search", "conflicts", "--format", "json").expect(
            0)
        #expect(log.output.contains("gp-1") && !log.output.contains("telephone"))
        #expect(try await site.stop() == 0)
        #expect(!site.log.contains(Self.canary))
    }
}
