import CareRecord
import RecordStore
import Testing

@testable import SiteNode

@Suite("FHIR version ids")
struct FHIRVersionIDTests {
    private static let secret = [UInt8](repeating: 7, count: 32)
    private static let replica = Replica(
        site: SiteID(Bits128(high: 1, low: 2)), incarnation: Incarnation(3))
    private static let general = AccessView(
        compartments: [.identity, .general], isConflictAware: false)
    private static let subject = FHIRVersionIDs.Subject(
        type: "Patient", entity: EntityID(Bits128(high: 4, low: 5)), access: general)
    private static let ids = FHIRVersionIDs(secret: secret, replica: replica)

    @Test("are 40 characters of a FHIR id, equal for equal versions, and read back")
    func roundTrip() {
        for position: UInt64 in [0, 1, 255, 256, 1 << 40, .max] {
            let id = Self.ids.id(of: Self.subject, at: position)
            #expect(id.utf8.count == 40)
            #expect(id.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) })
            #expect(id == Self.ids.id(of: Self.subject, at: position))
            #expect(Self.ids.position(of: id, Self.subject) == position)
        }
    }

    @Test("do not tell how close two positions are")
    func sealed() {
        let ids = (0..<64).map { Self.ids.id(of: Self.subject, at: $0) }
        #expect(Set(ids).count == 64)
        #expect(Set(ids.map { $0.suffix(16) }).count == 64)
        #expect(ids != ids.sorted())
    }

    @Test("are none of another node, resource, type, view or life")
    func bound() {
        let id = Self.ids.id(of: Self.subject, at: 9)
        var subjects = [Self.subject, Self.subject, Self.subject, Self.subject]
        subjects[0].type = "Person"
        subjects[1].entity = EntityID(Bits128(high: 4, low: 6))
        subjects[2].access.isConflictAware = true
        subjects[3].access.compartments = [.identity]
        for subject in subjects { #expect(Self.ids.position(of: id, subject) == nil) }
        let later = Replica(site: Self.replica.site, incarnation: Incarnation(4))
        let others = [
            FHIRVersionIDs(secret: Self.secret, replica: later),
            FHIRVersionIDs(secret: [UInt8](repeating: 8, count: 32), replica: Self.replica),
        ]
        for other in others { #expect(other.position(of: id, Self.subject) == nil) }
    }

    @Test("cannot be forged digit by digit")
    func forged() {
        let id = Self.ids.id(of: Self.subject, at: 9)
        for place in id.indices {
            var other = id
            other.replaceSubrange(place...place, with: id[place] == "0" ? "1" : "0")
            #expect(Self.ids.position(of: other, Self.subject) == nil)
        }
        for other in ["", "1", id.uppercased(), id + "00", String(id.dropLast(2))] where other != id
        {
            #expect(Self.ids.position(of: other, Self.subject) == nil)
        }
    }
}
