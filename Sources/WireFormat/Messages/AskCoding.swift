import CareRecord
import Foundation
import SwiftProtobuf

extension WireAsk {
    init(_ ask: Ask) {
        self.init()
        id = Data(ask.id.bytes)
        identifiers = ask.identifiers.map { identifier in
            .with {
                $0.system = identifier.system
                $0.value = identifier.value
            }
        }
        family = ask.family ?? ""
        given = ask.given ?? ""
        birthDate = ask.birthDate ?? ""
        purpose = ask.purpose
        requester = ask.requester
        reason = ask.reason
    }

    func ask() throws(DecodingFailure) -> Ask {
        guard let id = AskID(bytes: id) else { throw .badLength }
        guard identifiers.count <= SyncLimits.askIdentifiersMax else { throw .tooLong }
        guard !identifiers.isEmpty || !family.isEmpty && !given.isEmpty && !birthDate.isEmpty else {
            throw .missingPart
        }
        var known: [Ask.Identifier] = []
        for identifier in identifiers {
            known.append(
                Ask.Identifier(
                    system: try AskText.optional(identifier.system, bytesMax: 256) ?? "",
                    value: try AskText.required(identifier.value, bytesMax: 256)))
        }
        return Ask(
            id: id, identifiers: known, family: try AskText.optional(family, bytesMax: 200),
            given: try AskText.optional(given, bytesMax: 200),
            birthDate: try AskText.birthDate(birthDate), purpose: try AskText.purpose(purpose),
            requester: try AskText.required(requester, bytesMax: 200),
            reason: try AskText.required(reason, bytesMax: 500))
    }
}

/// The texts of an ask, which are shown to people and kept in audit logs.
private enum AskText {
    /// Reads a text that may be absent.
    static func optional(_ text: String, bytesMax: Int) throws(DecodingFailure) -> String? {
        guard text.utf8.count <= bytesMax else { throw .tooLong }
        // Cc of Unicode: U+0000 to U+001F and U+007F to U+009F.
        guard text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            throw .badText
        }
        return text.isEmpty ? nil : text
    }

    /// Reads a text of at least one byte.
    static func required(_ text: String, bytesMax: Int) throws(DecodingFailure) -> String {
        guard let text = try optional(text, bytesMax: bytesMax) else { throw .missingPart }
        return text
    }

    /// Reads a code of letters A to Z and hyphens.
    static func purpose(_ code: String) throws(DecodingFailure) -> String {
        let code = try required(code, bytesMax: 32)
        let isWellFormed = code.utf8.allSatisfy { byte in
            (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || byte == UInt8(ascii: "-")
        }
        guard isWellFormed else { throw .badText }
        return code
    }

    /// Reads `YYYY-MM-DD`, months 01 to 12 and days 01 to 31.
    static func birthDate(_ date: String) throws(DecodingFailure) -> String? {
        if date.isEmpty { return nil }
        let bytes = Array(date.utf8)
        guard bytes.count == 10 else { throw .badText }
        var numbers = [0, 0, 0]
        var part = 0
        for (index, byte) in bytes.enumerated() {
            if index == 4 || index == 7 {
                guard byte == UInt8(ascii: "-") else { throw .badText }
                part += 1
            } else {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { throw .badText }
                numbers[part] = numbers[part] * 10 + Int(byte - UInt8(ascii: "0"))
            }
        }
        guard (1...12).contains(numbers[1]), (1...31).contains(numbers[2]) else { throw .badText }
        return date
    }
}

/// Codes of `AskAnswer.outcome`.
private enum AskOutcomeCode {
    static let granted: UInt32 = 1
    static let nothing: UInt32 = 2
}

extension WireAskAnswer {
    init(_ answer: AskAnswer) {
        self.init()
        id = Data(answer.id.bytes)
        switch answer.outcome {
        case .granted(let patient):
            outcome = AskOutcomeCode.granted
            self.patient = Data(patient.bytes)
        case .nothing:
            outcome = AskOutcomeCode.nothing
        }
    }

    func askAnswer() throws(DecodingFailure) -> AskAnswer {
        guard let id = AskID(bytes: id) else { throw .badLength }
        switch outcome {
        case AskOutcomeCode.granted:
            guard let patient = PatientID(bytes: patient) else { throw .badLength }
            return AskAnswer(id: id, outcome: .granted(patient))
        case AskOutcomeCode.nothing:
            guard patient.isEmpty else { throw .badLength }
            return AskAnswer(id: id, outcome: .nothing)
        default: throw .missingPart
        }
    }
}
