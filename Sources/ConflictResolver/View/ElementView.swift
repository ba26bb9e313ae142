public import CareRecord

/// One element as its heads leave it.
public struct ElementView: Sendable, Hashable {
    /// The element.
    public let element: PartElement
    /// Its values in display order; heads with equal values are one.
    public let siblings: [Sibling]
    /// What has to happen; class A while there is one value.
    public let conflictClass: ConflictClass
    /// Whether a stop or hold meets a continue: no status is to be acted on.
    public let isDisputedStop: Bool

    /// One value with everybody who wrote it.
    public struct Sibling: Sendable, Hashable {
        /// What it says.
        public let content: HeadContent
        /// The changes that say it, the latest first.
        public let heads: [HeadName]
    }

    /// Whether no value may be shown as the one that holds (`merge.md` §10).
    public var isDisputed: Bool { conflictClass >= .human }

    /// The value that is shown plainly; `nil` if it is disputed.
    public var shown: HeadContent? { isDisputed ? nil : siblings.first?.content }
}

/// The resource, or an entity inside it, as its heads leave it.
public struct PartView: Sendable, Hashable {
    /// Which one.
    public let part: Part
    /// Whether it is there.
    public let presence: Presence
    /// Its elements, ascending by facet; `existence` is told by ``presence``.
    public let elements: [ElementView]

    /// Whether a part is there.
    public enum Presence: Sendable, Hashable {
        /// It is.
        case present
        /// It ended, or moved elsewhere.
        case ended
        /// It was entered in error: struck through, still readable.
        case retracted
        /// To some it is there, to others not; it is shown.
        case disputed
    }

    /// One of its elements, if it has a head.
    public func element(_ facet: Facet) -> ElementView? {
        elements.first { $0.element.facet == facet }
    }
}
