public import CareRecord

/// What its signer says when it withdraws streams from a site (`sync.md` §4).
public struct WithdrawalNotice: Sendable, Hashable {
    /// The most streams in one notice; a longer withdrawal takes several.
    public static let streamsMax = 10_000

    /// The writer whose event key signs the notice; its site withdrew the streams.
    public var signer: Replica
    /// Names the notice; its receivers answer under it.
    public var id: NoticeID
    /// The version of the signer's policy that the withdrawal made, at most 2^63 − 1.
    public var policyVersion: UInt64
    /// The site that the streams are withdrawn from, which need not be the one that reads this.
    public var receiver: SiteID
    /// What is to become of them there.
    public var mode: Mode
    /// When it was withdrawn, by the signer's hybrid clock.
    public var time: HybridTime
    /// Ascending, 1 to `streamsMax`.
    public var streams: [StreamID]

    /// Creates a notice from its parts.
    public init(
        signer: Replica, id: NoticeID, policyVersion: UInt64, receiver: SiteID, mode: Mode,
        time: HybridTime, streams: [StreamID]
    ) {
        self.signer = signer
        self.id = id
        self.policyVersion = policyVersion
        self.receiver = receiver
        self.mode = mode
        self.time = time
        self.streams = streams
    }

    /// What a receiver does with the events of a withdrawn stream; the code travels.
    public enum Mode: UInt32, Sendable, Hashable, CaseIterable {
        /// Keeps them where nobody can read them.
        case seal = 1
        /// Destroys their values.
        case erase = 2
    }
}

/// A withdrawal notice with the bytes that were signed, so that it can be passed on as it came.
public struct SignedWithdrawalNotice: Sendable, Hashable {
    /// The decoded notice.
    public let notice: WithdrawalNotice
    /// The notice as its signer serialised it; never re-encoded.
    public let noticeBytes: [UInt8]
    /// 64 bytes by the event key of `notice.signer`.
    public let signature: [UInt8]

    /// Assembles a notice as received; nothing is checked yet.
    public init(notice: WithdrawalNotice, noticeBytes: [UInt8], signature: [UInt8]) {
        self.notice = notice
        self.noticeBytes = noticeBytes
        self.signature = signature
    }

    /// Signs a serialised notice.
    public init(notice: WithdrawalNotice, noticeBytes: [UInt8], key: EventKey) {
        self.init(
            notice: notice, noticeBytes: noticeBytes,
            signature: key.sign(Self.digest(of: noticeBytes)))
    }

    /// Whether the key signed the notice.
    ///
    /// - Parameter key: the event key that a believed card gives for `notice.signer`; with any
    ///   other key the answer says nothing of who withdrew.
    public func isSigned(by key: EventPublicKey) -> Bool {
        key.isValid(signature: signature, over: Self.digest(of: noticeBytes))
    }

    private static func digest(of noticeBytes: [UInt8]) -> [UInt8] {
        Digest.sha256(of: [Array("accord/withdrawal/v1\0".utf8), noticeBytes])
    }
}
