import CareRecord
import Testing
import WireFormat

@Suite("Ask")
struct AskTests {
    private let coder = FrameCoder()
    private let id = AskID(Bits128(high: 1, low: 2))

    private var ask: Ask {
        Ask(
            id: id, identifiers: [Ask.Identifier(system: "urn:sample", value: "1")], family: nil,
            given: nil, birthDate: nil, purpose: "ETREAT", requester: "practitioner-7",
            reason: "sample")
    }

    private func relay(_ message: SyncMessage) throws(SyncRefusal) -> [SyncMessage] {
        let packet = Packet(session: Array(repeating: 1, count: 16), messages: [message])
        return try Packet(encoded: packet.encoded(coder: coder), coder: coder).messages
    }

    private func isRead(_ change: (inout Ask) -> Void) -> Bool {
        var ask = ask
        change(&ask)
        do throws(SyncRefusal) {
            return try relay(.ask(ask)) == [.ask(ask)]
        } catch {
            return false
        }
    }

    @Test("asks and answers are read as they were written")
    func roundTrip() throws {
        var names = ask
        names.identifiers = []
        names.family = "Sample"
        names.given = "Ada"
        names.birthDate = "1931-02-28"
        #expect(try relay(.ask(ask)) == [.ask(ask)])
        #expect(try relay(.ask(names)) == [.ask(names)])
        let outcomes: [AskAnswer.Outcome] = [
            .granted(PatientID(Bits128(high: 3, low: 4))), .nothing,
        ]
        for outcome in outcomes {
            let answer = SyncMessage.askAnswer(AskAnswer(id: id, outcome: outcome))
            #expect(try relay(answer) == [answer])
        }
    }

    @Test("limits hold below, at and above", arguments: [-1, 0, 1])
    func limits(offset: Int) {
        let isKept = offset <= 0
        let text = { (count: Int) in String(repeating: "X", count: count + offset) }
        let identifier = Ask.Identifier(system: "", value: "1")
        #expect(
            isRead { $0.identifiers = Array(repeating: identifier, count: 8 + offset) } == isKept)
        #expect(isRead { $0.identifiers[0].system = text(256) } == isKept)
        #expect(isRead { $0.identifiers[0].value = text(256) } == isKept)
        #expect(isRead { $0.family = text(200) } == isKept)
        #expect(isRead { $0.given = text(200) } == isKept)
        #expect(isRead { $0.purpose = text(32) } == isKept)
        #expect(isRead { $0.requester = text(200) } == isKept)
        #expect(isRead { $0.reason = text(500) } == isKept)
    }

    @Test("a text is counted in bytes, not in letters")
    func bytes() {
        #expect(isRead { $0.family = String(repeating: "漢", count: 66) })
        #expect(!isRead { $0.family = String(repeating: "漢", count: 67) })
    }

    @Test("nobody is asked for by a part of a name")
    func missing() {
        #expect(!isRead { $0.identifiers = [] })
        #expect(!isRead { $0.identifiers[0].value = "" })
        for part in 0..<3 {
            #expect(
                !isRead {
                    $0.identifiers = []
                    $0.family = part == 0 ? nil : "Sample"
                    $0.given = part == 1 ? nil : "Ada"
                    $0.birthDate = part == 2 ? nil : "1931-02-28"
                })
        }
        #expect(!isRead { $0.purpose = "" })
        #expect(!isRead { $0.requester = "" })
        #expect(!isRead { $0.reason = "" })
    }

    @Test(
        "control characters are refused",
        arguments: ["\0", "\t", "\n", "\u{1F}", "\u{7F}", "\u{9F}"])
    func controlCharacters(character: String) {
        #expect(!isRead { $0.family = "a" + character })
        #expect(!isRead { $0.given = character })
        #expect(!isRead { $0.identifiers[0].system = character })
        #expect(!isRead { $0.identifiers[0].value += character })
        #expect(!isRead { $0.requester += character })
        #expect(!isRead { $0.reason += character })
        #expect(isRead { $0.reason += "\u{A0}\u{200D}\u{2028}" })
    }

    @Test(
        "a date of birth is a day of a month of a year",
        arguments: [
            ("1931-02-28", true), ("0000-01-01", true), ("9999-12-31", true), ("1931-2-28", false),
            ("1931-00-28", false), ("1931-13-28", false), ("1931-02-00", false),
            ("1931-02-32", false), ("19310-2-28", false), ("1931-02-2x", false), ("１931-02", false),
        ])
    func birthDates(date: String, isDate: Bool) {
        #expect(isRead { $0.birthDate = date } == isDate)
    }

    @Test("a purpose is a code", arguments: ["etreat", "E TREAT", "E_TREAT", "Ä", "TREAT1"])
    func purposes(purpose: String) {
        #expect(isRead { $0.purpose = "HPAYMT-A" })
        #expect(!isRead { $0.purpose = purpose })
    }
}
