import CareRecord
import Foundation
public import Signing
import SwiftProtobuf

extension WithdrawalNotice {
    /// The longest serialised notice, in bytes.
    public static let encodedBytesMax = 1 << 20

    /// Serialises the notice: done once, by its signer.
    public func encoded() -> [UInt8] {
        var wire = WireWithdrawalNotice()
        wire.signer = signer.wireData
        wire.id = Data(id.bytes)
        wire.policyVersion = policyVersion
        wire.receiver = Data(receiver.bytes)
        wire.mode = mode.rawValue
        wire.time = time.bits
        wire.streams = streams.map { Data($0.bytes) }
        return WireCoding.encode(wire)
    }

    /// Reads a serialised notice; nothing about it is believed yet.
    public init(encoded bytes: [UInt8]) throws(DecodingFailure) {
        guard bytes.count <= Self.encodedBytesMax else { throw .tooLong }
        let wire: WireWithdrawalNotice = try WireCoding.decode(bytes)
        let signer = try Replica(wire: wire.signer)
        guard let id = NoticeID(bytes: wire.id), let receiver = SiteID(bytes: wire.receiver) else {
            throw .badLength
        }
        guard let mode = Mode(rawValue: wire.mode), !wire.streams.isEmpty else {
            throw .missingPart
        }
        try WireCoding.checkPositions(wire.policyVersion)
        self.init(
            signer: signer, id: id, policyVersion: wire.policyVersion, receiver: receiver,
            mode: mode, time: HybridTime(bits: wire.time),
            streams: try WireCoding.streams(wire.streams, max: Self.streamsMax))
    }
}

extension SignedWithdrawalNotice {
    /// Serialises the notice with its signature.
    public func encoded() -> [UInt8] {
        WireCoding.encode(WireSignedWithdrawalNotice(self))
    }

    /// Reads a signed notice; its signature is not checked yet (`isSigned(by:)`).
    public init(encoded bytes: [UInt8]) throws(DecodingFailure) {
        let wire: WireSignedWithdrawalNotice = try WireCoding.decode(bytes)
        try self.init(wire)
    }

    init(_ wire: WireSignedWithdrawalNotice) throws(DecodingFailure) {
        let noticeBytes = Array(wire.notice)
        self.init(
            notice: try WithdrawalNotice(encoded: noticeBytes), noticeBytes: noticeBytes,
            signature: Array(wire.signature))
    }
}

extension WireSignedWithdrawalNotice {
    init(_ signed: SignedWithdrawalNotice) {
        self.init()
        notice = Data(signed.noticeBytes)
        signature = Data(signed.signature)
    }
}

extension WireNoticeAnswer {
    init(_ answer: NoticeAnswer) {
        self.init()
        id = Data(answer.id.bytes)
        outcome = answer.outcome.rawValue
    }

    func noticeAnswer() throws(DecodingFailure) -> NoticeAnswer {
        guard let id = NoticeID(bytes: id) else { throw .badLength }
        guard let outcome = NoticeAnswer.Outcome(rawValue: outcome) else { throw .missingPart }
        return NoticeAnswer(id: id, outcome: outcome)
    }
}
