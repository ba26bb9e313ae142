import Foundation
import SwiftProtobuf

/// Asks a peer, as a witness, to cosign a signed head of the sender's audit log.
///
/// What the bytes say is not looked at here: they are those of `audit-log-v1.md` §6.
public struct Cosign: Sendable, Hashable {
    /// Of the sender's requests to the receiver, from 1; the answer repeats it.
    public var number: UInt64
    /// A request to a witness, at most `SyncLimits.cosignRequestBytesMax` bytes.
    public var request: [UInt8]

    /// Creates a message from its parts.
    public init(number: UInt64, request: [UInt8]) {
        self.number = number
        self.request = request
    }
}

/// What a witness answers.
public struct CosignAnswer: Sendable, Hashable {
    /// Of the request.
    public var number: UInt64
    /// The status that a witness answers over HTTP.
    public var status: UInt32
    /// The body that goes with it, at most `SyncLimits.cosignAnswerBytesMax` bytes.
    public var answer: [UInt8]
    /// The head that the witness cosigned last, where it shows it; else empty.
    public var head: [UInt8]

    /// Creates a message from its parts.
    public init(number: UInt64, status: UInt32, answer: [UInt8], head: [UInt8]) {
        self.number = number
        self.status = status
        self.answer = answer
        self.head = head
    }

    /// The statuses that there are.
    public static let statuses: [UInt32] = [200, 400, 403, 404, 409, 422]
}

extension WireCosign {
    init(_ cosign: Cosign) {
        self.init()
        number = cosign.number
        request = Data(cosign.request)
    }

    func cosign() throws(DecodingFailure) -> Cosign {
        guard number >= 1 else { throw .badOrder }
        try WireCoding.checkPositions(number)
        guard !request.isEmpty else { throw .missingPart }
        guard request.count <= SyncLimits.cosignRequestBytesMax else { throw .tooLong }
        return Cosign(number: number, request: Array(request))
    }
}

extension WireCosignAnswer {
    init(_ message: CosignAnswer) {
        self.init()
        number = message.number
        status = message.status
        answer = Data(message.answer)
        head = Data(message.head)
    }

    func cosignAnswer() throws(DecodingFailure) -> CosignAnswer {
        guard number >= 1 else { throw .badOrder }
        try WireCoding.checkPositions(number)
        guard CosignAnswer.statuses.contains(status) else { throw .missingPart }
        guard max(answer.count, head.count) <= SyncLimits.cosignAnswerBytesMax else {
            throw .tooLong
        }
        return CosignAnswer(
            number: number, status: status, answer: Array(answer), head: Array(head))
    }
}
