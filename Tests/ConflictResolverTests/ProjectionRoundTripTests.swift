import CareRecord
import Foundation
import Testing

@testable import ConflictResolver

/// A resource that is taken apart and projected says what it said. All content is invented.
@Suite("Round trip through a view")
struct ProjectionRoundTripTests {
    /// What differs between a source and its projection; `nil` if they say the same.
    static func difference(_ source: String) -> String? {
        guard let given = ProjectionTree(source), let type = given["resourceType"]?.string else {
            return "no resource"
        }
        var scenario = Scenario(type)
        scenario.whole(by: 1, source)
        guard let projected = scenario.history.projected(),
            let tree = ProjectionTree(projected.json)
        else { return "no projection" }
        let shape = EntityShape.of(resourceType: type)
        let (left, right) = (plain(given, shape), plain(tree, shape))
        if left == right, !projected.isDisputed { return nil }
        let names = Set(left.members.keys).union(right.members.keys)
        return "\(type): \(names.filter { left[$0] != right[$0] }.sorted())"
    }

    /// A resource without what names it or one of its versions.
    private static func plain(_ tree: ProjectionTree, _ shape: EntityShape) -> ProjectionTree {
        var members = tree.without("id").members
        members["meta"] = members["meta"].map { $0.without("versionId", "lastUpdated") }
        if members["meta"] == .object([:]) { members["meta"] = nil }
        for inner in shape.inner {
            members[inner.member] = members[inner.member].map { list in
                .list(list.items.map { plain($0, inner.shape) })
            }
        }
        return .object(members)
    }

    static let sources = [
        #"""
        {"resourceType":"CarePlan","id":"a","meta":{"versionId":"1","tag":[{"code":"t"}]},
        "language":"en","text":{"status":"generated","div":"<div>t</div>"},
        "contained":[{"resourceType":"Goal","id":"g"}],"extension":[{"url":"u:e","valueCode":"c"}],
        "modifierExtension":[{"url":"u:m","valueBoolean":true}],"identifier":[{"value":"i"}],
        "status":"active","_status":{"id":"s"},"intent":"plan","title":"t","_title":{"id":"x"},
        "subject":{"reference":"Patient/p"},"period":{"start":"2026"},"author":{"display":"d"},
        "contributor":[{"display":"c"}],"careTeam":[{"reference":"CareTeam/1"}],
        "goal":[{"reference":"#g"}],"addresses":[{"display":"x"}],"created":"2026-01-01",
        "activity":[{"progress":[{"text":"p"}],"extension":[{"url":"u:a","valueCode":"c"}],
        "outcomeCodeableConcept":[{"text":"o"}],
        "detail":{"kind":"Task","status":"in-progress","statusReason":{"text":"r"},
        "doNotPerform":false,"scheduledString":"daily","performer":[{"display":"n"}],
        "location":{"display":"home"},"quantity":{"value":5.0},"dailyAmount":{"value":5.00},
        "extension":[{"url":"u:d","valueCode":"c"}],"description":"d"}},
        {"reference":{"reference":"ServiceRequest/1"},"modifierExtension":[{"url":"u:n"}]}],
        "note":[{"text":"n"},{"text":"m"}]}
        """#,
        #"""
        {"resourceType":"Goal","id":"a","lifecycleStatus":"active","description":{"text":"d"},
        "subject":{"reference":"Patient/p"},"startDate":"2026","statusDate":"2026-01-01",
        "priority":{"text":"p"},"achievementStatus":{"text":"a"},"note":[{"text":"n"}],
        "target":[{"measure":{"text":"m"},"detailQuantity":{"value":1.20e3},"dueDate":"2027"}]}
        """#,
        #"""
        {"resourceType":"CareTeam","status":"active","name":"n","subject":{"reference":"Patient/p"},
        "participant":[{"role":[{"text":"nurse"}],"member":{"display":"m"}}],"note":[{"text":"n"}],
        "managingOrganization":[{"display":"o"}],"telecom":[{"value":"1"}]}
        """#,
        #"""
        {"resourceType":"MedicationRequest","status":"active","intent":"order",
        "subject":{"reference":"Patient/p"},"medicationReference":{"reference":"#m"},
        "contained":[{"resourceType":"Medication","id":"m"}],"reasonCode":[{"text":"r"}],
        "dosageInstruction":[{"text":"t"}],"note":[{"text":"n"}],"authoredOn":"2026"}
        """#,
        #"""
        {"resourceType":"MedicationStatement","status":"active","effectiveDateTime":"2026",
        "subject":{"reference":"Patient/p"},"medicationCodeableConcept":{"text":"m"},
        "dosage":[{"text":"t"}],"reasonCode":[{"text":"r"}],"note":[{"text":"n"}]}
        """#,
        #"""
        {"resourceType":"AllergyIntolerance","patient":{"reference":"Patient/p"},
        "code":{"text":"c"},"clinicalStatus":{"coding":[{"code":"active"}]},"criticality":"high",
        "category":["food","medication"],"onsetAge":{"value":3},"note":[{"text":"n"}],
        "reaction":[{"manifestation":[{"text":"m"}],"note":[{"text":"r"}]}]}
        """#,
        #"""
        {"resourceType":"Condition","subject":{"reference":"Patient/p"},"code":{"text":"c"},
        "clinicalStatus":{"coding":[{"code":"resolved"}]},"abatementDateTime":"2026",
        "bodySite":[{"text":"b"}],"stage":[{"summary":{"text":"s"}}],"onsetString":"o",
        "severity":{"text":"s"},"evidence":[{"code":[{"text":"e"}]}],"note":[{"text":"n"}]}
        """#,
        #"""
        {"resourceType":"Flag","status":"active","code":{"text":"c"},
        "subject":{"reference":"Patient/p"},"category":[{"text":"x"}],"period":{"start":"2026"}}
        """#,
        #"""
        {"resourceType":"Patient","active":true,"gender":"other","birthDate":"1950-01-01",
        "_birthDate":{"extension":[{"url":"u:t","valueDateTime":"1950-01-01T00:00:00Z"}]},
        "deceasedBoolean":false,"multipleBirthInteger":2,"name":[{"family":"f"}],
        "identifier":[{"value":"1"}],"address":[{"city":"c"}],"telecom":[{"value":"1"}],
        "contact":[{"name":{"text":"k"}}],"communication":[{"language":{"text":"l"}}],
        "link":[{"other":{"reference":"Patient/2"},"type":"seealso"}],"photo":[{"url":"u"}]}
        """#,
        #"""
        {"resourceType":"Observation","status":"final","code":{"text":"c"},"extension":[],
        "valueQuantity":{"value":5.00},"component":[{"code":{"text":"k"}}]}
        """#,
        #"""
        {"resourceType":"Consent","status":"active","scope":{"text":"s"},"category":[{"text":"c"}]}
        """#,
        #"{"resourceType":"Organization","name":"o","active":true}"#,
    ]

    @Test("each listed type, and types that are one value", arguments: sources.indices)
    func eachType(number: Int) {
        let difference = Self.difference(Self.sources[number])
        #expect(difference == nil)
    }

    // MARK: - What lies outside of the project

    static let folder = ProcessInfo.processInfo.environment["ACCORD_DATA"]
        .map { URL(filePath: $0).appending(path: "careplan") }

    private static func isRead(_ source: String) -> Bool {
        ProjectionTree(source)?["resourceType"]?.string != nil
    }

    /// The examples of the specification.
    static func examples() throws -> [String] {
        let folder = try #require(Self.folder).appending(path: "r4_spec_4.0.1")
        let files = try FileManager.default.contentsOfDirectory(
            at: folder, includingPropertiesForKeys: nil)
        return try files.filter { $0.pathExtension == "json" }
            .map { try String(contentsOf: $0, encoding: .utf8) }.filter(Self.isRead)
    }

    @Test("examples of the specification", .enabled(if: folder != nil))
    func specification() throws {
        Self.report(try Self.examples())
    }

    @Test("care plans, teams and goals of a generator", .enabled(if: folder != nil))
    func generated() throws {
        let file = try #require(Self.folder)
            .appending(path: "synthea_careplan_careteam_goal_shared.ndjson.zst")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["zstd", "-dc", "--long=27", file.path()]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        Self.report(text.split(separator: "\n").map(String.init))
    }

    private static func report(_ sources: [String]) {
        let differences = sources.compactMap(difference)
        print("\(sources.count - differences.count) of \(sources.count) round-trip")
        #expect(!sources.isEmpty)
        for difference in Set(differences).sorted().prefix(10) { Issue.record("\(difference)") }
    }
}
