import CareRecord
import Signing

/// One resource as computed from its changes: a pure function of them and of the rule tables.
public struct ResourceView: Sendable, Hashable {
    /// The resource, then the entities inside it, each behind what holds it, in the order in which
    /// they first appeared.
    public let parts: [PartView]
    /// What a person should look at or must decide, the most demanding first, then by element.
    public let conflicts: [Conflict]

    /// The resource itself.
    public var root: PartView { parts[0] }

    /// Whether all of it was entered in error, and nobody's word stands against that: what a retraction
    /// was not made in sight of keeps the resource in view (`merge.md` §2.2, DELETE).
    public var isRetracted: Bool {
        root.presence == .retracted
            && !conflicts.contains { conflict in
                conflict.element.part == root.part
                    && (conflict.kind == .presence || conflict.kind == .changedBesideEnding)
            }
    }

    /// A part, if it has a head.
    public func part(_ part: Part) -> PartView? { parts.first { $0.part == part } }

    /// 32 bytes over all that is shown: equal at every site that holds the same changes (S14).
    public var digest: [UInt8] {
        var bytes: [UInt8] = []
        for view in parts {
            bytes += Array("part \(view.part.kind) \(view.part.entity) \(view.presence)\n".utf8)
            for element in view.elements {
                let letter = element.conflictClass.letter
                bytes += Array(" \(element.element.facet) \(letter)\n".utf8)
                for sibling in element.siblings {
                    bytes += Array("  \(sibling.content.text)\n".utf8)
                    for head in sibling.heads { bytes += head.bytes }
                }
            }
        }
        for conflict in conflicts {
            bytes += conflict.id.bytes + [conflict.conflictClass.rawValue]
        }
        return Digest.sha256(bytes)
    }
}

extension HeadContent {
    /// The content for a digest: its kind and its bytes.
    fileprivate var text: String {
        switch self {
        case .value(let bytes): "value \(String(decoding: bytes, as: UTF8.self))"
        case .opaque(let bytes): "opaque \(bytes)"
        case .present: "present"
        case .ended: "ended"
        case .retracted: "retracted"
        case .onItsWay: "on-its-way"
        case .erased: "erased"
        }
    }
}
