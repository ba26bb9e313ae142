public import CareRecord

/// What a node's officers agreed and withdrew, in the order in which they did.
public struct ModelPolicy: Sendable {
    /// Whose records an agreement covers.
    public enum Scope: String, Sendable {
        case all
        case registered
        case relationship
        case onRequest = "on-request"
        case list
    }

    /// One agreement.
    public struct Agreement: Sendable {
        /// Who receives.
        public let peer: SiteID
        /// What.
        public let compartments: [Compartment]
        /// Whose.
        public let scope: Scope
        /// Whether what the peer wrote itself counts.
        public let isAttested: Bool
        /// When it was made, among all acts of the node's officers.
        public let order: Int
        /// Patients on its list, or asked for under it, each until a time or for ever.
        public var patients: [(patient: PatientID, until: Int64?)] = []
    }

    /// One withdrawal.
    public struct Withdrawal: Sendable {
        /// From whom.
        public let peer: SiteID
        /// What; everything if empty.
        public let compartments: [Compartment]
        /// Whose; everybody's if `nil`.
        public let patient: PatientID?
        /// When it was made, among all acts of the node's officers.
        public let order: Int
    }

    /// In the order in which they were made.
    public private(set) var agreements: [Agreement] = []
    /// In the order in which they were made.
    public private(set) var withdrawals: [Withdrawal] = []
    /// How records name the organisation of each peer.
    public private(set) var organisations: [(peer: SiteID, name: String)] = []
    private var acts = 0

    /// A node without agreements.
    public init() {}

    /// An officer makes an agreement.
    public mutating func grant(
        _ compartments: [Compartment], _ scope: Scope, to peer: SiteID, isAttested: Bool,
        patients: [PatientID], organisations names: [String]
    ) {
        acts += 1
        agreements.append(
            Agreement(
                peer: peer, compartments: compartments, scope: scope, isAttested: isAttested,
                order: acts, patients: patients.map { ($0, nil) }))
        organisations += names.map { (peer, $0) }
    }

    /// An officer withdraws.
    public mutating func withdraw(
        _ compartments: [Compartment], of patient: PatientID?, from peer: SiteID
    ) {
        acts += 1
        withdrawals.append(
            Withdrawal(peer: peer, compartments: compartments, patient: patient, order: acts))
    }

    /// An ask of a peer is granted under its newest agreement for that.
    ///
    /// - Returns: whether there is one.
    public mutating func grantAsk(
        of patient: PatientID, by peer: SiteID, until: Int64
    ) -> Bool {
        let newest = agreements.indices.last {
            agreements[$0].peer == peer && agreements[$0].scope == .onRequest
        }
        guard let newest else { return false }
        agreements[newest].patients.append((patient, until))
        return true
    }

    /// Whether an agreement was withdrawn for a stream after it was made.
    func isWithdrawn(_ agreement: Agreement, for stream: StreamID) -> Bool {
        withdrawals.contains { withdrawal in
            withdrawal.peer == agreement.peer && withdrawal.order > agreement.order
                && Self.matches(withdrawal, stream)
        }
    }

    private static func matches(_ withdrawal: Withdrawal, _ stream: StreamID) -> Bool {
        switch stream {
        case .patient(let patient, let compartment):
            if let subject = withdrawal.patient, subject != patient { return false }
            return withdrawal.compartments.isEmpty || withdrawal.compartments.contains(compartment)
        default:
            return withdrawal.patient == nil && withdrawal.compartments.isEmpty
        }
    }
}
