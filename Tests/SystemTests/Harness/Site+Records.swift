import Foundation
import Testing

// Questions that most tests ask a site.

extension Site {
    func status() async throws -> StatusAnswer { try await ask(StatusAnswer.self, "status") }

    /// Imports files, expects all to be taken, and returns the totals.
    func takeIn(
        _ files: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ImportAnswer.Total {
        try await run(["import", "--format", "json"] + files, within: .seconds(600))
            .expect(0, sourceLocation: sourceLocation).answer(ImportAnswer.self).total
    }

    /// The patients that match.
    func find(_ words: String) async throws -> [PatientAnswer] {
        try await ask([PatientAnswer].self, "patient", "find", words)
    }

    /// The one patient that matches.
    func patient(
        _ words: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> PatientAnswer {
        let found = try await find(words)
        try #require(found.count == 1, "\(words) at \(label)", sourceLocation: sourceLocation)
        return found[0]
    }

    func record(of id: String) async throws -> RecordAnswer {
        try await ask(RecordAnswer.self, "patient", "show", id)
    }

    func timeline(of id: String) async throws -> [TimelineAnswer] {
        try await ask([TimelineAnswer].self, "patient", "timeline", id)
    }

    /// The care plans of a patient; none is an answer as well.
    func plans(of id: String) async throws -> [PlanAnswer] {
        let result = try await run(["plan", "show", id, "--format", "json"])
        if result.status == 1, result.errors.contains("No care plan") { return [] }
        return try result.expect(0).answer([PlanAnswer].self)
    }

    /// Enrols another site.
    func add(_ peer: Site, at endpoint: String) async throws {
        let fingerprint = try await peer.status().fingerprint
        _ = try await accord(
            "peer", "add", peer.label, "--endpoint", endpoint, "--fingerprint", fingerprint
        ).expect(0)
    }

    /// Lets a peer have what it is entitled to.
    func grant(
        to peer: Site, who: String = "registered", compartments: String = "general",
        _ more: String...
    ) async throws {
        _ = try await run(
            ["share", "grant", peer.label, "--who", who, "--compartments", compartments] + more
        ).expect(0)
    }

    /// Waits until this site holds so many resources and owes nobody anything.
    @discardableResult
    func waitUntilHolding(
        _ resources: Int, within limit: Duration = .seconds(15)
    ) async throws -> Duration {
        var last: StatusAnswer?
        do {
            return try await Deadline.wait(
                for: "\(label) holds \(resources) resources and is in step", within: limit
            ) {
                let status = try await status()
                last = status
                return status.resources == resources && status.isInStep
            }
        } catch let passed as Deadline.Passed {
            let seen = last.map { "held \($0.held), peers \($0.peers)" } ?? "no status"
            throw NotHeld(passed: passed, seen: seen, log: String(log.suffix(1_500)))
        }
    }

    /// What a site held instead.
    struct NotHeld: Error, CustomStringConvertible {
        let passed: Deadline.Passed
        let seen: String
        let log: String

        var description: String { "\(passed); \(seen); log: \(log)" }
    }
}
