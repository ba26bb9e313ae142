import CareRecord
import Signing

/// Names a companion by what it is about: a hash over its kind, the resource, and elements with
/// heads.
struct CompanionID {
    /// An element with one of its heads.
    struct Subject: Hashable, Comparable {
        let element: PartElement
        let head: HeadName

        static func < (left: Subject, right: Subject) -> Bool {
            (left.element, left.head) < (right.element, right.head)
        }
    }

    /// - Parameters:
    ///   - subjects: in any order, none twice.
    ///   - conflict: what met, of a companion of a conflict.
    static func of(
        _ kind: Companion.Kind, of resource: Part, about subjects: [Subject],
        _ conflict: Conflict.Kind? = nil
    ) -> EntityID {
        var bytes = Array("accord/companion/v1\n".utf8) + [kind.rawValue, conflict?.rawValue ?? 0]
        append(resource, to: &bytes)
        for subject in subjects.sorted() {
            append(subject.element.part, to: &bytes)
            append(subject.element.facet.name, to: &bytes)
            bytes += subject.head.bytes
        }
        return EntityID(hash: Digest.sha256(bytes))
    }

    private static func append(_ part: Part, to bytes: inout [UInt8]) {
        append(part.kind, to: &bytes)
        bytes += part.entity.bytes + [part.holder == nil ? 0 : 1] + (part.holder?.bytes ?? [])
    }

    /// A text behind its length in bytes, so that none runs into the next.
    private static func append(_ text: String, to bytes: inout [UInt8]) {
        let text = Array(text.utf8)
        bytes += (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (56 - 8 * $0)) } + text
    }
}
