import CareRecord
import WireFormat

/// Asks and their answers.
extension PacketVectors {
    private static let id = AskID(Sample.bits(0xA5))

    private static var ask: Ask {
        Ask(
            id: id, identifiers: [Ask.Identifier(system: "urn:sample:numbers", value: "0001")],
            family: nil, given: nil, birthDate: nil, purpose: "ETREAT",
            requester: "practitioner-7", reason: "arrived without papers")
    }

    static var goodAsks: [Vector] {
        var names = ask
        names.identifiers = []
        names.family = "Sample\u{A0}Ünal"
        names.given = "Zoë 山"
        names.birthDate = "1931-02-28"
        var most = names
        most.identifiers = (0..<8).map {
            Ask.Identifier(
                system: String(repeating: "s", count: 256),
                value: "\($0)" + String(repeating: "v", count: 255))
        }
        most.family = String(repeating: "é", count: 100)
        most.given = String(repeating: "g", count: 200)
        most.birthDate = "9999-12-31"
        most.purpose = String(repeating: "Z-", count: 16)
        most.requester = String(repeating: "r", count: 200)
        most.reason = String(repeating: "w", count: 500)
        var bare = ask
        bare.identifiers = [Ask.Identifier(system: "", value: "1")]
        return [
            good("ask-identifier", "one identifier", .ask(ask)),
            good("ask-no-system", "an identifier that nobody is named for", .ask(bare)),
            good("ask-name", "names and a date of birth", .ask(names)),
            good("ask-most", "every text and list of exactly its limit", .ask(most)),
            good(
                "ask-granted", "the patient's streams follow",
                .askAnswer(AskAnswer(id: id, outcome: .granted(Sample.patient1)))),
            good(
                "ask-nothing", "absent, withheld, ambiguous or too often",
                .askAnswer(AskAnswer(id: id, outcome: .nothing))),
        ]
    }

    private static func identifier(_ system: String, _ value: String) -> [UInt8] {
        Proto.data(2, Proto.text(1, system) + Proto.text(2, value))
    }

    private static func bad(
        _ name: String, _ what: String, _ field: UInt64, _ bytes: [UInt8]
    ) -> Vector {
        let fields = ProtoFields([
            1: Proto.data(1, id.bytes), 2: identifier("urn:sample:numbers", "0001"),
            6: Proto.text(6, "ETREAT"), 7: Proto.text(7, "practitioner-7"),
            8: Proto.text(8, "arrived without papers"),
        ])
        return refused("ask-" + name, what, 14, fields.replacing(field, bytes).bytes)
    }

    private static func long(_ field: UInt64, _ count: Int) -> [UInt8] {
        Proto.text(field, String(repeating: "X", count: count))
    }

    static var badAsks: [Vector] {
        let long = Self.long
        let letters = { (count: Int) in String(repeating: "x", count: count) }
        let names = Proto.text(3, "Sample") + Proto.text(4, "Ada")
        return [
            bad("id", "an id of one byte", 1, Proto.data(1, [1])),
            bad("nothing-known", "neither an identifier nor a name", 2, []),
            bad("no-birth-date", "names without a date of birth", 2, names),
            bad(
                "no-given", "a given name is missing", 2,
                Proto.text(3, "Sample") + birth("1931-02-28")),
            bad(
                "no-family", "a family name is missing", 2,
                Proto.text(4, "Ada") + birth("1931-02-28")),
            bad("value-none", "an identifier without a value", 2, identifier("urn:sample", "")),
            bad("value-257", "257 bytes", 2, identifier("", letters(257))),
            bad("system-257", "257 bytes", 2, identifier(letters(257), "1")),
            bad("value-control", "a control character", 2, identifier("", "1\u{7F}")),
            bad("identifiers-9", "one too many", 2, (0..<9).flatMap { _ in identifier("", "1") }),
            bad("family-201", "201 bytes", 3, long(3, 201)),
            bad("given-201", "201 bytes", 4, long(4, 201)),
            bad("given-control", "a line feed", 4, Proto.text(4, "Ada\nSample")),
            bad("family-control", "a control character above ASCII", 3, Proto.text(3, "A\u{85}")),
            bad("not-utf-8", "a text of other bytes", 3, Proto.data(3, [0xC3, 0x28])),
            bad("purpose-none", "no purpose", 6, []),
            bad("purpose-33", "33 letters", 6, long(6, 33)),
            bad("purpose-small", "small letters", 6, Proto.text(6, "etreat")),
            bad("purpose-space", "a space", 6, Proto.text(6, "E TREAT")),
            bad("requester-none", "no requester", 7, []),
            bad("requester-201", "201 bytes", 7, long(7, 201)),
            bad("requester-control", "a tabulator", 7, Proto.text(7, "a\tb")),
            bad("reason-none", "no reason", 8, []),
            bad("reason-501", "501 bytes", 8, long(8, 501)),
            bad("reason-control", "a zero byte", 8, Proto.text(8, "a\0")),
        ] + badDates + badAnswers
    }

    private static func birth(_ text: String) -> [UInt8] { Proto.text(5, text) }

    private static var badDates: [Vector] {
        let dates = [
            ("short", "a month", "1931-02"), ("month-13", "a month of 13", "1931-13-01"),
            ("month-0", "a month of 0", "1931-00-01"), ("day-32", "a day of 32", "1931-01-32"),
            ("day-0", "a day of 0", "1931-01-00"), ("slashes", "slashes", "1931/02/28"),
            ("letters", "letters", "193a-02-28"), ("time", "a time", "1931-02-28T00"),
        ]
        return dates.map { name, what, text in bad("birth-date-" + name, what, 5, birth(text)) }
    }

    private static var badAnswers: [Vector] {
        let name = Proto.data(1, id.bytes)
        let patient = Proto.data(3, Sample.patient1.bytes)
        let answer = { (title: String, what: String, fields: [UInt8]) in
            refused("ask-answer-" + title, what, 16, fields)
        }
        return [
            answer("id", "no id", Proto.number(2, 2)),
            answer("0", "no outcome has code 0", name),
            answer("3", "an outcome that is unknown", name + Proto.number(2, 3)),
            answer("no-patient", "granted, and nobody is named", name + Proto.number(2, 1)),
            answer(
                "short-patient", "a patient of one byte",
                name + Proto.number(2, 1) + Proto.data(3, [1])),
            answer("patient", "nothing, and a patient", name + Proto.number(2, 2) + patient),
        ]
    }
}
