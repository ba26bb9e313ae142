/// Checks the signed heads of a log among themselves; their roots are compared with the tree later.
struct HeadChecker {
    let keys: LogKeys

    struct Result {
        /// Every head, ascending by size.
        let all: [LogHead]
        /// The last of them.
        let newest: LogHead
        /// The known witnesses that cosigned it.
        let witnesses: [String]
    }

    /// Checks the file of all heads, and that its last note is the bundle's newest head.
    ///
    /// What is wrong with a head casts doubt on the entries behind the head before it.
    func check(_ file: [UInt8], checkpoint: [UInt8]) throws(LogFinding) -> Result {
        var all: [LogHead] = []
        var covered: UInt64 = 0
        var witnesses: [String] = []
        var lastNote: ArraySlice<UInt8> = []
        for note in LogBundle.notes(inHeadsFile: file) {
            covered = all.last?.size ?? 0
            guard let note else { throw LogFinding(.head, at: covered) }
            let signed = try read(note, covered: covered)
            guard signed.head.origin == keys.origin, signed.head.size > covered else {
                throw LogFinding(.head, at: covered)
            }
            witnesses = try checkSignatures(of: signed, covered: covered)
            all.append(signed.head)
            lastNote = note
        }
        guard let newest = all.last, lastNote == checkpoint[...] else {
            throw LogFinding(.head, at: covered)
        }
        return Result(all: all, newest: newest, witnesses: witnesses)
    }

    private func read(_ note: ArraySlice<UInt8>, covered: UInt64) throws(LogFinding) -> SignedHead {
        do throws(LogRefusal) {
            return try SignedHead(encoded: note)
        } catch {
            throw LogFinding(.head, at: covered)
        }
    }

    private func checkSignatures(
        of signed: SignedHead, covered: UInt64
    ) throws(LogFinding) -> [String] {
        do throws(LogRefusal) {
            _ = try signed.note.signers(among: keys.log)
        } catch {
            throw LogFinding(.signature, at: covered)
        }
        do throws(LogRefusal) {
            return try signed.note.signers(among: keys.witnesses).map(\.name)
        } catch {
            guard error == .notSigned else { throw LogFinding(.cosignature, at: covered) }
            return []
        }
    }
}
