/// Something that must never be so was seen.
public struct SimulationFailure: Error, Sendable, CustomStringConvertible {
    /// Which property is broken.
    public let property: Property
    /// What was seen, with places and numbers.
    public let detail: String

    init(_ property: Property, _ detail: String) {
        self.property = property
        self.detail = detail
    }

    /// Property and detail.
    public var description: String { "\(property.rawValue): \(detail)" }

    /// What holds in every world.
    public enum Property: String, Sendable, CaseIterable {
        /// The simulation itself went wrong.
        case broken
        /// A store reported a failure.
        case storeFailed = "store-failed"
        /// A packet that was cut was read as a whole one.
        case cutPacketRead = "cut-packet-read"
        /// An event left without a permit at the commit of its disclosure.
        case leaked
        /// An event was disclosed or received without its audit entry.
        case unaudited
        /// A session gave a number to two deliveries.
        case renumbered
        /// A witness cosigned what it must not, or an honest log was refused or contradicted.
        case witness
        /// Two honest logs, joined, do not tell the same of a delivery.
        case joined
        /// What became of a delivery is not what the model says.
        case outcome
        /// A store holds other events than the model says.
        case held
        /// A vector covers what is not held, or not what is.
        case vector
        /// A feed position was used twice, or left out.
        case feed
        /// A cursor passed an event that nothing will send.
        case forgotten
        /// A share set is not what was agreed.
        case shareSet = "share-set"
        /// Heads of a resource are not what the model says.
        case heads
        /// After everything was healed, nodes are not in step.
        case notInStep = "not-in-step"
        /// After everything was healed, an entitled node lacks something.
        case missing
        /// After everything was healed, something still waits.
        case stillWaiting = "still-waiting"
        /// Nodes that hold the same show other content.
        case content
        /// State computed again from events is another than the state that was kept.
        case rebuilt
    }
}
