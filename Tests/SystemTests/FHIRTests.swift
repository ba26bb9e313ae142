import Foundation
import Testing

extension Daemons {
    @Suite("FHIR clients")
    struct FHIRTests {
        /// SHA-256 of `ward-token`, `crisis-token` and `gp-token`; the tokens are these words.
        private static let file = """
            clients:
              - name: Ward system
                token_sha256: d7041f2bd4da3cb855f2a08dda4aa5d62f957c2463cfbea3fff283d8f4c656bb
                practitioner: ward-3
                role: nurse
              - name: Crisis team
                token_sha256: 722105ca45ea33e17a95061eac653816aa27808fb68e86d0045f2621c659fa5c
                practitioner: team-1
                role: nurse
                compartments: [identity, general, mental-health]
              - name: GP system
                token_sha256: 034cd7050f41883ac4ab69c041598563e425f422942bead084740598eaaf02c2
                practitioner: gp-1
                role: prescriber
                conflict_aware: true
            """

        static func practice() async throws -> (site: Site, port: UInt16) {
            let folder = try TemporaryFolder()
            let clients = try folder.write(file, to: "clients.yaml")
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o600], ofItemAtPath: clients)
            let port = try LoopbackSocket.freePort()
            let site = try await Site.started(
                "practice", name: "Practice", in: folder,
                settings: [
                    "ACCORD_FHIR_LISTEN": "127.0.0.1:\(port)", "ACCORD_FHIR_CLIENTS_FILE": clients,
                    "ACCORD_LOG_LEVEL": "trace",
                ])
            try await waitUntilOpen(port)
            return (site, port)
        }

        /// The site answers at its control socket a moment before all its doors are open.
        private static func waitUntilOpen(_ port: UInt16) async throws {
            try await Deadline.wait(for: "the door opens", within: .seconds(10)) {
                guard let descriptor = LoopbackSocket.connect(to: port) else { return false }
                close(descriptor)
                return true
            }
        }

        /// A request as the ward's client.
        static func ask(
            _ port: UInt16, _ method: String, _ path: String, _ fields: [String: String] = [:],
            body: String = "", token: String = "ward-token"
        ) throws -> WebClient.Answer {
            var all = ["Authorization": "Bearer \(token)"].merging(fields) { $1 }
            if !body.isEmpty, all["Content-Type"] == nil {
                all["Content-Type"] = "application/fhir+json"
            }
            return try WebClient.ask(port: port, method, path, all, body: body)
        }

        static func patient(_ more: String = "") -> String {
            #"{"resourceType":"Patient",\#(more)"name":[{"family":"\#(canary)"}]}"#
        }

        static let canary = "Wiedehopf"
        private static let restricted = #"""
            "meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"PSY"}]},
            """#

        @Test("a resource is made, read, deleted, and keeps its versions over a restart")
        func life() async throws {
            let (site, port) = try await Self.practice()
            let made = try Self.ask(port, "POST", "/fhir/Patient", body: Self.patient())
            #expect(made.status == 201)
            let id = try #require(made.json["id"] as? String)
            let path = "/fhir/Patient/\(id)"
            let read = try Self.ask(port, "GET", path)
            #expect(read.status == 200)
            #expect(read.etag == made.etag && read.text == made.text)
            #expect(read.text.contains(Self.canary))
            let version = made.etag.dropFirst(3).dropLast()
            #expect(made.fields["location"]?.hasSuffix("\(path)/_history/\(version)") ?? false)
            #expect(try Self.ask(port, "GET", "\(path)/_history/\(version)").text == read.text)
            #expect(try Self.ask(port, "GET", "\(path)/_history/1").issue == "not-found")
            // Another view of the record has other versions.
            let crisis = try Self.ask(port, "GET", path, token: "crisis-token")
            #expect(crisis.status == 200 && crisis.etag != read.etag)
            #expect(
                try Self.ask(
                    port, "GET", "\(path)/_history/\(version)", token: "crisis-token"
                ).status == 404)
            try Self.expectConditions(port, path, read)

            #expect(try await site.stop() == 0)
            try await site.start()
            try await Self.waitUntilOpen(port)
            let later = try Self.ask(port, "GET", path)
            #expect(later.etag == read.etag && later.text == read.text)
            #expect(try Self.ask(port, "DELETE", path, ["If-Match": "W/\"x\""]).status == 412)
            #expect(try Self.ask(port, "DELETE", path, ["If-Match": read.etag]).status == 204)
            let gone = try Self.ask(port, "GET", path)
            #expect(gone.status == 410 && gone.issue == "deleted")
            #expect(try Self.ask(port, "GET", "\(path)/_history/\(version)").text == read.text)
            let history = try Self.ask(port, "GET", "\(path)/_history").json
            let entries = history["entry"] as? [[String: Any]] ?? []
            let methods = entries.map { ($0["request"] as? [String: Any])?["method"] as? String }
            #expect(methods == ["DELETE", "POST"])
            #expect(history["total"] as? Int == 2)
            let checked = try await site.accord("audit", "verify").expect(0)
            #expect(checked.output.hasPrefix("intact"))
            try Self.expectOneOf(port)
            #expect(try await site.stop() == 0)
            #expect(!site.log.contains(Self.canary))
        }

        /// A conditional create makes one resource, by header or query.
        private static func expectOneOf(_ port: UInt16) throws {
            let body =
                #"{"resourceType":"Organization","identifier":[{"system":"urn:o","value":"1"}]}"#
            let query = "identifier=urn:o%7C1"
            let first = try ask(
                port, "POST", "/fhir/Organization", ["If-None-Exist": query], body: body)
            let second = try ask(port, "POST", "/fhir/Organization?\(query)", body: body)
            #expect(first.status == 201 && second.status == 200)
            #expect(first.text == second.text)
            let third = try ask(
                port, "POST", "/fhir/Organization?_format=json", ["Prefer": "return=minimal"],
                body: body)
            #expect(third.status == 201 && third.text.isEmpty)
            let several = try ask(port, "POST", "/fhir/Organization?\(query)", body: body)
            #expect(several.status == 412 && several.issue == "multiple-matches")
            let group =
                #"{"resourceType":"Group","type":"person","actual":true,"identifier":["#
                + #"{"system":"urn:g","value":"1"}]}"#
            let one = "/fhir/Group?identifier=urn:g%7C1"
            let made = try ask(port, "PUT", one, body: group)
            let same = try ask(port, "PUT", one, ["If-Match": made.etag], body: group)
            #expect(made.status == 201 && same.status == 200 && made.etag == same.etag)
            #expect(try ask(port, "PUT", one, ["If-Match": "W/\"x\""], body: group).status == 412)
            #expect(try ask(port, "PUT", "/fhir/Group", body: group).issue == "required")
            #expect(try ask(port, "PUT", "/fhir/Group?type=person", body: group).status == 400)
            for _ in 0..<2 { #expect(try ask(port, "DELETE", one).status == 204) }
            let gone = "/fhir/Group/\(made.json["id"] as? String ?? "")"
            #expect(try ask(port, "GET", gone).status == 410)
        }

        private static func expectConditions(
            _ port: UInt16, _ path: String, _ read: WebClient.Answer
        ) throws {
            let known = try ask(port, "GET", path, ["If-None-Match": read.etag])
            #expect(known.status == 304 && known.text.isEmpty && known.etag == read.etag)
            let since = try #require(read.fields["last-modified"])
            #expect(try ask(port, "GET", path, ["If-Modified-Since": since]).status == 304)
            let head = try ask(port, "HEAD", path)
            #expect(head.status == 200 && head.text.isEmpty && head.etag == read.etag)
            #expect(head.fields["content-length"] == String(read.text.utf8.count))
        }

        @Test("a transaction is stored whole or not at all, a batch entry by entry")
        func bundles() async throws {
            let (site, port) = try await Self.practice()
            func bundle(_ type: String, _ entries: [String]) -> String {
                #"{"resourceType":"Bundle","type":"\#(type)","entry":["#
                    + entries.joined(separator: ",") + "]}"
            }
            let patient =
                #"{"fullUrl":"urn:uuid:11111111-1111-4111-8111-111111111111","resource":"#
                + Self.patient() + #","request":{"method":"POST","url":"Patient"}}"#
            let note =
                #"{"resource":{"resourceType":"Observation","status":"final","code":{"text":"x"},"#
                + #""subject":{"reference":"urn:uuid:11111111-1111-4111-8111-111111111111"}},"#
                + #""request":{"method":"POST","url":"Observation"}}"#
            let done = try Self.ask(
                port, "POST", "/fhir", body: bundle("transaction", [patient, note]))
            #expect(done.status == 200)
            #expect(done.json["type"] as? String == "transaction-response")
            let entries = done.json["entry"] as? [[String: Any]] ?? []
            let answers = entries.compactMap { $0["response"] as? [String: Any] }
            #expect(answers.map { $0["status"] as? String } == ["201 Created", "201 Created"])
            let locations = answers.compactMap { $0["location"] as? String }
            #expect(locations.first?.contains("/fhir/Patient/") ?? false)
            #expect(locations.last?.contains("/fhir/Observation/") ?? false)
            let target = URL(string: locations.last ?? "")?.path() ?? ""
            let stored = try Self.ask(port, "GET", target)
            #expect(stored.etag == answers.last?["etag"] as? String)
            // The entry is referred to by the id that it was given.
            let subject = stored.json["subject"] as? [String: Any]
            let name = try #require(subject?["reference"] as? String)
            #expect(name.hasPrefix("Patient/"))
            #expect(try Self.ask(port, "GET", "/fhir/" + name).status == 200)

            // A PUT among entries says which version its client was shown.
            let shown = stored.etag.replacing("\"", with: "\\\"")
            let path = "Observation/\(try #require(stored.json["id"] as? String))"
            let edit =
                #"{"resource":\#(stored.text.replacing("final", with: "amended")),"request":{"#
                + #""method":"PUT","url":"\#(path)","ifMatch":"\#(shown)"}}"#
            #expect(
                try Self.ask(port, "POST", "/fhir", body: bundle("transaction", [edit])).status
                    == 200)
            #expect(try Self.ask(port, "GET", "/fhir/" + path).text.contains("amended"))
            let late = try Self.ask(port, "POST", "/fhir", body: bundle("transaction", [edit]))
            #expect(late.status == 412 && late.issue == "conflict")

            let held = try await site.status().resources
            let missing = #"{"request":{"method":"DELETE","url":"Flag/17"}}"#
            let refused = try Self.ask(
                port, "POST", "/fhir", body: bundle("transaction", [patient, missing]))
            #expect(refused.status == 404 && refused.issue == "not-found")
            #expect(refused.text.contains("Bundle.entry[1]"))
            #expect(try await site.status().resources == held)
            let batch = try Self.ask(
                port, "POST", "/fhir", body: bundle("batch", [missing, patient]))
            #expect(batch.status == 200)
            let results = (batch.json["entry"] as? [[String: Any]] ?? [])
                .compactMap { ($0["response"] as? [String: Any])?["status"] as? String }
            #expect(results == ["404", "201 Created"])
            #expect(try await site.status().resources == held + 1)
        }

        @Test("who edits what it was shown replaces that, and an old version is refused")
        func edits() async throws {
            let (site, port) = try await Self.practice()
            let made = try Self.ask(port, "POST", "/fhir/Patient", body: Self.patient())
            let patient = made.json["id"] as? String ?? ""
            let body =
                #"{"resourceType":"CarePlan","status":"active","intent":"plan","#
                + #""subject":{"reference":"Patient/\#(patient)"},"activity":["#
                + #"{"detail":{"status":"in-progress","description":"\#(Self.canary)"}}]}"#
            let created = try Self.ask(port, "POST", "/fhir/CarePlan", body: body)
            let path = "/fhir/CarePlan/\(created.json["id"] as? String ?? "")"
            let first = try Self.ask(port, "GET", path)
            let same = try Self.ask(port, "PUT", path, ["If-Match": first.etag], body: first.text)
            #expect(same.status == 200 && same.etag == first.etag)
            let edited = first.text.replacing(#""active""#, with: #""on-hold""#)
            let second = try Self.ask(port, "PUT", path, ["If-Match": first.etag], body: edited)
            #expect(second.status == 200 && second.etag != first.etag)
            #expect(second.json["status"] as? String == "on-hold")
            #expect(second.text.contains(Self.canary))
            let late = try Self.ask(port, "PUT", path, ["If-Match": first.etag], body: first.text)
            #expect(late.status == 412 && late.issue == "conflict")
            let other = second.text.replacing(#""plan""#, with: #""order""#)
            let refused = try Self.ask(port, "PUT", path, ["If-Match": second.etag], body: other)
            #expect(refused.status == 422 && refused.issue == "business-rule")
            #expect(try Self.ask(port, "GET", path).etag == second.etag)
            let conflicts = try await site.accord("conflict", "list", "--review").expect(0)
            #expect(!conflicts.output.contains("CarePlan"))
            #expect(try await site.stop() == 0)
            #expect(!site.log.contains(Self.canary))
        }

        /// The statement lists what the tests above find working, and nothing else.
        private static func expectExactly(_ statement: [String: Any]) throws {
            let rest = try #require((statement["rest"] as? [[String: Any]])?.first)
            func codes(_ holder: [String: Any]) -> [String] {
                (holder["interaction"] as? [[String: Any]] ?? []).compactMap {
                    $0["code"] as? String
                }
            }
            #expect(codes(rest) == ["transaction", "batch"])
            let resources = rest["resource"] as? [[String: Any]] ?? []
            #expect(resources.count == 146)
            for resource in resources {
                #expect(
                    codes(resource)
                        == ["read", "vread", "history-instance", "create", "update", "delete"])
                let operations = resource["operation"] as? [[String: Any]] ?? []
                #expect(operations.count == 3)
                for operation in operations {
                    let name = operation["name"] as? String ?? ""
                    let file = URL(filePath: #filePath).appending(
                        path: "../../../Protocols/fhir/OperationDefinition-\(name).json")
                    let text = try String(contentsOf: file.standardizedFileURL, encoding: .utf8)
                    let url = operation["definition"] as? String ?? ""
                    #expect(text.contains("\"url\": \"\(url)\""))
                }
            }
        }

        @Test("what is withheld, unknown or not understood is refused alike, and says no content")
        func refusals() async throws {
            let (site, port) = try await Self.practice()
            let id = "0f0e0d0c-0b0a-4908-8706-050403020100"
            let own = try Self.ask(
                port, "PUT", "/fhir/Patient/\(id)", body: Self.patient("\"id\":\"\(id)\","))
            #expect(own.status == 201)
            let note =
                #"{"resourceType":"Observation",\#(Self.restricted)"status":"final","#
                + #""code":{"text":"\#(Self.canary)"},"subject":{"reference":"Patient/\#(id)"}}"#
            let hidden = try Self.ask(
                port, "POST", "/fhir/Observation", body: note, token: "crisis-token")
            #expect(hidden.status == 201)
            let path = "/fhir/Observation/\(hidden.json["id"] as? String ?? "")"
            #expect(try Self.ask(port, "GET", path, token: "crisis-token").status == 200)
            let withheld = try Self.ask(port, "GET", path)
            let unknown = try Self.ask(port, "GET", "/fhir/Observation/\(id)")
            #expect(withheld.status == 404 && withheld.text == unknown.text)

            let cases = try Self.refused(port, id: id, withheld: path, note: note)
            for (answer, status) in cases {
                #expect(answer.status == status)
                #expect(answer.issue != nil, "status \(status)")
                #expect(!answer.text.contains(Self.canary) && !answer.text.contains(id))
            }
            let statement = try WebClient.ask(port: port, "GET", "/fhir/metadata")
            #expect(statement.json["fhirVersion"] as? String == "4.0.1")
            try Self.expectExactly(statement.json)
            let log = try await site.accord("audit", "tail", "--count", "40", "--format", "json")
                .expect(0)
            #expect(log.output.contains("withheld") && log.output.contains("read: not-supported"))
            #expect(!log.output.contains(Self.canary))
            #expect(try await site.stop() == 0)
            // Who sent no known token is counted, and told of when the door closes at the latest.
            try await site.start()
            let strangers = try await site.accord("audit", "search", "security").expect(0)
            #expect(strangers.output.contains("unknown token"))
            #expect(try await site.stop() == 0)
            #expect(!site.log.contains(Self.canary) && !site.log.contains(id))
        }

        /// Requests that are refused, with the status that each is to have.
        private static func refused(
            _ port: UInt16, id: String, withheld path: String, note: String
        ) throws -> [(WebClient.Answer, Int)] {
            let patient = "/fhir/Patient/\(id)"
            let body = Self.patient("\"id\":\"\(id)\",")
            return [
                (try ask(port, "GET", patient, token: "other"), 401),
                (try WebClient.ask(port: port, "GET", patient), 401),
                (try ask(port, "GET", patient, ["Accept": "application/fhir+xml"]), 406),
                (try ask(port, "GET", patient + "?_format=xml"), 406),
                (
                    try ask(
                        port, "POST", "/fhir/Patient", ["Content-Type": "text/xml"], body: "<a/>"),
                    415
                ),
                (try ask(port, "POST", "/fhir/Patient", body: "{\"a\":\(canary)}"), 400),
                (try ask(port, "POST", "/fhir/Flag", body: Self.patient()), 400),
                (try ask(port, "POST", "/fhir/Observation", body: note), 403),
                (try ask(port, "PUT", patient, ["If-None-Match": "*"], body: body), 412),
                (try ask(port, "PUT", patient, ["If-None-Match": "W/\"a\""], body: body), 400),
                (
                    try ask(
                        port, "POST", "/fhir/Patient", ["If-Match": "W/\"a\""], body: body), 400
                ),
                (try ask(port, "PUT", patient + "0", body: body), 400),
                (
                    try ask(
                        port, "PUT", patient + "0", ["If-Match": "W/\"a\""],
                        body: Self.patient("\"id\":\"\(id)0\",")), 412
                ),
                (try ask(port, "PATCH", patient, body: "{}"), 405),
                (try ask(port, "GET", "/fhir/Patient?name=\(canary)"), 405),
                (try ask(port, "GET", "/fhir/Nothing/1"), 404),
                (try ask(port, "GET", "/fhir/" + String(repeating: "a", count: 9_000)), 414),
                (try ask(port, "GET", patient + "/_history?_count=some"), 400),
                (try ask(port, "DELETE", path), 404),
            ]
        }
    }
}
