import AuditTrail
import Signing
import Testing

@Suite("Vectors of joins")
struct JoinVectors {
    @Test("every request and page of a join is read or refused as its vector says")
    func joins() throws {
        try VectorFile.check(try Self.file, named: "joins") { input in
            do throws(LogRefusal) {
                let request = try JoinRequest(encoded: input["request"].bytes)
                guard input["page"] != .null else {
                    return [
                        "old": .decimal(request.cosigned), "size": .decimal(request.size),
                        "from": .decimal(request.from),
                    ]
                }
                let page = try JoinPage(encoded: input["page"].bytes)
                try page.check(against: request)
                return [
                    "first": .decimal(page.first), "next": .decimal(page.next),
                    "old": .decimal(page.growth.oldSize),
                    "size": .decimal(page.growth.head.head.size),
                    "entries": .list(page.items.map { Self.words($0.entry) }),
                ]
            } catch {
                return ["refusal": .text(error.rawValue)]
            }
        }
    }

    private static func words(_ entry: SharedEntry) -> JSON {
        [
            "place": .decimal(entry.place), "matter": .text(entry.matter.rawValue),
            "session": .text(entry.session),
            "delivery": .optional(entry.delivery) { .decimal($0) },
            "events": .decimal(entry.events), "digest": .optional(entry.digest) { .text($0) },
        ]
    }

    private static let entries = (0..<9).map { AuditSample.entry($0) }
    private static let session = String(repeating: "0c", count: 16)

    private static func shared(_ place: Int, _ matter: SharedEntry.Matter) -> SharedEntry? {
        let hasDigest = matter == .left || matter == .came
        return SharedEntry(
            place: UInt64(place), matter: matter, session: session,
            delivery: matter == .answered ? nil : 7, events: 12,
            digest: hasDigest ? String(repeating: "d1", count: 32) : nil)
    }

    private static func page(
        _ items: [(Int, SharedEntry.Matter)], next: UInt64 = 9
    ) throws -> JoinPage {
        var tree = MerkleTiles(size: 9, tiles: AuditSample.tiles(entries))
        let proven = try items.compactMap { place, matter in
            let proof = try tree.inclusionProof(of: UInt64(place))
            return shared(place, matter).map {
                JoinPage.Item(entry: $0, leaf: .leaf(of: entries[place]), proof: proof)
            }
        }
        return JoinPage(
            next: next, items: proven,
            growth: WitnessRequest(
                oldSize: 5, proof: try tree.consistencyProof(from: 5),
                head: AuditSample.head(entries)))
    }

    /// A page of a log of 300 entries whose first 256 were pruned, with one entry.
    private static func pruned(first: UInt64 = 256, place: Int = 299) throws -> JoinPage {
        let entries = (0..<300).map { AuditSample.entry($0) }
        let leaves = entries.map { TreeHash.leaf(of: $0) }
        var tree = MerkleTiles(size: 300) { tile in
            guard tile.level == 0 else { return [MerkleTiles.root(ofTile: Array(leaves[..<256]))] }
            let start = Int(tile.index) * 256
            return Array(leaves[start..<min(start + 256, 300)])
        }
        let proof = try tree.inclusionProof(of: UInt64(place))
        let items = shared(place, .left).map {
            [JoinPage.Item(entry: $0, leaf: leaves[place], proof: proof)]
        }
        return JoinPage(
            first: first, next: 300, items: items ?? [],
            growth: WitnessRequest(oldSize: 0, proof: [], head: AuditSample.head(entries)))
    }

    private static func vector(
        _ name: String, _ what: String, request: String = "old 5\nsize 0\nfrom 0\n",
        page: [UInt8]? = nil, expect: JSON
    ) -> Vector {
        Vector(
            name, what,
            input: [
                "request": .hex(request.utf8), "page": .optional(page) { .hex($0) },
            ], expect: expect)
    }

    private static func good(_ name: String, _ what: String, _ page: JoinPage) -> Vector {
        vector(
            name, what, page: page.encoded,
            expect: [
                "first": .decimal(page.first), "next": .decimal(page.next),
                "old": .decimal(page.growth.oldSize),
                "size": .decimal(page.growth.head.head.size),
                "entries": .list(page.items.map { words($0.entry) }),
            ])
    }

    private static var file: VectorFile {
        get throws {
            VectorFile(
                name: "joins", specification: "audit-log-v1.md §10",
                about: "A request of a join, and the page that answers it if there is one.",
                vectors: try requests + pages + malformed)
        }
    }

    private static var requests: [Vector] {
        let numbers: JSON = ["old": "5", "size": "9", "from": "3"]
        let bad = [
            ("no-old", "size 9\nfrom 3\n"), ("order", "size 9\nold 5\nfrom 3\n"),
            ("cut", "old 5\nsize 9\nfrom 3"), ("more", "old 5\nsize 9\nfrom 3\n\n"),
            ("zero-first", "old 05\nsize 9\nfrom 3\n"), ("beyond", "old 5\nsize 9\nfrom 10\n"),
            ("nothing", ""),
        ]
        return [
            vector(
                "request", "a second page", request: "old 5\nsize 9\nfrom 3\n", expect: numbers),
            vector(
                "request-long", "more than 100 bytes",
                request: "old 5\nsize 9\nfrom 3\n" + String(repeating: "0", count: 90),
                expect: ["refusal": "too-long"]),
        ]
            + bad.map { name, text in
                vector(
                    "request-\(name)", "not a request", request: text,
                    expect: ["refusal": "bad-request"])
            }
    }

    private static var pages: [Vector] {
        get throws {
            [
                good("empty", "nothing that both share", try page([])),
                good("pruned", "of a log that begins with entry 256", try pruned()),
                good(
                    "all-matters", "an entry of each kind",
                    try page([(1, .left), (2, .came), (3, .refused), (4, .waiting), (8, .answered)])
                ),
            ]
        }
    }

    private static var malformed: [Vector] {
        get throws {
            let whole = try page([(1, .left), (8, .answered)])
            let text = String(decoding: whole.encoded, as: UTF8.self)
            var moved = whole
            moved.items[0] = JoinPage.Item(
                entry: whole.items[0].entry, leaf: whole.items[1].leaf,
                proof: whole.items[0].proof)
            var doubled = whole
            doubled.items.append(whole.items[1])
            var lingering = try page([])
            lingering.next = 4
            let digest = String(repeating: "d1", count: 32)
            let texts = [
                ("no-first", "bad-request", String(text.dropFirst(8))),
                ("no-next", "bad-request", text.replacing("next 9\n", with: "")),
                ("first-word", "bad-request", text.replacing("first 0", with: "first 00")),
                ("first-tile", "bad-request", text.replacing("first 0", with: "first 1")),
                ("first-beyond", "bad-request", text.replacing("first 0", with: "first 256")),
                ("next-word", "bad-request", text.replacing("next 9", with: "next x")),
                ("matter", "bad-request", text.replacing(" out ", with: " left ")),
                (
                    "session", "bad-request",
                    text.replacing(session, with: "0C" + session.dropFirst(2))
                ),
                ("delivery", "bad-request", text.replacing(" 7 12", with: " - 12")),
                ("digest", "bad-request", text.replacing(digest, with: "-")),
                ("number", "bad-request", text.replacing(" 7 12", with: " 7 012")),
                ("spaces", "bad-request", text.replacing(" out ", with: " out  ")),
                ("leaf", "bad-hash", text.replacing(digest + " ", with: digest + " A")),
                ("no-rows-end", "bad-request", String(text.prefix(60))),
                ("no-head", "bad-request", "first 0\nnext 9\n\nold 5\n"),
            ]
            return texts.map { name, refusal, text in
                vector(
                    "page-\(name)", "not a page", page: Array(text.utf8),
                    expect: ["refusal": .text(refusal)])
            } + [
                vector(
                    "page-moved", "a leaf of another place", page: moved.encoded,
                    expect: ["refusal": "bad-proof"]),
                vector(
                    "page-doubled", "one place twice", page: doubled.encoded,
                    expect: ["refusal": "bad-request"]),
                vector(
                    "page-pruned", "an entry of the pruned part",
                    page: try pruned(place: 255).encoded, expect: ["refusal": "bad-request"]),
                vector(
                    "page-lingering", "four places, and not the last", page: lingering.encoded,
                    expect: ["refusal": "bad-request"]),
                vector(
                    "page-before", "an entry before the page's first place",
                    request: "old 5\nsize 9\nfrom 2\n", page: whole.encoded,
                    expect: ["refusal": "bad-request"]),
                vector(
                    "page-other-head", "another size than was asked for",
                    request: "old 5\nsize 8\nfrom 0\n", page: whole.encoded,
                    expect: ["refusal": "bad-request"]),
            ]
        }
    }
}
