import CareRecord
import Foundation
import RecordStore
import Testing

@testable import SiteNode

@Suite("The file of FHIR clients")
struct FHIRClientsFileTests {
    /// SHA-256 of `token`.
    private static let digest = "3c469e9d6c5875d37a43f353d4f88e61fcf812c66eee3457465a40b0da4153e0"

    private static func file(_ more: String = "", digest: String = digest) -> String {
        """
        clients:
          - name: Ward system
            token_sha256: \(digest)
            practitioner: ward-3
            role: nurse
        \(more)
        """
    }

    @Test("takes the defaults for what a client does not say")
    func defaults() throws {
        let file = FHIRClientsFile(yaml: Self.file())
        #expect(file.problems.isEmpty)
        let client = try #require(file.clients.first)
        #expect(client.name == "Ward system")
        #expect(client.sourceSystem == "Ward system")
        #expect(client.practitioner == "ward-3")
        #expect(client.role == "nurse")
        #expect(client.access.compartments == [.identity, .general])
        #expect(!client.access.isConflictAware)
    }

    @Test("reads every key")
    func keys() throws {
        let file = FHIRClientsFile(
            yaml: Self.file(
                """
                    source_system: wards
                    conflict_aware: true
                    compartments: [identity, mental-health]
                """))
        #expect(file.problems.isEmpty)
        let client = try #require(file.clients.first)
        #expect(client.sourceSystem == "wards")
        #expect(client.access.isConflictAware)
        #expect(client.access.compartments == [.identity, .mentalHealth])
    }

    @Test(
        "says the line, what is wrong and what to do",
        arguments: [
            ("    roll: doctor", "line 6: `clients` is not a known key. Did you mean `role`?"),
            (
                "    compartments: [everything]",
                "line 6: `clients` names no compartment. Write some of identity, general, "
                    + "mental-health, sexual-health, substance-use, social-care, patient-private."
            ),
            (
                "    compartments: general",
                "line 6: `clients` has no list of compartments. Write such as `[identity, general]`."
            ),
            (
                "    compartments: [general]",
                "line 6: `clients` lacks the compartment `identity`. Add it: without it no patient is "
                    + "known to whom a resource could belong."
            ),
            (
                "    conflict_aware: yes",
                "line 2: `clients` has a `conflict_aware` that is neither true nor false. "
                    + "Write `false`."
            ),
            (
                "  - nobody",
                "line 6: `clients` is not a client. Write its keys, such as `- name: Ward system`."
            ),
            (
                "more: 1",
                "line 6: `clients` is not a known key. The file holds one list, `clients`."
            ),
            (
                "    source_system: \"\"",
                "line 6: `source_system` is not one line of 1 to 200 bytes. Write one short line."
            ),
        ])
    func problems(more: String, problem: String) {
        let file = FHIRClientsFile(yaml: Self.file(more))
        #expect(file.problems.map(\.description) == [problem])
    }

    @Test(
        "refuses what is no SHA-256",
        arguments: ["plain", String(digest.dropLast()), digest.uppercased(), digest + "00"])
    func digests(digest: String) {
        let file = FHIRClientsFile(yaml: Self.file(digest: digest))
        #expect(file.problems.count == 1)
        #expect(file.clients.isEmpty)
        #expect(!file.problems.map(\.description).joined().contains(digest))
    }

    @Test("refuses clients of one source that may not see alike")
    func sources() {
        let other = Self.file(digest: String(Self.digest.reversed()))
            .split(separator: "\n").dropFirst().joined(separator: "\n")
            .replacing("Ward system", with: "Other system")
        for (compartments, problems) in [
            ("[identity]", ["is the source of a client with other compartments"]),
            ("[identity, general]", []),
        ] {
            let first = Self.file("    source_system: wards\n" + other)
            let file = FHIRClientsFile(
                yaml: first + "\n    source_system: wards\n    compartments: \(compartments)\n")
            #expect(file.problems.map(\.problem) == problems)
        }
    }

    @Test("refuses two clients of one name or one token")
    func twice() {
        let again = Self.file().split(separator: "\n").dropFirst().joined(separator: "\n")
        let file = FHIRClientsFile(yaml: Self.file(again))
        #expect(
            file.problems.map(\.problem) == [
                "is the name of two clients", "has another client's token",
            ])
    }

    @Test(
        "refuses what is no list of clients",
        arguments: ["", "clients: []", "clients: 1", "- 1", "clients:\n  - {", "x: 1"])
    func noList(yaml: String) {
        #expect(!FHIRClientsFile(yaml: yaml).problems.isEmpty)
    }

    @Test("says every key that is missing")
    func missing() {
        let file = FHIRClientsFile(yaml: "clients:\n  - source_system: a\n")
        let keys = ["name", "token_sha256", "practitioner", "role"]
        #expect(file.problems.map(\.problem) == keys.map { "lacks `\($0)`" })
    }

    @Test("is not read while everybody may read it")
    func mode() throws {
        let path = FileManager.default.temporaryDirectory.path + "/clients-\(UUID().uuidString)"
        try Data(Self.file().utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        let refused = #expect(throws: ConfigurationFailure.self) {
            try FHIRClientsFile.read(path: path)
        }
        #expect(refused?.description.contains("chmod 640") ?? false)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        let clients = try FHIRClientsFile.read(path: path)
        #expect(clients.client(authorization: "Bearer token")?.name == "Ward system")
        #expect(throws: ConfigurationFailure.self) { try FHIRClientsFile.read(path: path + "-") }
    }

    @Test("a client is known by its token alone")
    func tokens() {
        let clients = FHIRClients(FHIRClientsFile(yaml: Self.file()).clients)
        #expect(clients.client(authorization: "bearer  token")?.name == "Ward system")
        let others = [
            nil, "", "token", "Basic token", "Bearer", "Bearer Token", "Bearer token token",
            "Bearer " + Self.digest,
        ]
        for other in others { #expect(clients.client(authorization: other) == nil) }
    }
}
