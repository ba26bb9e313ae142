import AuditTrail
import CareRecord
import Signing
import Testing

@Suite struct AuditEntryTests {
    static let patient = PatientID(Bits128(high: 0x1122, low: 0x3344))

    static func encoder(key: UInt8 = 1) -> AuditEntryEncoder {
        AuditEntryEncoder(
            software: "accord 0.1.0", boot: "unknown",
            pseudonymKey: [UInt8](repeating: key, count: 32))
    }

    static func text(_ fact: AuditFact, sequence: UInt64 = 0) -> String {
        String(
            decoding: encoder().encode(
                fact,
                at: AuditEntryEncoder.Place(
                    sequence: sequence, timeMilliseconds: 1_780_000_000_000,
                    clock: .unsynchronised, salt: [UInt8](repeating: 0xAB, count: 16))),
            as: UTF8.self)
    }

    static var full: AuditFact {
        var fact = AuditFact(
            kind: .discloseOut,
            actor: AuditActor(
                id: "uid-1000", name: "A. Administrator", role: "administrator",
                organisation: "north", signInMethod: "socket"))
        fact.outcome = .failed
        fact.reason = "code"
        fact.device = "console"
        let site = SiteID(Bits128(high: 1, low: 2))
        fact.from = AuditParty(
            site: site, name: "North", address: "1 Road",
            replica: Replica(site: site, incarnation: Incarnation(16)), tlsKey: "00ff")
        fact.to = AuditParty(site: site)
        fact.patient = patient
        fact.data = AuditData(
            compartments: [.identity, .general], types: [.init(type: "Patient", count: 2)],
            events: 3, digest: [UInt8](repeating: 7, count: 32))
        fact.purpose = "TREAT"
        fact.basis = "agreement 1"
        fact.session = "0011"
        fact.delivery = 4
        fact.request = "beef"
        fact.authority = AuditActor(id: "dr-1", role: "prescriber")
        let dot = Dot(replica: Replica(site: site, incarnation: Incarnation(16)), counter: 3)
        fact.merge = AuditMerge(
            rule: "siblings", conflictClass: "U", shown: [dot], superseded: [dot])
        return fact
    }

    @Test("an entry has every field in the order of the specification")
    func snapshot() {
        let pseudonym = Self.encoder().pseudonym(of: Self.patient)
        let site = "00000000-0000-0001-0000-000000000002"
        #expect(
            Self.text(Self.full, sequence: 7)
                == #"{"seq":7,"time":1780000000000,"clock":"unsynchronised","kind":"disclose-out","#
                + #""outcome":"failed","reason":"code","actor":{"id":"uid-1000","#
                + #""name":"A. Administrator","role":"administrator","organisation":"north","#
                + #""sign_in":"socket"},"authority":{"id":"dr-1","role":"prescriber"},"#
                + #""device":"console","from":{"site":"\#(site)","#
                + #""name":"North","address":"1 Road","replica":"\#(site)/10","tls_key":"00ff"},"#
                + #""to":{"site":"\#(site)"},"patient":"\#(pseudonym)","#
                + #""data":{"compartments":"identity general","types":{"Patient":2},"events":3,"#
                + #""digest":"\#(String(repeating: "07", count: 32))"},"purpose":"TREAT","#
                + #""basis":"agreement 1","session":"0011","delivery":4,"request":"beef","#
                + #""merge":{"rule":"siblings","class":"U","shown":"\#(site)/10#3","#
                + #""superseded":"\#(site)/10#3"},"#
                + #""software":"accord 0.1.0","boot":"unknown","#
                + #""salt":"\#(String(repeating: "ab", count: 16))"}"#)
    }

    @Test("a resolution of more changes than an entry names says how many more")
    func manyDots() {
        let site = SiteID(Bits128(high: 1, low: 2))
        let dots = (1...300).map { counter in
            Dot(
                replica: Replica(site: site, incarnation: Incarnation(16)), counter: UInt64(counter)
            )
        }
        var fact = AuditFact(kind: .resolve, actor: AuditActor(id: "a", role: "r"))
        fact.merge = AuditMerge(
            rule: "siblings", conflictClass: "U", shown: dots, superseded: [])
        let text = Self.text(fact)
        #expect(text.contains(#"/10#64","shown_more":236,"superseded":""}"#))
    }

    @Test("absent fields are left out")
    func shortest() {
        let fact = AuditFact(kind: .start, actor: AuditActor(id: "node", role: "system"))
        #expect(
            Self.text(fact)
                == #"{"seq":0,"time":1780000000000,"clock":"unsynchronised","kind":"start","#
                + #""outcome":"success","actor":{"id":"node","role":"system"},"#
                + #""software":"accord 0.1.0","boot":"unknown","#
                + #""salt":"\#(String(repeating: "ab", count: 16))"}"#)
    }

    @Test("whatever a text holds, the entry is one line of escaped JSON")
    func escapes() {
        var fact = AuditFact(kind: .config, actor: AuditActor(id: "a\"b\\c", role: "r"))
        fact.reason = "line\nreturn\rtab\tnul\u{0}delete\u{7F}é😀"
        let text = Self.text(fact)
        #expect(
            text.contains(
                #""reason":"line\u000areturn\u000dtab\u0009nul\u0000delete\u007fé😀""#))
        #expect(text.contains(#""id":"a\"b\\c""#))
        #expect(text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
    }

    @Test("a pseudonym is 32 digits, the same under one key and another under another")
    func pseudonyms() {
        let first = Self.encoder().pseudonym(of: Self.patient)
        #expect(first.count == 32)
        #expect(first == Self.encoder().pseudonym(of: Self.patient))
        #expect(first != Self.encoder(key: 2).pseudonym(of: Self.patient))
        #expect(first != Self.encoder().pseudonym(of: PatientID(Bits128(high: 0, low: 0))))
        #expect(!Self.text(Self.full).contains("\(Self.patient)"))
    }

    @Test("the salt alone makes two entries of one fact differ")
    func salts() {
        let fact = AuditFact(kind: .stop, actor: AuditActor(id: "node", role: "system"))
        let entries = [1, 2].map { byte in
            Self.encoder().encode(
                fact,
                at: AuditEntryEncoder.Place(
                    sequence: 0, timeMilliseconds: 0, clock: .stepped,
                    salt: [UInt8](repeating: byte, count: 16)))
        }
        #expect(entries[0] != entries[1])
    }

    @Test("a delivery number beyond 63 bits does not stop the log")
    func hugeDelivery() {
        var fact = AuditFact(kind: .discloseIn, actor: AuditActor(id: "p", role: "peer"))
        fact.delivery = .max
        #expect(Self.text(fact).contains(#""delivery":18446744073709551615"#))
    }

    @Test(
        "of every kind an entry's bytes show whether it tells of events, whatever else it says",
        arguments: AuditKind.allCases, AuditClock.allCases)
    func kindsThatTellOfEvents(kind: AuditKind, clock: AuditClock) {
        var fact = Self.full
        fact.kind = kind
        fact.reason = #"","kind":"write","#
        let entry = Self.encoder().encode(
            fact,
            at: AuditEntryEncoder.Place(
                sequence: 12, timeMilliseconds: kind == .read ? -1 : 1, clock: clock, salt: []))
        let tells = entry.withUnsafeBytes { EntryBytes($0).mayTellOfEvents }
        #expect(tells == [.write, .discloseIn].contains(kind))
    }

    @Test("the kind of an entry that does not begin as entries do is looked for everywhere")
    func kindElsewhere() {
        for (text, tells) in [
            (#"{"kind":"write"}"#, true), (#"{"data":{"kind":"disclose-in"}}"#, true),
            (#"{"seq":1,"time":2,"clock":"stepped","reason":"x","kind":"write"}"#, true),
            (#"{"seq":1,"time":2,"clock":"stepped"#, false), (#"{"kind":"read"}"#, false),
            ("", false),
        ] {
            let found = Array(text.utf8).withUnsafeBytes { EntryBytes($0).mayTellOfEvents }
            #expect(found == tells, "\(text)")
        }
    }
}
