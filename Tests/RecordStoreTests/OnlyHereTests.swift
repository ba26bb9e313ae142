import CareRecord
import GRDB
import RecordStore
import Testing

@Suite struct OnlyHereTests {
    /// The same count, event by event.
    private func countOneByOne(_ site: TestSite) throws -> Int {
        try site.number(
            """
            SELECT count(*) FROM event WHERE source IS NULL AND NOT EXISTS (
              SELECT 1 FROM peer JOIN share ON share.peer = peer.id
                AND share.stream = event.stream
              LEFT JOIN owed ON owed.peer = peer.id AND owed.stream = event.stream
              WHERE peer.revoked IS NULL
                AND CASE WHEN owed.through >= event.seq THEN event.seq <= owed.after
                  ELSE event.seq <= peer.cursor END)
            """)
    }

    @Test("an event is only here until a peer has acknowledged it")
    func acknowledged() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.importFile(TestBundles.patient("p"))
        try await practice.importFile(TestBundles.observation("o1", of: "Patient/p"))
        #expect(try await practice.store.eventsOnlyHere() == 2)
        try await practice.grant(hospital)
        #expect(try await practice.store.eventsOnlyHere() == 2)
        try await Exchange(practice, to: hospital).run()
        #expect(try await practice.store.eventsOnlyHere() == 0)
        #expect(try await hospital.store.eventsOnlyHere() == 0)
        try await practice.importFile(TestBundles.observation("o2", of: "Patient/p"))
        #expect(try await practice.store.eventsOnlyHere() == 1)
    }

    @Test(
        "the count is that of every event by itself, whatever is owed",
        arguments: 0..<6, [nil, 0, 3, 5, 8] as [Int64?])
    func owed(cursor: Int64, after: Int64?) async throws {
        let practice = try TestSite("practice")
        for name in ["hospital", "clinic"] {
            let other = try TestSite(name)
            try await practice.enrol(other)
            try await practice.grant(other)
        }
        for number in 0..<4 {
            try await practice.importFile(TestBundles.patient("p\(number % 2)"))
            try await practice.importFile(
                TestBundles.observation("o\(number)", of: "Patient/p\(number % 2)"))
        }
        try practice.execute("UPDATE peer SET cursor = id * \(cursor)")
        if let after {
            try practice.execute(
                """
                INSERT INTO owed (peer, stream, lane, after, through, reason)
                SELECT peer, stream, 2, \(after) * peer / 2, 6, 'in-flight' FROM share
                WHERE (peer + stream) % 2 = 0
                """)
        }
        let expected = try countOneByOne(practice)
        #expect(try await practice.store.eventsOnlyHere() == expected)
    }

    @Test("a resource is not taken for one whose id begins alike")
    func likeNewID() async throws {
        let site = try TestSite("practice")
        try await site.importFile(TestBundles.patient("p"))
        for (number, id) in Self.idsAlike.enumerated() {
            let outcomes = try await site.importFile(
                TestBundles.transaction([
                    TestBundles.put(
                        TestBundles.observation(id, of: "Patient/p", value: number),
                        "Observation/\(id)")
                ]))
            guard case .applied(let receipt)? = outcomes.first else {
                Issue.record("not applied")
                continue
            }
            #expect(receipt.created == 1)
        }
        #expect(try await site.store.counts().resources == 4)
    }

    /// The hashes of the last two have the same first 48 bits.
    private static let idsAlike = [
        "0a1b2c3d-4e5f-4071-8293-a4b5c6d7e8f1", "acc04d00-0000-4e57-8000-00000035a6a6",
        "acc04d00-0000-4e57-8000-0000020d6fa5",
    ]

    @Test("ids that begin alike cost no more than others", .timeLimit(.minutes(1)))
    func sequentialIDs() async throws {
        let site = try TestSite("practice")
        let entries = (0..<400).map { number in
            let id = "0a1b2c3d-4e5f-4071-8293-a4b5c6d7e\(100 + number)"
            return TestBundles.put(TestBundles.patient(id), "Patient/\(id)")
        }
        try await site.importFile(TestBundles.transaction(entries))
        #expect(try await site.store.counts().patients == 400)
        let alike = "SELECT max(n) FROM (SELECT count(*) AS n FROM entity_key GROUP BY key)"
        #expect(try site.number(alike) == 1)
    }

    @Test("two entities whose keys are the same are kept apart")
    func likeIDs() async throws {
        let site = try TestSite("practice")
        let ids = Self.idsAlike
        try await site.importFile(
            TestBundles.transaction(
                ids.map { TestBundles.put(TestBundles.patient($0), "Patient/\($0)") }))
        try await site.importFile(
            TestBundles.transaction([
                TestBundles.put(
                    TestBundles.patient(ids[1], family: "Changed"), "Patient/\(ids[1])")
            ]))
        try await site.importFile(TestBundles.observation("o", of: "Patient/\(ids[2])"))
        #expect(try await site.store.counts().patients == 3)
        for (number, id) in ids.enumerated() {
            let entity = try #require(EntityID(text: id))
            let found = try await site.store.resource(entity, type: "Patient")
            #expect(found.map(\.id) == [entity])
            #expect(found.first?.heads.count == 1)
            let record = try await site.store.patient(
                PatientID(entity.bits), actor: TestSite.actor)
            #expect(record.compartments.count == (number == 2 ? 2 : 1))
        }
        // One name came, another was left out.
        #expect(try site.number("SELECT count(*) FROM revision") == 2)
        #expect(try site.number("SELECT count(DISTINCT entity) FROM revision") == 1)
        let alike = "SELECT max(n) FROM (SELECT count(*) AS n FROM entity_key GROUP BY key)"
        #expect(try site.number(alike) == 2)
    }
}
