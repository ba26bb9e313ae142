import CareRecord

@testable import ConflictResolver

/// Canonical JSON, facets, entities inside a value, and what cannot be read.
enum ValueCases {
    static var all: [MergeCase] { canonical + comingApart + identities + unreadable }

    private static func two(
        _ name: String, _ what: String, _ type: String, _ left: String, _ right: String
    ) -> MergeCase {
        var item = MergeCase(name, what, type)
        item.whole(1, left)
        item.whole(2, right)
        return item
    }

    private static var canonical: [MergeCase] {
        [
            two(
                "order-of-members", "the order of members and white space say nothing", "CarePlan",
                #"{"status":"active","period":{"start":"2026","end":"2027"},"title":"t"}"#,
                "{ \"title\" : \"t\",\n\"period\": {\"end\":\"2027\", \"start\":\"2026\"},"
                    + #""status":"active"}"#),
            two(
                "digits", "5.0 is not 5.00", "Observation",
                #"{"valueQuantity":{"value":5.0}}"#, #"{"valueQuantity":{"value":5.00}}"#),
            two(
                "exponents", "1e2 is not 100", "Observation",
                #"{"valueQuantity":{"value":1e2}}"#, #"{"valueQuantity":{"value":100}}"#),
            two(
                "escapes", "an escape is the character that it stands for", "CarePlan",
                #"{"title":"\u0061\/\u00e9\ud83d\ude00\"\\\n\u001f"}"#,
                "{\"title\":\"a/é😀\\\"\\\\\\u000a\\u001F\"}"),
            two(
                "composition", "characters are not composed", "CarePlan",
                #"{"title":"é"}"#, #"{"title":"e\u0301"}"#),
            two(
                "case", "letters are not folded", "CarePlan", #"{"title":"a"}"#,
                #"{"title":"A"}"#),
            two(
                "names-by-bytes", "names ascend by their UTF-8, not by UTF-16", "Procedure",
                #"{"\uff5e":1,"\ud83d\ude00":2,"z":3,"":4}"#,
                #"{"":4,"z":3,"\ud83d\ude00":2,"\uff5e":1}"#),
            two(
                "order-of-items", "the order of items says something", "CarePlan",
                #"{"category":[{"text":"a"},{"text":"b"}]}"#,
                #"{"category":[{"text":"b"},{"text":"a"}]}"#),
            two(
                "absent", "null, an empty object and absence differ", "Procedure",
                #"{"a":null}"#, #"{"a":{}}"#),
        ]
    }

    private static func one(
        _ name: String, _ what: String, _ type: String, _ json: String
    ) -> MergeCase {
        var item = MergeCase(name, what, type)
        item.whole(1, json)
        return item
    }

    private static var comingApart: [MergeCase] {
        [
            one(
                "members", "each member in one facet, a primitive's extension beside it",
                "MedicationRequest",
                #"{"resourceType":"MedicationRequest","id":"x","status":"active","intent":"order","#
                    + #""medicationReference":{"reference":"Medication/1"},"_status":{"id":"s"},"#
                    + #""unheardOf":5.00,"extension":[{"url":"u"}],"_id":{"id":"i"},"#
                    + #""meta":{"source":"s"},"note":[{"text":"n"}],"medicationrequest":1}"#),
            one(
                "detail", "members inside detail go to facets by themselves", "CarePlan",
                #"{"activity":[{"reference":{"reference":"Task/1"},"modifierExtension":[],"#
                    + #""detail":{"status":"scheduled","_status":{"id":"s"},"code":{"text":"c"},"#
                    + #""scheduledPeriod":{},"unheardOf":1,"id":"d","performer":[]}}]}"#),
            one(
                "detail-no-object", "a detail that is no object is not opened", "CarePlan",
                #"{"activity":[{"detail":"d"},{"detail":{}},{}]}"#),
            one(
                "inner-no-list", "entities are a list of objects, else a member like others",
                "CarePlan",
                #"{"activity":{"detail":{"description":"a"}},"note":["a"],"goal":[]}"#),
            one(
                "inner-of-inner", "what an activity holds", "CarePlan",
                #"{"activity":[{"progress":[{"text":"p"},{"text":"q"}],"#
                    + #""outcomeReference":[{"reference":"Observation/1"}]},"#
                    + #"{"progress":[{"text":"p"}]}]}"#),
        ]
    }

    private static var identities: [MergeCase] {
        let id = "\(MergeCase.id(7))"
        var sent = MergeCase("id-sent-back", "an entity is found by its id", "CarePlan")
        sent.whole(1, #"{"activity":[{"detail":{"description":"walk"}}]}"#)
        let activity = sent.part("CarePlan.activity")
        sent.whole(
            2,
            #"{"activity":[{"detail":{"description":"new"}},{"id":"\#(activity.entity)","#
                + #""detail":{"description":"walk twice"}}]}"#)
        var order = MergeCase(
            "order-of-entities", "by time, event, index and place, not by arrival", "CarePlan")
        order.whole(1, #"{"note":[{"text":"b"},{"text":"c"}]}"#)
        let early = order.part("CarePlan.note", id: 3)
        order.write(2, of: early, "*", #"{"text":"a"}"#, .append, at: 1_780_000_000_500)
        let late = order.part("CarePlan.note", id: 4)
        order.write(3, of: late, "*", #"{"text":"d"}"#, .append, at: 1_780_000_001_000)
        return [
            one(
                "id-in-capitals", "an id is read in either case", "CarePlan",
                #"{"activity":[{"id":"\#(id.uppercased())","detail":{"description":"a"}}]}"#),
            one(
                "id-no-uuid", "an id that is no UUID is none", "CarePlan",
                #"{"activity":[{"id":"a1","detail":{"description":"a"}},"#
                    + #"{"id":"1111222z-3333-4444-8555-000000000007"}]}"#),
            one(
                "id-twice", "an id that a value uses again names another entity", "CarePlan",
                #"{"activity":[{"id":"\#(id)","detail":{"description":"a"}},"#
                    + #"{"id":"\#(id)","detail":{"description":"b"}}]}"#),
            one(
                "id-twice-elsewhere", "one id in two places is two entities", "CarePlan",
                #"{"goal":[{"id":"\#(id)","reference":"Goal/1"}],"activity":["#
                    + #"{"progress":[{"id":"\#(id)","text":"p"}]},"#
                    + #"{"progress":[{"id":"\#(id)","text":"q"}]}]}"#),
            sent, order, twins,
        ]
    }

    /// Entities of one id in two activities, each written twice apart.
    private static var twins: MergeCase {
        var item = MergeCase("twins", "what holds them tells two entities apart", "CarePlan")
        for activity in [2, 1] as [UInt64] {
            let holder = item.part("CarePlan.activity", id: activity)
            let progress = item.part("CarePlan.activity.progress", id: 7, in: holder)
            for site in [1, 2] as [UInt64] {
                item.write(
                    site, of: progress, "*", #"{"text":"\#(site)"}"#, .append,
                    at: 1_780_000_000_000)
            }
        }
        return item
    }

    private static var unreadable: [MergeCase] {
        var held = MergeCase(
            "not-held", "values on their way and destroyed ones are equal to nothing",
            "MedicationRequest")
        let created = held.whole(1, #"{"status":"active","medicationReference":{}}"#)
        for (site, value) in [(2, .onItsWay), (3, .onItsWay), (4, .erased), (5, .erased)]
            as [(UInt64, HeldChange.Value)]
        {
            held.write(site, "body", nil, ends: [created], held: value)
        }
        var broken = MergeCase("broken", "JSON that is refused is opaque, as given", "CarePlan")
        broken.write(1, "heading", #"{"title":"a"}"#)
        broken.write(2, "heading", #"{"title":"#)
        broken.write(3, "heading", #"{"title":"b","title":"b"}"#)
        broken.write(4, "custodian", #"{"author":01}"#)
        var whole = MergeCase("whole-no-object", "a whole value that is no object", "Goal")
        whole.whole(1, #"{"lifecycleStatus":"active"}"#)
        whole.whole(2, "[1]")
        whole.write(3, "*", nil, .create, held: .erased)
        var later = MergeCase("later-version", "unknown operations and facets are kept", "Goal")
        let first = later.whole(1, #"{"lifecycleStatus":"active"}"#)
        later.write(1, "of-later", #"{"a":1}"#, .unknown(77))
        later.write(2, "of-later", #"{"a":1}"#, .unknown(77))
        later.write(2, "start", nil, .unknown(12), ends: [first])
        later.write(3, "unheard-of", #"{"b":1}"#)
        let unlisted = later.part("Goal.later", id: 5)
        for site in [3, 4] as [UInt64] {
            later.write(site, of: unlisted, "*", #"{"c":\#(site)}"#, .create)
        }
        var known = MergeCase("unknown-whole", "an unknown operation on all ends another", "Goal")
        let unknown = known.write(1, "*", #"{"x":1}"#, .unknown(77))
        known.write(2, "*", #"{"x":2}"#, .unknown(77), ends: [unknown])
        var elsewhere = MergeCase(
            "elsewhere", "a change of another resource is none of this one", "Goal")
        elsewhere.whole(1, #"{"lifecycleStatus":"active"}"#)
        elsewhere.write(
            2, of: Part(kind: "Goal", entity: MergeCase.id(9)), "*", #"{"priority":{}}"#)
        elsewhere.write(3, of: elsewhere.part("GoalTarget", id: 3), "*", "{}")
        return [held, broken, whole, later, known, elsewhere]
    }
}
