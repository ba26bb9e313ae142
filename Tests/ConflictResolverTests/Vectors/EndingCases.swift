import CareRecord

@testable import ConflictResolver

/// An activity that one ended and another changed, in sight of each other or not (`covers`).
enum EndingCases {
    static var all: [MergeCase] { seen + times + others }

    private static let plan =
        #"{"status":"active","activity":[{"detail":{"status":"in-progress","#
        + #""description":"walk"}}]}"#
    private static let stop = #"{"detail":{"status":"stopped"}}"#
    private static let body = #"{"detail":{"description":"run"}}"#

    private static func stopped(
        _ name: String, _ what: String, _ tell: (inout MergeCase, Part, HeadName) -> Void
    ) -> MergeCase {
        var item = MergeCase("ended-\(name)", what, "CarePlan")
        let created = item.whole(1, plan)
        tell(&item, item.part("CarePlan.activity"), created)
        return item
    }

    private static var seen: [MergeCase] {
        [
            stopped("unseen", "ended by one, changed by another") { item, part, created in
                item.write(2, of: part, "status", stop, .status, ends: [created], sees: [created])
                item.write(3, of: part, "body", body, ends: [created])
            },
            stopped("unseen-schedule", "the schedule is an instruction, too") {
                item, part, created in
                item.write(2, of: part, "status", stop, .status, ends: [created], sees: [created])
                item.write(3, of: part, "schedule", #"{"detail":{"scheduledString":"s"}}"#)
                item.write(3, of: part, "location", #"{"detail":{"location":{}}}"#)
            },
            stopped("seen", "covers names the edit") { item, part, created in
                let edit = item.write(3, of: part, "body", body, ends: [created])
                item.write(2, of: part, "status", stop, .status, ends: [created], sees: [edit])
            },
            stopped("seen-by-the-edit", "the edit covers the ending") { item, part, created in
                let end = item.write(
                    2, of: part, "status", stop, .status, ends: [created], sees: [created])
                item.write(3, of: part, "body", body, ends: [created], sees: [end])
            },
            stopped("together", "both in one event") { item, part, created in
                let end = item.write(2, of: part, "status", stop, .status, ends: [created])
                item.write(2, of: part, "body", body, ends: [created], with: end)
            },
        ]
    }

    private static var times: [MergeCase] {
        [
            stopped("seen-of-the-future", "nobody was shown an ending of the future") {
                item, part, created in
                let end = item.write(
                    2, of: part, "status", stop, .status, ends: [created], sees: [created],
                    at: 1_790_000_000_000)
                item.write(3, of: part, "body", body, ends: [created], sees: [end])
            },
            stopped("seen-at-one-time", "an ending of the same time was shown to nobody") {
                item, part, created in
                let end = item.write(
                    2, of: part, "status", stop, .status, ends: [created], sees: [created],
                    at: 1_790_000_000_000)
                item.write(
                    3, of: part, "body", body, ends: [created], sees: [end],
                    at: 1_790_000_000_000)
            },
            stopped("twice", "in sight of one of two endings is in sight") {
                item, part, created in
                let edit = item.write(3, of: part, "body", body, ends: [created])
                for (site, seen) in [(2, edit), (4, created)] as [(UInt64, HeadName)] {
                    item.write(
                        site, of: part, "status", stop, .status, ends: [created], sees: [seen])
                }
            },
        ]
    }

    private static var others: [MergeCase] {
        [
            stopped("unlinked", "beside an edit") { item, part, created in
                item.end(2, part, .unlink, ends: [created], sees: [created])
                item.write(3, of: part, "body", body, ends: [created])
            },
            stopped("covers-fork", "a bare reference to a fork covers neither branch") {
                item, part, created in
                let edit = item.write(3, of: part, "body", body, ends: [created])
                item.write(
                    3, of: part, "body", #"{"detail":{"description":"swim"}}"#, ends: [created],
                    forking: edit)
                item.write(2, of: part, "status", stop, .status, ends: [created], sees: [edit])
            },
            stopped("beside-live", "beside a live status that is the conflict") {
                item, part, created in
                item.write(2, of: part, "status", stop, .status, ends: [created], sees: [created])
                item.write(
                    3, of: part, "status", #"{"detail":{"status":"scheduled"}}"#, .status,
                    ends: [created])
                item.write(3, of: part, "body", body, ends: [created])
            },
        ]
    }
}
