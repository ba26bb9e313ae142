import AuditTrail
import CareRecord
import Foundation
import PeerTransport
import RecordStore
import Signing
import WireFormat

/// Who a node is: its site, incarnation and keys, one file each (`security.md` §3).
struct NodeIdentity: Sendable {
    let replica: Replica
    let eventKey: EventKey
    let auditKey: EventKey
    let witnessKey: EventKey
    let pseudonymKey: [UInt8]
    var tls: TLSIdentity

    private static let replicaFile = "replica"
    private static let eventFile = "event.key"
    private static let auditFile = "audit.key"
    private static let witnessFile = "witness.key"
    private static let pseudonymFile = "pseudonym.key"
    private static let tlsKeyFile = "tls.key.pem"
    private static let tlsCertificateFile = "tls.cert.pem"

    /// Makes the keys of a new site and writes their files, but for the one that makes the site:
    /// what was interrupted before `writeReplica` can be run again.
    static func make(siteName: String, files: NodeFiles) throws -> NodeIdentity {
        guard !files.hasKey(replicaFile) else {
            throw NodeFailure(
                .alreadyInitialised, "The data directory \(files.directory) holds a site already.",
                next: "Use another data directory; a site is made once.")
        }
        guard !files.hasDatabase else {
            throw NodeFailure(
                .damaged,
                "The data directory \(files.directory) holds a database without its keys.",
                next: "Put its keys back, or use another data directory.")
        }
        try files.makeDirectories()
        let eventKey = EventKey.make()
        var generator = SystemRandomNumberGenerator()
        let replica = Replica(
            site: eventKey.publicKey.siteID, incarnation: Incarnation(generator.next()))
        let identity = NodeIdentity(
            replica: replica, eventKey: eventKey, auditKey: .make(), witnessKey: .make(),
            pseudonymKey: RandomBytes.make(32),
            tls: try .make(commonName: replica.site.description, nowSeconds: WallTime.seconds()))
        try files.writeKey(eventFile, identity.eventKey.rawBytes)
        try files.writeKey(auditFile, identity.auditKey.rawBytes)
        try files.writeKey(witnessFile, identity.witnessKey.rawBytes)
        try files.writeKey(pseudonymFile, identity.pseudonymKey)
        try identity.writeTLS(to: files)
        return identity
    }

    /// Makes the site: from now on its keys are never made anew.
    func writeReplica(to files: NodeFiles) throws {
        try files.writeKey(Self.replicaFile, replica.bytes)
    }

    /// Whether the keys of a site are complete.
    static func isMade(_ files: NodeFiles) -> Bool { files.hasKey(replicaFile) }

    /// Reads the keys of the site; renews the TLS certificate once it is 60 days old.
    static func load(_ files: NodeFiles) throws -> NodeIdentity {
        let pseudonymKey = try files.readKey(pseudonymFile)
        guard let replica = Replica(bytes: try files.readKey(replicaFile)),
            let eventKey = EventKey(rawBytes: try files.readKey(eventFile)),
            let auditKey = EventKey(rawBytes: try files.readKey(auditFile)),
            let witnessKey = EventKey(rawBytes: try files.readKey(witnessFile)),
            pseudonymKey.count == 32, eventKey.publicKey.siteID == replica.site
        else {
            throw NodeFailure(
                .damaged, "A key file of \(files.directory) is damaged, or another site's.",
                next: "Put the copy back that was kept apart from the data.")
        }
        var identity = NodeIdentity(
            replica: replica, eventKey: eventKey, auditKey: auditKey, witnessKey: witnessKey,
            pseudonymKey: pseudonymKey,
            tls: try TLSIdentity(
                privateKeyPEM: String(decoding: try files.readKey(tlsKeyFile), as: UTF8.self),
                certificatePEM: String(
                    decoding: try files.readKey(tlsCertificateFile), as: UTF8.self)))
        if identity.tls.needsRenewal(nowSeconds: WallTime.seconds()) {
            identity.tls = try identity.tls.renewed(nowSeconds: WallTime.seconds())
            try identity.writeTLS(to: files)
        }
        return identity
    }

    /// The node card of today: signed by the event key.
    func card(name: String, postalAddress: String, endpoints: [String]) -> SignedNodeCard {
        let now = WallTime.milliseconds()
        let year: Int64 = 366 * 86_400_000
        let card = NodeCard(
            replica: replica, name: name, postalAddress: postalAddress,
            eventKey: eventKey.publicKey, auditKey: auditKey.publicKey.rawBytes,
            witnessKey: witnessKey.publicKey.rawBytes,
            tlsFingerprints: [tls.fingerprint.bytes], endpoints: endpoints,
            validFromMilliseconds: now, validUntilMilliseconds: now + year,
            predecessorEventKey: nil)
        return SignedNodeCard(
            card: card, cardBytes: card.encoded(), key: eventKey, predecessor: nil)
    }

    /// What the store needs of the identity.
    func storeIdentity(
        software: String, bootID: String?, clock: NodeClock
    ) -> StoreIdentity {
        StoreIdentity(
            replica: replica, eventKey: eventKey, auditKey: auditKey, witnessKey: witnessKey,
            auditEncoder: AuditEntryEncoder(
                software: software, boot: bootID ?? Self.machineBootID, pseudonymKey: pseudonymKey),
            now: { clock.milliseconds() }, clockTrust: { clock.trust },
            clockLife: { clock.life })
    }

    private func writeTLS(to files: NodeFiles) throws {
        try files.writeKey(Self.tlsKeyFile, Array(tls.privateKeyPEM.utf8))
        try files.writeKey(Self.tlsCertificateFile, Array(tls.certificatePEM.utf8))
    }

    /// The machine's boot id, as Linux tells it.
    private static var machineBootID: String {
        guard let data = FileManager.default.contents(atPath: "/proc/sys/kernel/random/boot_id")
        else { return "unknown" }
        return String(decoding: data, as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
