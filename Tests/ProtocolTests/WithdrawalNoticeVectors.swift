import CareRecord
import Signing
import Testing
import WireFormat

@Suite("Vectors of withdrawal notices")
struct WithdrawalNoticeVectors {
    @Test("every withdrawal notice is believed or refused as its vector says")
    func notices() throws {
        try VectorFile.check(Self.file, named: "withdrawal-notices") { input in
            let signed: SignedWithdrawalNotice
            do throws(DecodingFailure) {
                signed = try SignedWithdrawalNotice(encoded: input["notice"].bytes)
            } catch {
                return ["refusal": .text(error.rawValue)]
            }
            #expect(signed.encoded() == input["notice"].bytes)
            let key = try #require(EventPublicKey(rawBytes: input["signerKey"].bytes))
            guard signed.isSigned(by: key) else { return ["refusal": "bad-signature"] }
            return Description.notice(signed)
        }
    }

    private static var file: VectorFile {
        VectorFile(
            name: "withdrawal-notices", specification: "sync-v1.md §5, §11",
            about: "A SignedWithdrawalNotice and its signer's event key; the notice, or why not.",
            vectors: good + unbelievable + malformed)
    }

    /// Site 1 withdraws two streams from site 2.
    static var notice: WithdrawalNotice {
        WithdrawalNotice(
            signer: Sample.replica1, id: NoticeID(Sample.bits(0x9D)), policyVersion: 17,
            receiver: Sample.site2, mode: .seal, time: Sample.header().time,
            streams: [Sample.stream, .patient(Sample.patient1, .mentalHealth)].sorted())
    }

    /// The notice with the signature of a key.
    static func sign(
        _ notice: WithdrawalNotice, _ key: EventKey = Sample.key1
    ) -> SignedWithdrawalNotice {
        SignedWithdrawalNotice(notice: notice, noticeBytes: notice.encoded(), key: key)
    }

    private static func input(_ notice: [UInt8]) -> JSON {
        ["notice": .hex(notice), "signerKey": .hex(Sample.key1.publicKey.rawBytes)]
    }

    private static var good: [Vector] {
        var erasing = notice
        erasing.mode = .erase
        erasing.policyVersion = SyncLimits.positionMax
        erasing.streams = [.unknown(kind: 9, subject: [1])]
        let later = SignedWithdrawalNotice(
            notice: notice, noticeBytes: notice.encoded() + Proto.text(99, "later"),
            key: Sample.key1)
        let cases = [
            ("seal", "two streams are to be sealed", sign(notice)),
            ("erase", "a stream of a later kind is to be erased", sign(erasing)),
            ("unknown-field", "a field of a later version is signed and kept", later),
        ]
        return cases.map { name, what, signed in
            Vector(
                name, what, input: input(signed.encoded()), expect: Description.notice(signed))
        }
    }

    private static var unbelievable: [Vector] {
        let signed = sign(notice)
        var other = notice
        other.mode = .erase
        let changed = SignedWithdrawalNotice(
            notice: other, noticeBytes: other.encoded(), signature: signed.signature)
        let cut = SignedWithdrawalNotice(
            notice: notice, noticeBytes: notice.encoded(),
            signature: Array(signed.signature.dropLast()))
        let untagged = SignedWithdrawalNotice(
            notice: notice, noticeBytes: notice.encoded(),
            signature: Sample.key1.sign(Digest.sha256(notice.encoded())))
        let cases = [
            ("other-key", "another key signed", sign(notice, Sample.key2)),
            ("other-notice", "the signature of another notice", changed),
            ("short-signature", "63 bytes of signature", cut),
            ("no-tag", "a signature over the notice without its domain", untagged),
        ]
        return cases.map { name, what, signed in
            Vector(name, what, input: input(signed.encoded()), refusal: "bad-signature")
        }
    }

    /// The fields of a notice by number, each as it travels.
    static let fields = ProtoFields([
        1: Proto.data(1, Sample.replica1.bytes), 2: Proto.data(2, Sample.bits(0x9D).bytes),
        3: Proto.number(3, 17), 4: Proto.data(4, Sample.site2.bytes), 5: Proto.number(5, 1),
        6: Proto.fixed64(6, 1), 7: Proto.data(7, Sample.stream.bytes),
    ])

    /// The fields with a signature behind them, as a `SignedWithdrawalNotice`.
    static func signed(_ notice: [UInt8]) -> [UInt8] {
        let digest = Digest.sha256(of: [Array("accord/withdrawal/v1\0".utf8), notice])
        return Proto.data(1, notice) + Proto.data(2, Sample.key1.sign(digest))
    }

    private static var malformed: [Vector] {
        let streams = notice.streams.map { Proto.data(7, $0.bytes) }
        let cases: [(String, String, UInt64, [UInt8], DecodingFailure)] = [
            ("signer", "a signer of one byte", 1, Proto.data(1, [1]), .badDot),
            ("signer-none", "no signer", 1, [], .badDot),
            ("id", "an id of one byte", 2, Proto.data(2, [1]), .badLength),
            ("policy-version", "a version of 2^63", 3, Proto.number(3, 1 << 63), .tooLong),
            ("receiver", "no receiver", 4, [], .badLength),
            ("mode-0", "no mode has code 0", 5, [], .missingPart),
            ("mode-3", "a mode of a later version", 5, Proto.number(5, 3), .missingPart),
            ("streams-none", "no stream", 7, [], .missingPart),
            ("stream", "not a stream", 7, Proto.data(7, [0]), .badStream),
            ("streams-descending", "streams ascend", 7, streams[1] + streams[0], .badOrder),
            ("stream-twice", "one stream twice", 7, streams[0] + streams[0], .badOrder),
        ]
        return cases.map { name, what, field, bytes, failure in
            Vector(
                name, what, input: input(signed(fields.replacing(field, bytes).bytes)),
                refusal: failure.rawValue)
        } + [
            Vector(
                "not-signed-notice", "no Protocol Buffers", input: input([0x0A, 0xFF]),
                refusal: DecodingFailure.notProtocolBuffers.rawValue),
            Vector(
                "notice-cut", "the last byte is missing",
                input: input(signed(fields.bytes.dropLast())),
                refusal: DecodingFailure.notProtocolBuffers.rawValue),
            Vector(
                "no-notice", "a signature alone", input: input(signed([])),
                refusal: DecodingFailure.badDot.rawValue),
        ]
    }
}
