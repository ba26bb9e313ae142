import AuditTrail
import Signing

/// Names, keys and a log that the vectors of the audit log are made of.
enum AuditSample {
    static let origin = "one.example/accord/audit/0102030405060708"
    static let log = signer(origin, .log)
    static let otherLog = signer(origin, .log, seed: "another log key")
    static let witnesses = ["two.example/accord/witness", "three.example/accord/witness"].map {
        signer($0, .witness)
    }

    /// A signer that anybody can make again: its seed is SHA-256 over a sentence.
    static func signer(_ name: String, _ job: NoteKey.Job, seed: String? = nil) -> NoteSigner {
        let digest = Digest.sha256(Array("accord vectors, \(seed ?? name)".utf8))
        guard let secret = EventKey(rawBytes: digest),
            let signer = NoteSigner(name: name, job: job, secret: secret)
        else { preconditionFailure("32 bytes are a key") }
        return signer
    }

    /// A small entry whose members are those that every entry has.
    static func entry(_ sequence: Int, kind: String = "start") -> [UInt8] {
        Array(
            (#"{"seq":\#(sequence),"time":178000000000\#(sequence % 10),"clock":"synchronised","#
                + #""kind":"\#(kind)","outcome":"success","actor":{"id":"node","role":"system"},"#
                + #""software":"accord 0.0","boot":"b","salt":""#
                + String(repeating: "0f", count: 16) + #""}"#).utf8)
    }

    static func head(_ entries: some Collection<[UInt8]>, by signer: NoteSigner = log) -> SignedHead
    {
        var edge = MerkleEdge()
        for entry in entries { _ = edge.append(.leaf(of: entry)) }
        guard let head = LogHead(origin: origin, size: edge.size, root: edge.root) else {
            preconditionFailure("this is a head")
        }
        return SignedHead(head, signer: signer)
    }

    /// The hashes of a tile of level 0 that is not full.
    static func tiles(_ entries: [[UInt8]]) -> TileReader {
        { _ in entries.map { TreeHash.leaf(of: $0) } }
    }

    /// A note or list as bytes of a text.
    static func hex(_ text: String) -> JSON { .hex(text.utf8) }
}
