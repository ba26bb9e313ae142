import AuditTrail
import CareRecord
import RecordStore
import Signing

/// A program that may speak FHIR with the node, as an administrator registered it.
struct FHIRClient: Sendable, Hashable {
    /// What people call it; in the audit log beside whoever answers for it.
    var name: String
    /// SHA-256 of its token, 32 bytes.
    var tokenDigest: [UInt8]
    /// Whose acts these are: an opaque id of the site.
    var practitioner: String
    /// In what capacity.
    var role: String
    /// The name under which ids that it chooses are kept.
    var sourceSystem: String
    /// What it may see, and how.
    var access: AccessView

    /// Who acts when it asks.
    func actor(organisation: SiteID) -> AuditActor {
        AuditActor(
            id: practitioner, name: name, role: role, organisation: organisation.description,
            signInMethod: "token")
    }
}

/// The clients of a node, found by their tokens.
struct FHIRClients: Sendable {
    private let byDigest: [[UInt8]: FHIRClient]

    /// - Parameter clients: no two with one token.
    init(_ clients: [FHIRClient]) {
        byDigest = Dictionary(clients.map { ($0.tokenDigest, $0) }) { first, _ in first }
    }

    /// The client that an `Authorization` header names (RFC 6750 §2.1); `nil` for any other.
    ///
    /// Tokens are compared by their hash: how long that takes tells nothing of a token.
    func client(authorization: String?) -> FHIRClient? {
        guard let authorization else { return nil }
        let words = authorization.split(separator: " ", omittingEmptySubsequences: true)
        guard words.count == 2, words[0].lowercased() == "bearer" else { return nil }
        return byDigest[Digest.sha256(Array(words[1].utf8))]
    }
}
