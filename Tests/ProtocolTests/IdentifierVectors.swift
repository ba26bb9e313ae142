import CareRecord
import Signing
import Testing

@Suite("Vectors of names and identifiers")
struct IdentifierVectors {
    @Test("every stream name is read or refused as its vector says")
    func streamNames() throws {
        try VectorFile.check(Self.streamNameFile, named: "stream-names") { input in
            guard let stream = StreamID(bytes: input["bytes"].bytes) else {
                return ["refusal": "bad-stream"]
            }
            #expect(stream.bytes == input["bytes"].bytes)
            return Self.describe(stream)
        }
    }

    @Test("every identifier is read or refused as its vector says")
    func identifiers() throws {
        try VectorFile.check(Self.identifierFile, named: "identifiers") { input in
            switch input["kind"].text {
            case "replica":
                guard let replica = Replica(bytes: input["bytes"].bytes) else {
                    return ["refusal": "bad-dot"]
                }
                #expect(replica.bytes == input["bytes"].bytes)
                return [
                    "site": .text("\(replica.site)"),
                    "incarnation": .decimal(replica.incarnation.bits),
                ]
            case "uuid":
                guard let bits = Bits128(uuidText: input["text"].text ?? "") else {
                    return ["refusal": "not-a-uuid"]
                }
                return ["bytes": .hex(bits.bytes), "text": .text(bits.uuidText)]
            case "site":
                guard let key = EventPublicKey(rawBytes: input["eventKey"].bytes) else {
                    return ["refusal": "bad-length"]
                }
                return ["site": .hex(key.siteID.bytes)]
            default:
                return .null
            }
        }
    }

    private static func describe(_ stream: StreamID) -> JSON {
        let forwardable = JSON.bool(stream.isForwardable)
        return switch stream {
        case .patient(let patient, let compartment):
            [
                "kind": "patient", "patient": .hex(patient.bytes),
                "compartment": .text(compartment.name), "forwardable": forwardable,
            ]
        case .directory(let site):
            ["kind": "directory", "site": .hex(site.bytes), "forwardable": forwardable]
        case .link(let first, let second):
            [
                "kind": "link", "first": .hex(first.bytes), "second": .hex(second.bytes),
                "forwardable": forwardable,
            ]
        case .local(let site):
            ["kind": "local", "site": .hex(site.bytes), "forwardable": forwardable]
        case .unknown(let kind, let subject):
            [
                "kind": "unknown", "code": .number(Int(kind)), "subject": .hex(subject),
                "forwardable": forwardable,
            ]
        }
    }

    private static let streamNameFile = VectorFile(
        name: "stream-names", specification: "record-v1.md §4",
        about: "The bytes of a stream name; what it names, or the refusal.",
        vectors: goodNames + badNames)

    private static let goodNames: [Vector] =
        Compartment.known.map { compartment in
            name(
                compartment.name, "the compartment with code \(compartment.code)",
                .patient(Sample.patient1, compartment))
        } + [
            name(
                "compartment-8", "a compartment of a later version is kept, never forwarded",
                .patient(Sample.patient1, .unknown(8))),
            name(
                "compartment-255", "the greatest compartment code",
                .patient(Sample.patient1, .unknown(255))),
            name("directory", "a site's directory", .directory(Sample.site1)),
            name("link", "a pair of patients", .link(Sample.patient1, Sample.patient2)),
            name("local", "what never leaves its site", .local(Sample.site2)),
            name("kind-5", "a kind of a later version", .unknown(kind: 5, subject: [1, 2, 3])),
            name(
                "kind-255-alone", "a later kind may have no subject",
                .unknown(kind: 255, subject: [])),
            name(
                "64-bytes", "a name of exactly 64 bytes",
                .unknown(kind: 9, subject: Array(repeating: 7, count: 63))),
        ]

    private static func name(_ name: String, _ what: String, _ stream: StreamID) -> Vector {
        Vector(name, what, input: ["bytes": .hex(stream.bytes)], expect: describe(stream))
    }

    private static let badNames: [Vector] = {
        let patient = Sample.patient1.bytes
        let other = Sample.patient2.bytes
        let cases: [(String, String, [UInt8])] = [
            ("empty", "no bytes at all", []),
            ("kind-0", "kind 0 is reserved", [0] + patient),
            ("65-bytes", "one byte more than a name may have", Array(repeating: 9, count: 65)),
            ("patient-short", "a patient stream without its compartment", [1] + patient),
            ("patient-long", "a byte behind the compartment", [1] + patient + [2, 0]),
            ("compartment-0", "compartment 0 is reserved", [1] + patient + [0]),
            ("directory-short", "a site of 15 bytes", [2] + patient.dropLast()),
            ("directory-long", "a site of 17 bytes", [2] + patient + [0]),
            ("link-one", "a link of one patient", [3] + patient),
            ("link-equal", "a link of a patient to itself", [3] + patient + patient),
            ("link-descending", "the greater patient first", [3] + other + patient),
            ("link-long", "a byte behind the second patient", [3] + patient + other + [0]),
            ("local-short", "a local stream without a site", [4]),
        ]
        return cases.map { name, what, bytes in
            Vector(name, what, input: ["bytes": .hex(bytes)], refusal: "bad-stream")
        }
    }()

    private static let identifierFile = VectorFile(
        name: "identifiers", specification: "record-v1.md §3",
        about: "Replicas as 24 bytes, 128-bit identifiers as text, site ids from event keys.",
        vectors: replicas + texts + sites)

    private static let replicas: [Vector] = {
        let bytes = Sample.replica1.bytes
        return [
            Vector(
                "replica", "16 bytes of site, 8 bytes of incarnation, big-endian",
                input: ["kind": "replica", "bytes": .hex(bytes)],
                expect: [
                    "site": .text("\(Sample.site1)"),
                    "incarnation": .decimal(0x0102_0304_0506_0708),
                ]),
            Vector(
                "replica-greatest", "every bit set",
                input: ["kind": "replica", "bytes": .hex(Array(repeating: 0xFF, count: 24))],
                expect: [
                    "site": "ffffffff-ffff-ffff-ffff-ffffffffffff",
                    "incarnation": .decimal(UInt64.max),
                ]),
            Vector(
                "replica-short", "23 bytes",
                input: ["kind": "replica", "bytes": .hex(bytes.dropLast())], refusal: "bad-dot"),
            Vector(
                "replica-long", "25 bytes",
                input: ["kind": "replica", "bytes": .hex(bytes + [0])], refusal: "bad-dot"),
            Vector(
                "replica-empty", "no bytes", input: ["kind": "replica", "bytes": ""],
                refusal: "bad-dot"),
        ]
    }()

    private static let texts: [Vector] = {
        let good = "01234567-89ab-cdef-0123-456789abcdef"
        let expect: JSON = ["bytes": "0123456789abcdef0123456789abcdef", "text": .text(good)]
        let bad: [(String, String, String)] = [
            ("uuid-empty", "no text", ""),
            ("uuid-without-hyphens", "32 digits", "0123456789abcdef0123456789abcdef"),
            ("uuid-short", "a digit is missing", String(good.dropLast())),
            ("uuid-long", "a digit too many", good + "0"),
            ("uuid-braces", "in braces", "{\(good)}"),
            ("uuid-urn", "with a scheme", "urn:uuid:\(good)"),
            ("uuid-digit", "a letter that is no digit", "0123456g-89ab-cdef-0123-456789abcdef"),
            ("uuid-hyphen", "a hyphen in the wrong place", "012345678-9ab-cdef-0123-456789abcdef"),
            ("uuid-sign", "a sign in place of a digit", "+1234567-89ab-cdef-0123-456789abcdef"),
            ("uuid-wide", "full-width digits", "０1234567-89ab-cdef-0123-456789abcdef"),
        ]
        return [
            Vector(
                "uuid", "lower-case digits", input: ["kind": "uuid", "text": .text(good)],
                expect: expect),
            Vector(
                "uuid-upper", "upper-case digits are read, lower-case ones written",
                input: ["kind": "uuid", "text": .text(good.uppercased())], expect: expect),
        ]
            + bad.map { name, what, text in
                Vector(
                    name, what, input: ["kind": "uuid", "text": .text(text)], refusal: "not-a-uuid")
            }
    }()

    private static let sites: [Vector] = [
        Vector(
            "site-1", "the first 16 bytes of SHA-256 over the first event key",
            input: ["kind": "site", "eventKey": .hex(Sample.key1.publicKey.rawBytes)],
            expect: ["site": .hex(Sample.site1.bytes)]),
        Vector(
            "site-2", "another key, another site",
            input: ["kind": "site", "eventKey": .hex(Sample.key2.publicKey.rawBytes)],
            expect: ["site": .hex(Sample.site2.bytes)]),
        Vector(
            "site-short-key", "a key of 31 bytes",
            input: ["kind": "site", "eventKey": .hex(Sample.key1.publicKey.rawBytes.dropLast())],
            refusal: "bad-length"),
    ]
}
