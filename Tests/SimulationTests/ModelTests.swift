import CareRecord
import SimulationModel
import Testing

@Suite("The model of a store")
struct ModelTests {
    private static let here = SiteID(Bits128(high: 1, low: 1))
    private static let there = SiteID(Bits128(high: 2, low: 2))
    private static let patient = PatientID(Bits128(high: 9, low: 9))
    private static let stream = StreamID.patient(patient, .general)

    private static func replica(_ site: SiteID) -> Replica {
        Replica(site: site, incarnation: Incarnation(7))
    }

    private static func event(
        _ counter: UInt64, by site: SiteID = there, after previous: EventID? = nil,
        on dependencies: [IdentifiedDot] = [], id: UInt8? = nil,
        changes: [Change] = []
    ) -> ModelEvent {
        var header = EventHeader(
            stream: stream, dot: Dot(replica: replica(site), counter: counter),
            previous: previous, time: HybridTime(milliseconds: 1, counter: 0),
            recordedMilliseconds: 1,
            author: Author(practitioner: "p", role: "r", organisation: "o"), sourceSystem: "s",
            changes: changes)
        header.dependencies = dependencies
        let byte = id ?? UInt8(counter) + (site == there ? 100 : 0)
        guard let name = EventID(bytes: [UInt8](repeating: byte, count: 32)) else {
            preconditionFailure("32 bytes name an event")
        }
        return ModelEvent(header, id: name)
    }

    private static func store() -> ModelStore {
        var store = ModelStore(site: here)
        store.cards = [replica(here), replica(there)]
        return store
    }

    @Test("keeps an event that comes too early until the one before it is held")
    func outOfOrder() {
        var store = Self.store()
        let first = Self.event(1)
        let second = Self.event(2, after: first.id)
        #expect(store.take(second, from: Self.there) == .pendingEvent)
        #expect(store.take(first, from: Self.there) == .accepted)
        #expect(store.release(Self.there) == [second.id])
        #expect(store.take(first, from: Self.there) == .duplicate)
        #expect(store.waiting.isEmpty)
    }

    @Test("keeps an event whose author's card is unknown until the card comes")
    func unknownAuthor() {
        var store = ModelStore(site: Self.here)
        let first = Self.event(1)
        #expect(store.take(first, from: Self.there) == .pendingCard)
        #expect(store.release(Self.there).isEmpty)
        store.cards = [Self.replica(Self.there)]
        #expect(store.release(Self.there) == [first.id])
    }

    @Test("sets a second event under one dot apart")
    func fork() {
        var store = Self.store()
        #expect(store.take(Self.event(1), from: Self.there) == .accepted)
        let other = Self.event(1, id: 77)
        #expect(store.take(other, from: Self.there) == .accepted)
        #expect(store.forks == [other.id])
        #expect(store.events.count == 1)
    }

    @Test("shows two heads where neither change knew the other, and one after a third named both")
    func heads() {
        var store = Self.store()
        let element = Element(
            entityType: "Observation", entity: EntityID(Bits128(high: 5, low: 5)), facet: .whole)
        let create = Change(element: element, operation: .create)
        store.write(Self.event(1, by: Self.here, changes: [create]))
        let theirs = Self.event(1, changes: [create])
        #expect(store.take(theirs, from: Self.there) == .accepted)
        #expect(store.heads(of: Self.stream, isSealed: false)[element]?.count == 2)
        #expect(store.heads(of: Self.stream, isSealed: true)[element]?.count == 1)
        var merge = Change(element: element, operation: .assign)
        merge.supersedes = [Self.here, Self.there].map {
            ChangeReference(dot: Dot(replica: Self.replica($0), counter: 1), index: 0)
        }
        store.write(Self.event(2, by: Self.here, changes: [merge]))
        #expect(store.heads(of: Self.stream, isSealed: false)[element]?.count == 1)
    }

    @Test("lets a withdrawal end every agreement before it and none after it")
    func permits() {
        var store = Self.store()
        store.write(Self.event(1, by: Self.here))
        var policy = ModelPolicy()
        func isAllowed() -> Bool {
            ModelPermits(store, policy, sealed: [], now: 0).allow(Self.stream, to: Self.there)
        }
        #expect(!isAllowed())
        func grant(_ policy: inout ModelPolicy, _ scope: ModelPolicy.Scope) {
            policy.grant(
                [.general], scope, to: Self.there, isAttested: false, patients: [],
                organisations: [])
        }
        grant(&policy, .registered)
        #expect(isAllowed())
        policy.withdraw([.general], of: nil, from: Self.there)
        #expect(!isAllowed())
        grant(&policy, .list)
        #expect(!isAllowed())
        grant(&policy, .all)
        #expect(isAllowed())
        #expect(
            !ModelPermits(store, policy, sealed: [Self.stream], now: 0)
                .allow(Self.stream, to: Self.there))
    }
}
