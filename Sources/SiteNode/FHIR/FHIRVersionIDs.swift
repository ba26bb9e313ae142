import CareRecord
import ConflictResolver
import RecordStore
import Signing

/// Makes and reads version ids: local to this node, sealed, and equal for equal versions
/// (`interchange.md` §3).
///
/// An id is 12 bytes of HMAC-SHA-256 over the position in the change feed and what it was shown under,
/// then the position under a mask that follows from those 12 bytes: the construction of SIV (RFC 5297)
/// with HMAC in both places. Nobody else makes one, nor sees from one how much the node has accepted;
/// one of another node, resource, view or tables is none.
struct FHIRVersionIDs: Sendable {
    private static let tagBytes = 12

    private let sealKey: [UInt8]
    private let maskKey: [UInt8]
    private let replica: Replica

    /// - Parameters:
    ///   - secret: a key of the node, from which the keys of the ids follow.
    ///   - replica: the node's writer: after a restore all versions have other ids.
    init(secret: [UInt8], replica: Replica) {
        sealKey = Digest.hmac(key: secret, message: Array("accord/fhir/version/seal/v1".utf8))
        maskKey = Digest.hmac(key: secret, message: Array("accord/fhir/version/mask/v1".utf8))
        self.replica = replica
    }

    /// What a version is a version of, and as whom it was shown.
    struct Subject: Sendable, Hashable {
        /// The resource type.
        var type: String
        /// The entity.
        var entity: EntityID
        /// The reader's view.
        var access: AccessView
    }

    /// The id of a version, 40 lower-case hexadecimal digits.
    func id(of subject: Subject, at position: UInt64) -> String {
        let tag = tag(subject, position)
        return Hexadecimal.text(tag + masked(Self.bytes(position), tag))
    }

    /// The feed position that an id names; `nil` if it is not one of this subject.
    func position(of id: String, _ subject: Subject) -> UInt64? {
        guard let bytes = Hexadecimal.bytes(id.utf8), bytes.count == Self.tagBytes + 8 else {
            return nil
        }
        let tag = Array(bytes.prefix(Self.tagBytes))
        let position = masked(Array(bytes.dropFirst(Self.tagBytes)), tag)
            .reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return self.tag(subject, position) == tag ? position : nil
    }

    private func tag(_ subject: Subject, _ position: UInt64) -> [UInt8] {
        let tables = RuleTables.version
        let view = subject.access.bytes
        let message =
            replica.bytes + [UInt8(tables >> 8), UInt8(tables & 0xFF), UInt8(view.count)] + view
            + subject.entity.bytes + Self.bytes(position) + Array(subject.type.utf8)
        return Array(Digest.hmac(key: sealKey, message: message).prefix(Self.tagBytes))
    }

    private func masked(_ bytes: [UInt8], _ tag: [UInt8]) -> [UInt8] {
        zip(bytes, Digest.hmac(key: maskKey, message: tag)).map { $0 ^ $1 }
    }

    private static func bytes(_ position: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: position >> (56 - 8 * UInt64($0))) }
    }
}
