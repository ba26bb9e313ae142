package import CareRecord
package import RecordStore
package import WireFormat

/// What only the shell knows of a hello.
package struct HelloFacts: Sendable {
    /// The protocol versions that this node speaks.
    package var protocolRange: ProtocolRange
    /// This node's clock.
    package var time: HybridTime
    /// 16 bytes.
    package var sessionToken: [UInt8]
    /// Sites whose events this node receives directly now, ascending.
    package var directSites: [SiteID]

    /// Gathers the facts.
    package init(
        protocolRange: ProtocolRange, time: HybridTime, sessionToken: [UInt8],
        directSites: [SiteID]
    ) {
        self.protocolRange = protocolRange
        self.time = time
        self.sessionToken = sessionToken
        self.directSites = directSites
    }
}

extension PeerStore {
    /// This node's hello to the peer, and what the store knew for it.
    package func greeting(
        _ facts: HelloFacts
    ) async throws -> (hello: Hello, state: GreetingState) {
        let state = try await store.greeting(for: peer)
        let hello = Hello(
            protocolMin: facts.protocolRange.min, protocolMax: facts.protocolRange.max,
            replica: store.replica, feed: state.feed, feedHead: state.head,
            feedHeadEvent: state.headEvent, shareVersion: state.shareVersion,
            shareDigest: state.shareDigest, time: facts.time, echo: state.echo,
            sessionToken: facts.sessionToken, directSites: facts.directSites,
            codecs: FrameCodec.allCases.map { UInt32($0.rawValue) })
        return (hello, state)
    }

    /// Keeps how far ahead the peer's clock is; more than two minutes is an alarm, never a reason
    /// to refuse (`sync.md` §7).
    ///
    /// - Parameter now: this node's clock, in milliseconds since 1970 UTC.
    /// - Returns: whether it is too far ahead.
    @discardableResult
    package func noteClock(of hello: Hello, now: Int64) async throws -> Bool {
        let lead = Int64(clamping: hello.time.milliseconds) - now
        let isSuspect = lead > Int64(HybridClock.remoteLeadMaxMilliseconds)
        try await store.noteClock(of: peer, aheadMilliseconds: isSuspect ? lead : nil)
        return isSuspect
    }
}
