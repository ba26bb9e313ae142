public import Signing

/// The body of `add-checkpoint` (C2SP tlog-witness): a larger head and the proof that the log only
/// grew since the one that the witness cosigned last.
public struct WitnessRequest: Sendable, Hashable {
    /// The size that the witness is believed to have cosigned last; 0 if none.
    public var oldSize: UInt64
    /// The consistency proof from there, at most 63 hashes.
    public var proof: [TreeHash]
    /// The head to cosign.
    public var head: SignedHead

    /// Puts a request together.
    public init(oldSize: UInt64, proof: [TreeHash], head: SignedHead) {
        self.oldSize = oldSize
        self.proof = proof
        self.head = head
    }

    /// Reads a request; nothing is believed yet.
    ///
    /// - Throws: `tooLong`, `badRequest`, `badHash`, or what the signed head throws: all of them
    ///   are answered with 400.
    public init(encoded: [UInt8]) throws(LogRefusal) {
        guard encoded.count <= LogLimits.requestBytesMax else { throw .tooLong }
        var lines = NoteLines(encoded)
        guard let size = lines.next()?.droppingPrefix("old ").flatMap(Decimal.value) else {
            throw .badRequest
        }
        oldSize = size
        proof = try lines.hashes()
        head = try SignedHead(encoded: lines.rest)
    }

    /// The body.
    public var encoded: [UInt8] {
        var bytes = Array("old \(oldSize)\n".utf8)
        for hash in proof { bytes += Base64.text(hash.bytes) + [UInt8(ascii: "\n")] }
        return bytes + [UInt8(ascii: "\n")] + head.encoded
    }
}

/// What a witness answers, over HTTP or inside a session.
public enum WitnessAnswer: Sendable, Hashable {
    /// 200: the cosignature lines.
    case cosigned([NoteSignature])
    /// 409: the size cosigned last, from which the log must prove.
    case newestSize(UInt64)
    /// 400, 403, 404 or 422.
    case refused(Refusal)

    /// Why a witness does not cosign.
    public enum Refusal: Int, Sendable, Hashable, CaseIterable {
        /// The body cannot be read, or its old size is above the head's.
        case malformed = 400
        /// The log's key did not sign the head.
        case notSigned = 403
        /// The witness does not know the origin.
        case unknownOrigin = 404
        /// The log did not only grow: the head contradicts the one cosigned last.
        case inconsistent = 422
    }

    /// The content type of a 409.
    public static let sizeType = "text/x.tlog.size"

    /// The status of HTTP.
    public var status: Int {
        switch self {
        case .cosigned: 200
        case .newestSize: 409
        case .refused(let refusal): refusal.rawValue
        }
    }

    /// The body that goes with the status; empty for a refusal.
    public var body: [UInt8] {
        switch self {
        case .cosigned(let lines): lines.flatMap(\.line)
        case .newestSize(let size): Array("\(size)\n".utf8)
        case .refused: []
        }
    }

    /// Reads an answer; `nil` for a status or a body that no witness gives.
    ///
    /// A body of a refusal is for people and is not read.
    public init?(status: Int, contentType: String?, body: [UInt8]) {
        switch status {
        case 200:
            guard body.count <= LogLimits.noteBytesMax, SignedNote.isText(body) else { return nil }
            do throws(LogRefusal) {
                self = .cosigned(try NoteSignature.lines(body[...]))
            } catch {
                return nil
            }
        case 409:
            guard contentType == Self.sizeType, body.last == UInt8(ascii: "\n"),
                let size = Decimal.value(of: body.dropLast())
            else { return nil }
            self = .newestSize(size)
        default:
            guard let refusal = Refusal(rawValue: status) else { return nil }
            self = .refused(refusal)
        }
    }
}
