import CareRecord
import Foundation
import Signing
import Testing
import WireFormat

@Suite("Vectors of digests, ids and signatures")
struct HashingVectors {
    @Test("every digest is the one its vector gives")
    func hashing() throws {
        try VectorFile.check(Self.hashingFile, named: "hashing", evaluate: Self.evaluate)
    }

    @Test("every signature is believed or not as its vector says")
    func signatures() throws {
        try VectorFile.check(Self.signatureFile, named: "ed25519") { input in
            guard let key = EventPublicKey(rawBytes: input["publicKey"].bytes) else {
                return ["refusal": "bad-length"]
            }
            let message = input["message"].bytes
            if input["secretKey"] != .null {
                let secret = try #require(EventKey(rawBytes: input["secretKey"].bytes))
                #expect(secret.publicKey == key)
                #expect(key.isValid(signature: secret.sign(message), over: message))
            }
            return [
                "isValid": .bool(key.isValid(signature: input["signature"].bytes, over: message))
            ]
        }
    }

    private static func evaluate(_ input: JSON) -> JSON {
        switch input["function"].text {
        case "sha256":
            return ["digest": .hex(Digest.sha256(input["message"].bytes))]
        case "hmac-sha256":
            let code = Digest.hmac(key: input["key"].bytes, message: input["message"].bytes)
            return ["code": .hex(code.prefix(input["bytes"].number ?? 32))]
        case "event-id":
            let salt = input["eventSalt"].bytes
            let values = input["values"].items.map(\.bytes)
            let salts = values.indices.map { EventHashing.valueSalt(eventSalt: salt, index: $0) }
            let leaves = zip(values, salts).map { value, salt in
                value.withUnsafeBytes { EventHashing.leaf(valueSalt: salt, value: $0) }
            }
            let id = EventHashing.eventID(
                headerBytes: input["header"].bytes, leaves: leaves.flatMap { $0 })
            return [
                "valueSalts": .list(salts.map { .hex($0) }),
                "leaves": .list(leaves.map { .hex($0) }),
                "id": .hex(id.bytes),
            ]
        case "share-set":
            var set = ShareSetSum()
            for name in input["inserted"].items { set.insert(name.bytes) }
            for name in input["removed"].items { set.remove(name.bytes) }
            #expect(ShareSetSum(count: set.count, sum: set.sum) == set)
            return [
                "count": .decimal(set.count), "sum": .hex(set.sum), "digest": .hex(set.digest),
            ]
        default:
            return .null
        }
    }

    // MARK: - Digests

    private static var hashingFile: VectorFile {
        VectorFile(
            name: "hashing", specification: "record-v1.md §7, sync-v1.md §6",
            about: "SHA-256 (FIPS 180-4), HMAC-SHA-256 (RFC 4231), salts, leaves, ids, share sets.",
            vectors: digests + codes + ids + shareSets)
    }

    private static var digests: [Vector] {
        let messages: [(String, String)] = [
            ("sha256-empty", ""), ("sha256-abc", "abc"),
            ("sha256-448-bits", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
        ]
        let published = [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
        ]
        return zip(messages, published).map { message, digest in
            Vector(
                message.0, "published example",
                input: ["function": "sha256", "message": .hex(message.1.utf8)],
                expect: ["digest": .text(digest)])
        }
    }

    /// RFC 4231 §4.2 to §4.8.
    private static var codes: [Vector] {
        let long = Array(repeating: 0xAA as UInt8, count: 131)
        let cases: [(String, [UInt8], [UInt8], String)] = [
            (
                "4.2", Array(repeating: 0x0B, count: 20), Array("Hi There".utf8),
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
            ),
            (
                "4.3", Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
            (
                "4.4", Array(repeating: 0xAA, count: 20), Array(repeating: 0xDD, count: 50),
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
            ),
            (
                "4.5", Array(1...25), Array(repeating: 0xCD, count: 50),
                "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
            ),
            (
                "4.6", Array(repeating: 0x0C, count: 20), Array("Test With Truncation".utf8),
                "a3b6167473100ee06e0c796c2955552b"
            ),
            (
                "4.7", long,
                Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
            (
                "4.8", long,
                Array(
                    ("This is a test using a larger than block-size key and a larger than "
                        + "block-size data. The key needs to be hashed before being used by the "
                        + "HMAC algorithm.").utf8),
                "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
            ),
        ]
        return cases.map { section, key, message, code in
            Vector(
                "hmac-rfc4231-\(section)", "RFC 4231 §\(section)",
                input: [
                    "function": "hmac-sha256", "key": .hex(key), "message": .hex(message),
                    "bytes": .number(code.utf8.count / 2),
                ], expect: ["code": .text(code)])
        }
    }

    private static var ids: [Vector] {
        let header = Sample.header().encoded()
        let values: [(String, String, [[UInt8]])] = [
            ("event-id-one", "one value", [Array(#"{"description":{"text":"walk"}}"#.utf8)]),
            ("event-id-empty-value", "a value without bytes has a leaf of its own", [[]]),
            (
                "event-id-three", "salts differ by index, so equal values have different leaves",
                [Array("{}".utf8), Array("{}".utf8), Array("\"why\"".utf8)]
            ),
        ]
        return values.map { name, what, values in
            let input: JSON = [
                "function": "event-id", "header": .hex(header), "eventSalt": .hex(Sample.salt),
                "values": .list(values.map { .hex($0) }),
            ]
            return Vector(name, what, input: input, expect: evaluate(input))
        }
    }

    private static var shareSets: [Vector] {
        let streams: [StreamID] = [
            .patient(Sample.patient1, .identity), Sample.stream, .directory(Sample.site1),
            .link(Sample.patient1, Sample.patient2),
        ]
        let others: [StreamID] = [
            .patient(Sample.patient2, .general), .unknown(kind: 9, subject: [1]),
        ]
        let many = (0..<64).map { StreamID.directory(SiteID(Sample.bits($0))) }
        let cases: [(String, String, [StreamID], [StreamID])] = [
            ("share-set-empty", "no streams", [], []),
            ("share-set-four", "a sum and a count", streams, []),
            ("share-set-other-order", "the order does not matter", streams.reversed(), []),
            ("share-set-removed", "what left is as if it had never been", streams + others, others),
            ("share-set-emptied", "all left: no streams", others, others.reversed()),
            ("share-set-sixty-four", "the sum is modulo 2^256", many, []),
        ]
        return cases.map { name, what, inserted, removed in
            let input: JSON = [
                "function": "share-set", "inserted": .list(inserted.map { .hex($0.bytes) }),
                "removed": .list(removed.map { .hex($0.bytes) }),
            ]
            return Vector(name, what, input: input, expect: evaluate(input))
        }
    }

    // MARK: - Signatures

    private static var signatureFile: VectorFile {
        VectorFile(
            name: "ed25519", specification: "record-v1.md §8",
            about: "Ed25519 (RFC 8032 §7.1), and signatures that must not be believed.",
            vectors: published + refused)
    }

    private static var published: [Vector] {
        let cases: [(String, String, String, String, String)] = [
            (
                "rfc8032-1", "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac"
                    + "c61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
            ),
            (
                "rfc8032-2", "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e"
                    + "458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
            ),
            (
                "rfc8032-3", "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290"
                    + "ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
            ),
            (
                "rfc8032-sha-abc",
                "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
                "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
                "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a8"
                    + "36ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
                "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ec"
                    + "fdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"
            ),
        ]
        return cases.map { name, secret, key, message, signature in
            Vector(
                name, "published example",
                input: [
                    "secretKey": .text(secret), "publicKey": .text(key), "message": .text(message),
                    "signature": .text(signature),
                ], expect: ["isValid": true])
        }
    }

    private static var refused: [Vector] {
        let message = Array("accord".utf8)
        let key = Sample.key1.publicKey.rawBytes
        let good = Sample.key1.sign(message)
        var otherR = good
        otherR[0] ^= 1
        var otherS = good
        otherS[40] ^= 1
        let none = Array(repeating: 0 as UInt8, count: 64)
        let cases: [(String, String, [UInt8], [UInt8])] = [
            ("other-message", "another message was signed", Sample.key1.sign([0]), key),
            ("other-key", "another key signed", Sample.key2.sign(message), key),
            ("changed-r", "a bit of R is changed", otherR, key),
            ("changed-s", "a bit of S is changed", otherS, key),
            ("s-plus-order", "S is at least the order of the group", plusOrder(good), key),
            ("zeros", "64 zero bytes", none, key),
            ("short", "63 bytes", Array(good.dropLast()), key),
            ("long", "65 bytes", good + [0], key),
            ("none", "no bytes", [], key),
        ]
        return cases.map { name, what, signature, key in
            Vector(
                name, what,
                input: [
                    "publicKey": .hex(key), "message": .hex(message), "signature": .hex(signature),
                ], expect: ["isValid": false])
        } + [
            Vector(
                "short-key", "a key of 31 bytes",
                input: [
                    "publicKey": .hex(key.dropLast()), "message": "", "signature": .hex(good),
                ], refusal: "bad-length")
        ]
    }

    /// The signature with S + L in place of S, which verifies where S < L is not checked.
    private static func plusOrder(_ signature: [UInt8]) -> [UInt8] {
        let order: [UInt8] = [
            0xED, 0xD3, 0xF5, 0x5C, 0x1A, 0x63, 0x12, 0x58, 0xD6, 0x9C, 0xF7, 0xA2, 0xDE, 0xF9,
            0xDE,
            0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
        ]
        var sum = signature
        var carry = 0
        for index in 0..<32 {
            carry += Int(signature[32 + index]) + Int(order[index])
            sum[32 + index] = UInt8(truncatingIfNeeded: carry)
            carry >>= 8
        }
        return sum
    }
}
