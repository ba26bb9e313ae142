import CareRecord
import Signing
import Testing

@Suite("SignedWithdrawalNotice")
struct WithdrawalNoticeTests {
    private let key = EventKey.make()

    private var notice: WithdrawalNotice {
        WithdrawalNotice(
            signer: Replica(site: key.publicKey.siteID, incarnation: Incarnation(1)),
            id: NoticeID(Bits128(high: 1, low: 2)), policyVersion: 3,
            receiver: SiteID(Bits128(high: 4, low: 5)), mode: .seal,
            time: HybridTime(milliseconds: 6, counter: 7),
            streams: [.directory(SiteID(Bits128(high: 8, low: 9)))])
    }

    @Test("the signer's key and no other one is seen to have signed")
    func keys() {
        let signed = SignedWithdrawalNotice(notice: notice, noticeBytes: [1, 2, 3], key: key)
        #expect(signed.signature.count == 64)
        #expect(signed.isSigned(by: key.publicKey))
        #expect(!signed.isSigned(by: EventKey.make().publicKey))
    }

    @Test("other bytes under the same signature are not believed")
    func otherBytes() {
        let signed = SignedWithdrawalNotice(notice: notice, noticeBytes: [1, 2, 3], key: key)
        let changed = SignedWithdrawalNotice(
            notice: notice, noticeBytes: [1, 2, 4], signature: signed.signature)
        #expect(!changed.isSigned(by: key.publicKey))
        let unsigned = SignedWithdrawalNotice(
            notice: notice, noticeBytes: signed.noticeBytes, signature: [])
        #expect(!unsigned.isSigned(by: key.publicKey))
    }

    @Test("a signature over the same bytes as a card does not count for a notice")
    func domains() {
        let bytes: [UInt8] = [1, 2, 3]
        let card = key.sign(Digest.sha256(of: [Array("accord/card/v1\0".utf8), bytes]))
        let signed = SignedWithdrawalNotice(notice: notice, noticeBytes: bytes, signature: card)
        #expect(!signed.isSigned(by: key.publicKey))
    }
}
