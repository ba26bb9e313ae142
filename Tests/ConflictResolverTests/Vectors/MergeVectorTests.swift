import CareRecord
import MergeComparison
import MergeModel
import Testing

@testable import ConflictResolver

/// The golden vectors of merging. `RECORD=1` writes them anew before they are read.
@Suite("Golden vectors of merging")
struct MergeVectorTests {
    @Test("the tables are those of the vectors")
    func tables() throws {
        if MergeVectorFile.isRecording {
            try MergeVectorFile.write(MergeTables.written, named: "tables")
        }
        let made = try ReadJSON(Array(MergeTables.written.flat.utf8))
        #expect(try MergeVectorFile.read("tables").canonical == made.canonical)
    }

    @Test("values and how they come apart")
    func values() throws {
        try MergeVectorFile.check(
            ValueCases.all,
            about: "Canonical JSON, facets, entities inside a value, and what cannot be read.",
            named: "values")
    }

    @Test("every facet of every type, written twice apart")
    func elements() throws {
        try MergeVectorFile.check(
            ElementCases.all, about: "Each facet of the table with two concurrent values.",
            named: "elements")
    }

    @Test("statuses and what raises a class")
    func statuses() throws {
        try MergeVectorFile.check(
            StatusCases.all, about: "Concurrent statuses, and what raises a class.",
            named: "statuses")
    }

    @Test("heads, forks and display order")
    func heads() throws {
        try MergeVectorFile.check(
            HeadCases.all, about: "What ends what, forks, collapse and display order.",
            named: "heads")
    }

    @Test("presence, endings, omissions, unmatched entities and targets")
    func conflicts() throws {
        try MergeVectorFile.check(
            ConflictCases.all, about: "Every kind of conflict, and what must not be one.",
            named: "conflicts")
    }

    @Test("decisions by people, and advance decisions")
    func decisions() throws {
        try MergeVectorFile.check(
            DecisionCases.all, about: "Decisions (resolve), and advance decisions.",
            named: "decisions")
    }

    @Test("pathologies")
    func pathologies() throws {
        try MergeVectorFile.check(
            PathologyCases.all,
            about: "What general merge libraries get wrong, some with the resource as R4.",
            named: "pathologies")
    }

    @Test("what nobody has to look at")
    func classA() throws {
        try MergeVectorFile.check(
            ClassACases.all,
            about: "Sites that add to sets, add notes and write different elements: all class A.",
            named: "class-a")
    }

    @Test("random histories", arguments: [0, 1])
    func histories(piece: UInt64) throws {
        let cases = (1...60 as ClosedRange<UInt64>).filter { $0 % 2 == piece }.map { seed in
            let steps = HistoryRun.stepCount(seed)
            let history = HistoryGenerator.run(seed, steps: steps)
            return MergeCase(
                "seed-\(seed)", "\(steps) steps at \(history.sites.count) sites", history.root,
                history.allChanges.map { HeldChange($0) })
        }
        try MergeVectorFile.check(
            cases, about: "Random histories of synthetic resources, all changes of each.",
            named: "histories-\(piece + 1)")
    }
}
