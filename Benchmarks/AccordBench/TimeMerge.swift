import ArgumentParser
import CareRecord
import ConflictResolver
import Foundation

/// Times the conflict resolver on one long care plan, and prints a JSON object.
struct TimeMerge: ParsableCommand {
    @Argument(help: "How many events the plan's history has.")
    var events = 10_000

    /// How long it takes to merge.
    private struct Times: Encodable {
        /// Changes taken in a second of one core, one after the other, without looking at the view.
        var changesPerSecond = 0.0
        /// Milliseconds until the view of all events is there, once they are taken in.
        var viewMilliseconds = 0.0
        /// Microseconds until the view is there again after one further event.
        var oneEventMicroseconds = 0.0
        /// Conflicts in the view: two sites edit apart, so there are some.
        var conflicts = 0
    }

    func run() throws {
        let changes = PlanHistory(events: events).changes
        var times = Times()
        let clock = ContinuousClock()
        var history = PlanHistory.empty
        let taking = clock.measure {
            for _ in 0..<10 {
                history = PlanHistory.empty
                for change in changes { history.insert(change) }
            }
        }
        times.changesPerSecond = Double(10 * changes.count) / (taking / .seconds(1))
        var conflicts = 0
        let viewing = clock.measure {
            for _ in 0..<10 { conflicts += history.view()?.conflicts.count ?? 0 }
        }
        times.viewMilliseconds = viewing / .milliseconds(10)
        times.conflicts = conflicts / 10
        let further = PlanHistory(events: events + 100).changes[events...]
        var viewer = ResourceViewer(history)
        history = PlanHistory.empty  // one owner: nothing is copied while it is timed
        let adding = clock.measure {
            for change in further {
                viewer.insert(change)
                conflicts += viewer.view()?.conflicts.count ?? 0
            }
        }
        times.oneEventMicroseconds = adding / .microseconds(further.count)
        print(String(decoding: try JSONEncoder().encode(times), as: UTF8.self))
    }
}

/// A plan of forty activities that two sites edit in turn. One edit in ten was written without sight
/// of any other, so siblings remain; every other one replaces what was there before it.
private struct PlanHistory {
    static let entity = EntityID(Bits128(high: 1, low: 1))
    static var empty: ResourceHistory { ResourceHistory(type: "CarePlan", entity: entity) }

    private(set) var changes: [HeldChange] = []
    private var heads: [Element: [HeadName]] = [:]
    private static let activities = 40
    private static let oneUnseenIn = 10

    init(events: Int) {
        changes.reserveCapacity(events)
        for number in 0..<events { add(number) }
    }

    /// Whole activities first, then edits of their bodies and statuses in turn.
    private mutating func add(_ number: Int) {
        let site = UInt64(number % 2)
        let activity = EntityID(Bits128(high: 7, low: UInt64(number % Self.activities)))
        let facet: Facet =
            number < Self.activities
            ? .whole : Facet(number / Self.activities % 3 == 0 ? "status" : "body")
        let element = Element(
            entityType: "CarePlan.activity", entity: activity, facet: facet)
        let dot = Dot(
            replica: Replica(
                site: SiteID(Bits128(high: 0, low: site)), incarnation: Incarnation(1)),
            counter: UInt64(number / 2 + 1))
        let bits = Bits128(high: 0x9E37_79B9_7F4A_7C15 &* UInt64(number + 1), low: UInt64(number))
        guard let event = EventID(bytes: bits.bytes + bits.bytes) else { return }
        let name = HeadName(dot: dot, index: 0, event: event)
        let shown = (heads[element] ?? []) + (heads[Self.whole(element)] ?? [])
        changes.append(
            HeldChange(
                name: name, element: element,
                operation: facet == .whole ? .create : .assign,
                supersedes: number % Self.oneUnseenIn == 0
                    ? [] : shown.map { ChangeReference(dot: $0.dot, index: 0) },
                author: Author(practitioner: "p", role: "r", organisation: "o"),
                time: HybridTime(milliseconds: UInt64(number), counter: 0),
                value: .given(Array(Self.value(facet, number).utf8))))
        heads[element] = [name]
    }

    private static func whole(_ element: Element) -> Element {
        Element(entityType: element.entityType, entity: element.entity, facet: .whole)
    }

    private static func value(_ facet: Facet, _ number: Int) -> String {
        let text = "Walk \(number % 17) minutes in the morning and at night, with a stick"
        return switch facet.name {
        case "status": #"{"detail":{"status":"\#(number % 5 == 0 ? "on-hold" : "in-progress")"}}"#
        case "body": #"{"detail":{"kind":"ServiceRequest","description":"\#(text)"}}"#
        default:
            #"{"detail":{"kind":"ServiceRequest","status":"scheduled","description":"\#(text)"}}"#
        }
    }
}
