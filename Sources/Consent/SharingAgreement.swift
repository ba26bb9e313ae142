public import CareRecord

/// Which compartments of whose records may go to one peer, for which purpose (`sync.md` §4).
public struct SharingAgreement: Sendable, Hashable {
    /// The peer that receives.
    public var peer: SiteID
    /// What it may have, ascending; identity travels with any other and need not be listed.
    public var compartments: [Compartment]
    /// Purpose of use (HL7 v3-PurposeOfUse), such as `TREAT`.
    public var purpose: String
    /// Whose records.
    public var scope: Scope

    /// Creates an agreement.
    public init(peer: SiteID, compartments: [Compartment], purpose: String, scope: Scope) {
        self.peer = peer
        self.compartments = compartments.sorted()
        self.purpose = purpose
        self.scope = scope
    }

    /// Whose records an agreement covers.
    public enum Scope: String, Sendable, CaseIterable {
        /// Patients that this site registered itself.
        case registered
        /// Every patient that this site holds, also by relay.
        case all
    }
}

/// A stream with what a disclosure decision must know of it.
public struct StreamFacts: Sendable, Hashable {
    /// The stream.
    public var stream: StreamID
    /// The site that registered its patient, or whose directory it is.
    public var home: SiteID

    /// Pairs a stream with its home.
    public init(stream: StreamID, home: SiteID) {
        self.stream = stream
        self.home = home
    }
}

/// Whether a stream may go to a peer, and why.
public enum DisclosureDecision: Sendable, Hashable {
    /// The agreement covers it.
    case permitted
    /// The stream's kind never leaves this node.
    case notForwardable
    /// The agreement does not cover the compartment.
    case otherCompartment
    /// The agreement does not cover the patient.
    case otherPatient

    /// Decides about one stream under one agreement.
    ///
    /// A directory goes to whoever receives anything of its site, so it is permitted here and
    /// materialised together with the first such stream.
    public static func decide(
        _ facts: StreamFacts, under agreement: SharingAgreement, ownSite: SiteID
    ) -> DisclosureDecision {
        guard facts.stream.isForwardable else { return .notForwardable }
        switch facts.stream {
        case .patient(_, let compartment):
            // Identity travels with any other compartment, and with nothing if there is none.
            let isCovered =
                agreement.compartments.contains(compartment)
                || compartment == .identity && !agreement.compartments.isEmpty
            guard isCovered else { return .otherCompartment }
            return covers(facts.home, agreement, ownSite) ? .permitted : .otherPatient
        case .directory:
            return covers(facts.home, agreement, ownSite) ? .permitted : .otherPatient
        case .link, .local, .unknown:
            return .notForwardable
        }
    }

    private static func covers(
        _ home: SiteID, _ agreement: SharingAgreement, _ ownSite: SiteID
    ) -> Bool {
        // A peer's own patients never need an agreement of ours to come back to it.
        agreement.scope == .all || home == ownSite || home == agreement.peer
    }
}
