public import CareRecord
import Signing

/// Heads that a person should look at, or must decide between.
public struct Conflict: Sendable, Hashable {
    /// What it is about.
    public let element: PartElement
    /// What met.
    public let kind: Kind
    /// What has to happen.
    public let conflictClass: ConflictClass
    /// The changes that met, ascending.
    public let heads: [HeadName]

    /// What met.
    public enum Kind: UInt8, Sendable, Hashable, CaseIterable {
        /// Several values of one element.
        case siblings = 1
        /// A stop or hold and a continue.
        case disputedStop = 2
        /// An ending or retraction, and somebody to whom it is there.
        case presence = 3
        /// An ending, and a change that it was not made in sight of.
        case changedBesideEnding = 4
        /// The ending of a plan, and an activity that it was not made in sight of.
        case activityOfEndedPlan = 5
        /// Two sites' targets for one measure of a goal.
        case targetsOfOneMeasure = 6
        /// A PUT left out what is there.
        case omitted = 7
        /// Whole versions whose entities carry no ids and differ.
        case unmatched = 8

        /// The name that travels and is logged.
        public var code: String {
            switch self {
            case .siblings: "siblings"
            case .disputedStop: "disputed-stop"
            case .presence: "presence"
            case .changedBesideEnding: "changed-beside-ending"
            case .activityOfEndedPlan: "activity-of-ended-plan"
            case .targetsOfOneMeasure: "targets-of-one-measure"
            case .omitted: "omitted"
            case .unmatched: "unmatched"
            }
        }
    }

    /// A name that is the same at every site for the same heads of the same element: a UUID of
    /// version 8 (RFC 9562 §5.8) from SHA-256.
    public var id: EntityID {
        var bytes = Array("accord/conflict/v1\n\(element.part.kind)\n\(element.facet.name)\n".utf8)
        bytes += element.part.entity.bytes + (element.part.holder?.bytes ?? []) + [kind.rawValue]
        for head in heads { bytes += head.bytes }
        return EntityID(hash: Digest.sha256(bytes))
    }
}

extension Conflict: Comparable {
    /// The most demanding first; then by element, kind and heads.
    public static func < (left: Conflict, right: Conflict) -> Bool {
        if left.conflictClass != right.conflictClass {
            return left.conflictClass > right.conflictClass
        }
        if left.element != right.element { return left.element < right.element }
        if left.kind != right.kind { return left.kind.rawValue < right.kind.rawValue }
        return left.heads.lexicographicallyPrecedes(right.heads)
    }
}

extension HeadName {
    /// The event's id and the change's index, big-endian: 36 bytes.
    var bytes: [UInt8] {
        event.bytes + (0..<4).map { UInt8(truncatingIfNeeded: index >> (24 - 8 * UInt32($0))) }
    }
}

extension EntityID {
    /// A UUID of version 8 (RFC 9562 §5.8) from the first 16 bytes of a hash.
    init(hash: [UInt8]) {
        let bits = Bits128(bytes: hash.prefix(16)) ?? Bits128(high: 0, low: 0)
        self.init(
            Bits128(
                high: bits.high & 0xFFFF_FFFF_FFFF_0FFF | 0x8000,
                low: bits.low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000))
    }
}
