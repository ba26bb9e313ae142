import ProgramSupport
import Signing
import Testing

@testable import AuditTrail

@Suite struct SignedHeadTests {
    static let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="

    @Test("the head of the format's document is read and written as it stands there")
    func documented() throws {
        let text = bytes("example.com/behind-the-sofa\n20852163\n\(Self.root)\n")
        let note =
            text
            + bytes(
                "\n— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4UR"
                    + "YN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n— witness.example.com/w1 jWbPPwAAAABk"
                    + "GFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mb"
                    + "IUBkBIfZ+qnA==\n")
        let head = try SignedHead(encoded: note)
        #expect(head.head.origin == "example.com/behind-the-sofa")
        #expect(head.head.size == 20_852_163)
        #expect(head.head.text == text)
        #expect(head.encoded == note)
        #expect(head.note.signatures[1].cosignedSeconds == 1_679_315_147)
        #expect(
            NoteKey.cosigned(text, seconds: 1_679_315_147)
                == bytes("cosignature/v1\ntime 1679315147\n") + text)
    }

    @Test(
        "what is not three lines of a head is refused",
        arguments: [
            "", "\n", "o\n1\n", "o\n1\n\(root)", "\n1\n\(root)\n", "o\n\n\(root)\n",
            "o\n01\n\(root)\n",
            "o\n-1\n\(root)\n", "o\n1\n\(root)\n\n", "o\n1\n\(root)\nextension\n",
            "o o\n1\n\(root)\n",
            "o+o\n1\n\(root)\n", "o\n1\nAAAA\n", "o\n1\n\(root)A\n",
            "o\n9223372036854775808\n\(root)\n",
            "o\n1 \n\(root)\n", "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n",
        ])
    func malformed(text: String) {
        #expect(throws: LogRefusal.badHead) { try LogHead(text: bytes(text)) }
    }

    @Test("only cosignatures of known witnesses that hold are taken from an answer, each once")
    func answers() throws {
        let log = SampleLog(count: 3, headSizes: [3])
        var head = SampleLog.head(log.entries[...])
        let good = SampleLog.witnesses.map { $0.cosign(head.note.text, seconds: 9) }
        let stranger = SampleLog.signer("east.example/accord/witness", .witness)
        let bad = SampleLog.witnesses[1].cosign(bytes("other\n"), seconds: 9)
        let answer = [stranger.cosign(head.note.text, seconds: 9), bad, good[0], good[0]]
        #expect(head.add(answer, of: SampleLog.keys.witnesses) == [SampleLog.witnesses[0].key])
        #expect(head.note.signatures.count == 2)
        #expect(head.add(answer, of: SampleLog.keys.witnesses) == [SampleLog.witnesses[0].key])
        #expect(head.note.signatures.count == 2)
        #expect(try SignedHead(encoded: head.encoded) == head)
    }

    @Test("a proof file carries an entry to whoever knows the keys")
    func proofs() throws {
        let log = SampleLog(count: 300, headSizes: [300])
        let store = TileStore(log.entries)
        for index in [0, 1, 255, 256, 299] {
            var tiles = MerkleTiles(size: 300, tiles: store.read)
            let proof = EntryProof(
                entry: log.entries[index], index: UInt64(index),
                hashes: try tiles.inclusionProof(of: UInt64(index)), head: log.heads[0])
            let read = try EntryProof(encoded: proof.encoded)
            #expect(read == proof)
            let keys = SampleLog.keys.log + SampleLog.keys.witnesses
            #expect(try read.verify(keys: keys) == SampleLog.keys.witnesses)
            #expect(try read.verify(keys: SampleLog.keys.log).isEmpty)
            #expect(throws: LogRefusal.notSigned) {
                try read.verify(keys: [SampleLog.otherLog.key])
            }
            #expect(throws: LogRefusal.notSigned) {
                try read.verify(keys: SampleLog.keys.witnesses)
            }
            #expect(throws: LogRefusal.badProof) { try read.verify(entry: [1], keys: keys) }
            var altered = proof
            altered.index ^= 1
            #expect(throws: LogRefusal.badProof) { try altered.verify(keys: keys) }
            altered = proof
            altered.entry = nil
            #expect(try EntryProof(encoded: altered.encoded) == altered)
            #expect(throws: LogRefusal.badProof) { try altered.verify(keys: keys) }
            #expect(try altered.verify(entry: log.entries[index], keys: keys).count == 2)
        }
    }

    @Test("the second verifier believes a proof file, and no other entry or key")
    func secondVerifier() throws {
        let log = SampleLog(count: 300, headSizes: [300])
        var tiles = MerkleTiles(size: 300, tiles: TileStore(log.entries).read)
        let proof = EntryProof(
            entry: log.entries[77], index: 77, hashes: try tiles.inclusionProof(of: 77),
            head: log.heads[0])
        func check(_ proof: EntryProof, _ keys: LogKeys) throws -> SecondVerifier.Outcome {
            try SecondVerifier.withFile(proof.encoded) { file in
                try SecondVerifier.withFile(keys.encoded) { keys in
                    try SecondVerifier.run(
                        [file, "--keys", keys], script: "verify_audit_proof.py")
                }
            }
        }
        let good = try check(proof, SampleLog.keys)
        #expect(good.exitCode == 0)
        #expect(
            good.lines == [
                "intact index=77 size=300 witnesses=2",
                String(decoding: log.entries[77], as: UTF8.self),
            ])
        let stranger = try check(proof, SampleLog.keys(log: SampleLog.otherLog))
        #expect(stranger.exitCode == 1 && stranger.lines == ["evidence refusal=not-signed"])
        var altered = proof
        altered.entry = log.entries[78]
        let other = try check(altered, SampleLog.keys)
        #expect(other.exitCode == 1 && other.lines == ["evidence refusal=bad-proof"])
    }

    @Test(
        "what is not a proof file is refused for what it breaks",
        arguments: [
            ("", LogRefusal.badRequest),
            ("c2sp.org/tlog-proof@v2\nindex 1\n\n", .badRequest),
            ("c2sp.org/tlog-proof@v1\n", .badRequest),
            ("c2sp.org/tlog-proof@v1\nindex 01\n\n", .badRequest),
            ("c2sp.org/tlog-proof@v1\nindex 1\n", .badRequest),
            ("c2sp.org/tlog-proof@v1\nextra A\nindex 1\n\n", .badRequest),
            ("c2sp.org/tlog-proof@v1\nextra AAAA\n", .badRequest),
            ("c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\n", .badHash),
            ("c2sp.org/tlog-proof@v1\nindex 1\n\n", .noSignatures),
            ("c2sp.org/tlog-proof@v1\nindex 1\n\no\n1\n\n— a AAAAAAA=\n", .badHead),
        ])
    func malformedProofs(text: String, refusal: LogRefusal) {
        #expect(throws: refusal) { try EntryProof(encoded: bytes(text)) }
    }
}
