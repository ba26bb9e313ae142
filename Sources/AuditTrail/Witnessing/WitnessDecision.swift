public import Signing

/// What a witness remembers of an origin: the head that it cosigned last.
public struct WitnessedLog: Sendable, Hashable {
    /// The keys that may sign for the origin; their name is the origin.
    public var keys: [NoteKey]
    /// The size cosigned last; 0 if none was.
    public var size: UInt64
    /// The root at that size; of the empty tree if none was cosigned.
    public var root: TreeHash

    /// Describes an origin from whose log nothing was cosigned yet.
    public init(keys: [NoteKey]) {
        self.init(keys: keys, size: 0, root: .empty)
    }

    /// Describes an origin from what is stored.
    public init(keys: [NoteKey], size: UInt64, root: TreeHash) {
        self.keys = keys
        self.size = size
        self.root = root
    }
}

/// What a witness makes of a request.
///
/// **The witness stores before it answers**: what `known` read and what `store` says belong into
/// one transaction, and only when that is durable may the answer leave. Two requests that overlap
/// would otherwise let the log go back.
public struct WitnessDecision: Sendable, Hashable {
    /// What to answer.
    public let answer: WitnessAnswer
    /// What to store in place of what was known, before the answer leaves; `nil`: nothing.
    public let store: SignedHead?
    /// A head that the log's key signed and that contradicts the one cosigned last: evidence
    /// against the log, to be kept beside it and reported.
    public let evidence: SignedHead?

    private init(_ answer: WitnessAnswer, store: SignedHead? = nil, evidence: SignedHead? = nil) {
        self.answer = answer
        self.store = store
        self.evidence = evidence
    }

    private static func refused(_ refusal: WitnessAnswer.Refusal) -> WitnessDecision {
        WitnessDecision(.refused(refusal))
    }

    /// Decides about the body of a request, in the order of C2SP tlog-witness; a root that differs
    /// at the same size is inconsistent (422), so that each 409 carries a size to go on from.
    ///
    /// - Parameters:
    ///   - body: the request as it came.
    ///   - signer: the witness's own key.
    ///   - seconds: since 1970 UTC, by the witness's clock.
    ///   - known: what is stored of an origin; `nil` for an origin that is not witnessed here.
    /// - Throws: only what `known` throws.
    public static func decide<Failure: Error>(
        _ body: [UInt8], signer: NoteSigner, seconds: UInt64,
        known: (_ origin: String) throws(Failure) -> WitnessedLog?
    ) throws(Failure) -> WitnessDecision {
        let request: WitnessRequest
        do throws(LogRefusal) {
            request = try WitnessRequest(encoded: body)
        } catch {
            return refused(.malformed)
        }
        guard let log = try known(request.head.head.origin) else { return refused(.unknownOrigin) }
        return decide(request, log: log, signer: signer, seconds: seconds)
    }

    private static func decide(
        _ request: WitnessRequest, log: WitnessedLog, signer: NoteSigner, seconds: UInt64
    ) -> WitnessDecision {
        let signed = request.head
        do throws(LogRefusal) {
            let logKeys = log.keys.filter { $0.job == .log && $0.name == signed.head.origin }
            _ = try signed.note.signers(among: logKeys)
        } catch {
            return refused(.notSigned)
        }
        guard request.oldSize <= signed.head.size else { return refused(.malformed) }
        guard request.oldSize == log.size else { return WitnessDecision(.newestSize(log.size)) }
        guard signed.head.size > 0 || signed.head.root == .empty,
            MerkleProof.isConsistent(
                oldSize: log.size, oldRoot: log.root, newSize: signed.head.size,
                newRoot: signed.head.root, proof: request.proof)
        else { return WitnessDecision(.refused(.inconsistent), evidence: signed) }
        let cosignature = signer.cosign(signed.note.text, seconds: seconds)
        var stored = signed
        stored.add([cosignature], of: [signer.key])
        return WitnessDecision(.cosigned([cosignature]), store: stored)
    }
}
