import AuditTrail
import CareRecord
import Foundation
import GRDB
import Interchange
import Testing

@testable import RecordStore

@Suite struct GroupCommitTests {
    @Test("of 32 concurrent writers the one that fails rolls back alone")
    func onlyTheHostileOneFails() async throws {
        let site = try TestSite("practice")
        let outcomes = try await withThrowingTaskGroup(of: [ImportOutcome].self) { group in
            for number in 0..<32 {
                group.addTask {
                    let entries = [
                        TestBundles.post(
                            TestBundles.patient("p\(number)"),
                            fullURL: "urn:uuid:\(TestID.entity())", type: "Patient"),
                        TestBundles.delete("Observation/never"),
                    ]
                    let count = number == 17 ? 2 : 1
                    return try await site.importFile(
                        TestBundles.transaction(Array(entries.prefix(count))))
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        let refused = outcomes.filter { if case .refused = $0 { true } else { false } }
        #expect(outcomes.count == 32)
        #expect(refused.count == 1)
        let counts = try await site.store.counts()
        #expect(counts.patients == 31)
        #expect(counts.events == 31)
        #expect(counts.auditEntries == 32)
        #expect(try site.number("SELECT count(*) FROM import_unit") == 31)
        #expect(try site.number("SELECT max(seq) FROM event") == 31)
        #expect(try site.number("SELECT max(seq) FROM audit") == 31)
    }

    @Test("units that share a commit keep their order, and one that is refused goes alone")
    func unitsOfFiles() async throws {
        let site = try TestSite("practice")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<8 {
                group.addTask {
                    // A line builds on the one before it; the one in the middle on nothing.
                    var lines = [TestBundles.patient("p\(number)")]
                    for turn in 0..<40 {
                        lines.append(
                            TestBundles.observation(
                                "o\(number)", of: "Patient/p\(number)", value: turn))
                    }
                    lines.insert(TestBundles.observation("x", of: "Patient/nobody"), at: 20)
                    let outcomes = try await site.importFile(lines.joined(separator: "\n"))
                    #expect(outcomes.count == 42)
                    for (index, outcome) in outcomes.enumerated() {
                        switch outcome {
                        case .refused: #expect(index == 20)
                        case .applied(let receipt):
                            #expect(receipt.created == (index < 2 ? 1 : 0))
                            #expect(receipt.changed == (index < 2 ? 0 : 1))
                        case .alreadyImported: Issue.record("line \(index) is new")
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let counts = try await site.store.counts()
        #expect(counts.events == 8 * 41)
        #expect(try site.number("SELECT max(seq) FROM event") == 8 * 41)
        #expect(try site.number("SELECT count(*) FROM edge") == 8 * 39)
    }

    @Test("a commit that returns is on the disk, whatever the library under the store prefers")
    func durability() async throws {
        let site = try TestSite("practice")
        let mode = try await site.store.pool.writeWithoutTransaction { db in
            try Int.fetchOne(db, sql: "PRAGMA synchronous")
        }
        // FULL (https://www.sqlite.org/pragma.html#pragma_synchronous).
        #expect(mode == 2)
    }

    @Test("a writer that is cancelled neither stops the store nor takes others' facts with it")
    func cancellation() async throws {
        let site = try TestSite("practice")
        for round in 0..<10 {
            try await withThrowingTaskGroup(of: Void.self) { group in
                // While the first one is written the others gather behind a cancelled one.
                group.addTask { try await site.importFile(ChainTests.longRecord(300), again: true) }
                group.addTask {
                    withUnsafeCurrentTask { $0?.cancel() }
                    try await site.importFile(TestBundles.patient("cancelled-\(round)"))
                }
                for number in 0..<8 {
                    group.addTask {
                        try await site.importFile(TestBundles.patient("p\(round)-\(number)"))
                    }
                }
                try await group.waitForAll()
            }
        }
        #expect(!site.store.isStopped)
        #expect(try await site.store.counts().patients == 91)
    }

    @Test("audit entries have no gaps, one for each fact, and hold no clinical content")
    func auditHoldsNoContent() async throws {
        let site = try TestSite("practice")
        let canary = "Zanzibarkanarie"
        try await site.importFile(
            TestBundles.collection([
                #"{"resourceType":"Patient","id":"p-\#(canary)","identifier":[{"system":"urn:x","#
                    + #""value":"\#(canary)"}],"name":[{"family":"\#(canary)"}]}"#,
                #"{"resourceType":"Observation","subject":{"reference":"Patient/p-\#(canary)"},"#
                    + #""note":[{"text":"\#(canary)"}]}"#,
            ]))
        let found = try await site.store.findPatients(canary, countMax: 5, actor: TestSite.actor)
        #expect(found.count == 1)
        let patient = try #require(found.first?.id)
        _ = try await site.store.resources(of: patient, actor: TestSite.actor)
        let refusals = try await site.importFile(
            TestBundles.transaction([
                TestBundles.post(
                    TestBundles.observation("x", of: "Patient/\(canary)"), type: "Observation")
            ]))
        let entries = try site.texts("SELECT CAST(entry AS TEXT) FROM audit ORDER BY seq")
        #expect(entries.count == 4)
        for (number, entry) in entries.enumerated() {
            #expect(entry.hasPrefix(#"{"seq":\#(number),"#))
            #expect(!entry.lowercased().contains(canary.lowercased()))
            #expect(!entry.contains("\(patient)"))
        }
        #expect(!"\(refusals)".contains(canary))
        await #expect {
            try await site.store.patient(TestID.patient(), actor: TestSite.actor)
        } throws: { error in
            (error as? StoreFailure)?.code == .notFound
        }
    }

    @Test("a unit with a thousand resource types is imported, its entry bounded")
    func manyTypes() async throws {
        let site = try TestSite("practice")
        let letters = Array("abcdefghij")
        let resources = (0..<1_200).map { number -> String in
            let suffix = String("\(number)".map { letters[$0.wholeNumberValue ?? 0] })
            let type = "X" + String(repeating: "y", count: 55) + suffix
            return #"{"resourceType":"\#(type)"}"#
        }
        let outcomes = try await site.importFile(TestBundles.collection(resources))
        guard case .applied(let receipt)? = outcomes.first else {
            Issue.record("not applied")
            return
        }
        #expect(receipt.created == 1_200)
        #expect(try site.number("SELECT max(length(entry)) FROM audit") < 20_000)
    }
}
