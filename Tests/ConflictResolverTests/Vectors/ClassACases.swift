import CareRecord
import TestSupport

@testable import ConflictResolver

/// Seeded histories in which sites, apart from each other, add members to sets, add notes and
/// entities, and write elements of their own: nobody has to look at anything.
enum ClassACases {
    static var all: [MergeCase] {
        (1...8 as ClosedRange<UInt64>).map { seed in
            seed.isMultiple(of: 3) ? goal(seed) : plan(seed)
        }
    }

    private static func plan(_ seed: UInt64) -> MergeCase {
        tell(
            seed, "CarePlan", #"{"status":"active","title":"t","note":[{"text":"n"}]}"#,
            facets: [
                ("heading", "title", #""u""#), ("custodian", "author", #"{"display":"c"}"#),
                ("encounter", "encounter", #"{"display":"e"}"#),
                ("status", "status", #""on-hold""#),
            ],
            members: ["addresses", "careTeam", "goal", "activity", "note", "note"])
    }

    private static func goal(_ seed: UInt64) -> MergeCase {
        tell(
            seed, "Goal", #"{"lifecycleStatus":"planned","description":{"text":"d"}}"#,
            facets: [
                ("description", "description", #"{"text":"e"}"#),
                ("priority", "priority", #"{"text":"p"}"#),
                ("start", "startDate", #""2026-01-01""#),
                ("status", "lifecycleStatus", #""active""#),
            ],
            members: ["addresses", "outcomeCode", "target", "note", "note"])
    }

    /// One site writes all of it; then two to four write apart, each a facet that is its own.
    private static func tell(
        _ seed: UInt64, _ type: String, _ whole: String,
        facets: [(facet: String, member: String, value: String)], members: [String]
    ) -> MergeCase {
        var random = SeededGenerator(seed: seed)
        let sites = 2 + seed % 3
        var item = MergeCase("class-a-\(seed)", "\(sites) sites, apart", type)
        let first = item.whole(9, whole)
        let own = facets.shuffled(using: &random)
        for number in 0..<sites {
            for place in 0..<UInt64(1 + random.next() % 2) {
                let member = members[Int(random.next() % UInt64(members.count))]
                item.write(
                    number, of: item.part("\(type).\(member)", id: number * 8 + place), "*",
                    #"{"text":"\#(number).\#(place)"}"#, member == "note" ? .append : .create)
            }
            let (facet, member, value) = own[Int(number)]
            item.write(number, facet, #"{"\#(member)":\#(value)}"#, ends: [first])
        }
        return item
    }
}
