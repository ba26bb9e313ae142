import CareRecord

@testable import ConflictResolver

/// What ends what, forks, collapse of equal values and display order.
enum HeadCases {
    static var all: [MergeCase] { ends + wholes + forks + order }

    private static func heading(_ title: String) -> String { #"{"title":"\#(title)"}"# }

    private static var ends: [MergeCase] {
        var chain = MergeCase("one-after-the-other", "the last is the only head", "CarePlan")
        let first = chain.whole(1, heading("a"))
        let second = chain.write(2, "heading", heading("b"), ends: [first])
        chain.write(1, "heading", heading("c"), ends: [second])
        var both = MergeCase("names-both", "who names both ends both", "CarePlan")
        let left = both.write(1, "heading", heading("a"))
        let right = both.write(2, "heading", heading("b"))
        both.write(3, "heading", heading("c"), ends: [left, right])
        var later = MergeCase("later-is-not-after", "time ends nothing", "CarePlan")
        later.write(1, "heading", heading("a"), at: 1_780_000_009_000)
        later.write(2, "heading", heading("b"), at: 1_780_000_001_000)
        var other = MergeCase(
            "other-element", "a change ends nothing on an element that it does not write",
            "CarePlan")
        let created = other.whole(1, #"{"title":"a","status":"active"}"#)
        other.write(2, "heading", heading("b"), ends: [created])
        var unheld = MergeCase("names-unknown", "a name that is not held ends nothing", "CarePlan")
        let gone = HeadName(
            dot: Dot(replica: MergeCase.replica(9), counter: 3), index: 0, event: first.event)
        unheld.write(1, "heading", heading("a"), ends: [gone])
        return [chain, both, later, other, unheld, selfReferring]
    }

    /// Changes that name themselves: each is there all the same.
    private static var selfReferring: MergeCase {
        var item = MergeCase("names-itself", "to name oneself is to name nothing", "CarePlan")
        let kinds: [(String, String?, Operation)] = [
            ("*", #"{"title":"t"}"#, .create), ("status", #"{"status":"draft"}"#, .status),
            ("*", "{}", .unknown(77)), ("existence", nil, .retract),
        ]
        for (number, kind) in kinds.enumerated() {
            item.writeNamingItself(UInt64(number + 1), kind.0, kind.1, kind.2)
        }
        return item
    }

    private static var wholes: [MergeCase] {
        var version = MergeCase(
            "whole-version", "ends what it names in all of the resource, also what it leaves out",
            "CarePlan")
        let first = version.whole(
            1, #"{"status":"active","title":"a","activity":[{"detail":{"description":"x"}}]}"#)
        version.write(2, "heading", heading("b"), ends: [first])
        version.whole(1, #"{"status":"on-hold"}"#, ends: [first])
        var inner = MergeCase(
            "whole-entity", "a whole entity ends what it names in itself and what it holds",
            "CarePlan")
        let plan = inner.whole(
            1,
            #"{"title":"a","activity":[{"detail":{"description":"x"},"progress":[{"text":"p"}]}]}"#
        )
        inner.write(
            2, of: inner.part("CarePlan.activity"), "*", #"{"detail":{"description":"y"}}"#,
            ends: [plan])
        var erased = MergeCase(
            "whole-erased", "a destroyed version goes on ending what it named", "Goal")
        let old = erased.whole(1, #"{"description":{"text":"v1"},"target":[{"measure":{}}]}"#)
        erased.write(1, "*", nil, ends: [old], held: .erased)
        var retracted = MergeCase(
            "whole-retracted", "a retraction ends statements of existence alone", "Goal")
        let goal = retracted.whole(1, #"{"description":{"text":"a"}}"#)
        retracted.write(2, "*", nil, .retract, ends: [goal], sees: [goal])
        return [version, inner, erased, retracted]
    }

    private static var forks: [MergeCase] {
        func start(_ name: String, _ what: String) -> (MergeCase, [HeadName]) {
            var item = MergeCase(name, what, "CarePlan")
            let created = item.whole(1, heading("a"))
            let first = item.write(1, "heading", heading("b"), ends: [created])
            let second = item.write(1, "heading", heading("c"), ends: [created], forking: first)
            return (item, [created, first, second])
        }
        var (bare, names) = start("fork-bare", "a bare reference ends neither branch")
        bare.write(2, "heading", heading("d"), ends: [names[1]])
        var unknown = MergeCase(
            "fork-unknown", "with one branch held, a bare reference ends it", "CarePlan")
        let only = unknown.write(1, "heading", heading("b"))
        unknown.write(2, "heading", heading("d"), ends: [only])
        var (named, branches) = start("fork-named", "with its event it ends just that branch")
        named.writeNamingEvent(2, "heading", heading("d"), ends: [branches[2]])
        var (whole, parts) = start("fork-whole", "of a whole version likewise")
        whole.write(2, "*", #"{"title":"d"}"#, ends: [parts[0], parts[1]])
        let (plain, _) = start("fork", "both branches are heads")
        var equal = MergeCase("fork-equal", "branches that say the same are one value", "CarePlan")
        let left = equal.write(1, "heading", heading("b"))
        equal.write(1, "heading", heading("b"), forking: left)
        return [plain, bare, unknown, named, whole, equal]
    }

    private static var order: [MergeCase] {
        var equal = MergeCase(
            "equal-values", "one value with all heads, the latest first", "CarePlan")
        for (site, title) in [(1, "a"), (2, "b"), (3, "a"), (4, "b"), (5, "a")]
            as [(UInt64, String)]
        {
            equal.write(site, "heading", heading(title))
        }
        var tied = MergeCase("tied", "of one time, ascending by event and index", "CarePlan")
        for site in 1...5 as ClosedRange<UInt64> {
            tied.write(site, "heading", heading("\(site)"), at: 1_780_000_000_000)
        }
        var ranked = MergeCase(
            "ranked", "rank before time, and what cannot be read last", "MedicationRequest")
        for (site, code) in [(1, "draft"), (2, "stopped"), (3, "active"), (4, "cancelled")]
            as [(UInt64, String)]
        {
            ranked.write(site, "status", #"{"status":"\#(code)"}"#, .status)
        }
        ranked.write(5, "status", #"{"x":1}"#, .unknown(77))
        ranked.write(6, "status", #"{"status":"active","statusReason":{"text":"r"}}"#, .status)
        ranked.write(7, "status", #"{"status":7}"#, .status)
        return [equal, tied, ranked]
    }
}
