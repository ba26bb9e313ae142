public import Signing

/// One page of a peer's half of the sessions with the asker: the answer to a `JoinRequest`.
///
/// Each entry is there with its leaf and the proof that the leaf is under the page's head. The salt
/// in the entry keeps everything else of it from the asker; and whoever is shown the entry later can
/// hold it against the leaf.
public struct JoinPage: Sendable, Hashable {
    /// The most entries of a page.
    public static let entriesMax = 256
    /// A page with fewer entries that is not the last one has looked at so many places at least.
    public static let placesMin: UInt64 = 4_096

    /// An entry with the proof that its leaf is in the log.
    public struct Item: Sendable, Hashable {
        /// What both sides share of it.
        public let entry: SharedEntry
        /// H over the whole entry.
        public let leaf: TreeHash
        /// From the leaf's sibling up to the root's child.
        public let proof: [TreeHash]

        /// Puts an item together.
        public init(entry: SharedEntry, leaf: TreeHash, proof: [TreeHash]) {
            self.entry = entry
            self.leaf = leaf
            self.proof = proof
        }
    }

    /// The first entry that the log still has; above 0 if what stood before was pruned.
    public var first: UInt64
    /// Where the next page begins; the head's size behind the last one.
    public var next: UInt64
    /// The entries, ascending by place.
    public var items: [Item]
    /// The head that the page is of, with the proof that its log grew from what was cosigned.
    public var growth: WitnessRequest

    /// Puts a page together.
    public init(first: UInt64 = 0, next: UInt64, items: [Item], growth: WitnessRequest) {
        self.first = first
        self.next = next
        self.items = items
        self.growth = growth
    }

    /// Reads a page; no signature is checked yet, and nothing is believed.
    ///
    /// - Throws: `tooLong`, `badRequest`, `badHash`, or what a signed head throws.
    public init(encoded: [UInt8]) throws(LogRefusal) {
        guard encoded.count <= LogLimits.joinPageBytesMax else { throw .tooLong }
        var lines = NoteLines(encoded)
        guard let first = lines.number("first "), let next = lines.number("next ") else {
            throw .badRequest
        }
        (self.first, self.next) = (first, next)
        items = []
        while true {
            guard let line = lines.next() else { throw .badRequest }
            guard !line.isEmpty else { break }
            guard items.count < Self.entriesMax else { throw .tooLong }
            items.append(try Item(line: line))
        }
        growth = try WitnessRequest(encoded: Array(lines.rest))
    }

    /// The body.
    public var encoded: [UInt8] {
        let newline: [UInt8] = [UInt8(ascii: "\n")]
        return Array("first \(first)\nnext \(next)\n".utf8) + items.flatMap { $0.line + newline }
            + newline
            + growth.encoded
    }

    /// Checks that the page answers a request: it goes on where it was to, looks at enough places,
    /// its entries lie there in order and in no pruned part, and each leaf is under the page's head.
    ///
    /// - Throws: `badRequest` or `badProof`.
    public func check(against request: JoinRequest) throws(LogRefusal) {
        let head = growth.head.head
        guard request.size == 0 || request.size == head.size, next <= head.size,
            request.from <= next, first <= head.size,
            first.isMultiple(of: UInt64(TileID.widthMax)),
            next == head.size || items.count == Self.entriesMax
                || next - request.from >= Self.placesMin,
            items.count < Self.entriesMax || next > request.from
        else { throw .badRequest }
        var least = max(request.from, first)
        for item in items {
            let place = item.entry.place
            guard place >= least, place < next else { throw .badRequest }
            least = place + 1
            let root = MerkleProof.root(
                leaf: item.leaf, index: place, size: head.size, proof: item.proof)
            guard root == head.root else { throw .badProof }
        }
    }
}

extension JoinPage.Item {
    /// Reads `place matter session delivery events digest leaf *hash`, a space between; `-` stands
    /// for what the matter has not.
    fileprivate init(line: ArraySlice<UInt8>) throws(LogRefusal) {
        let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard words.count >= 7, words.count <= 7 + LogLimits.proofHashesMax,
            let place = Decimal.value(of: words[0]),
            let matter = SharedEntry.Matter(rawValue: String(decoding: words[1], as: UTF8.self)),
            let events = Decimal.value(of: words[4])
        else { throw .badRequest }
        let (delivery, digest) = (Self.given(words[3]), Self.given(words[5]))
        let number = delivery.flatMap(Decimal.value)
        guard (delivery == nil) == (number == nil),
            let entry = SharedEntry(
                place: place, matter: matter, session: String(decoding: words[2], as: UTF8.self),
                delivery: number, events: events,
                digest: digest.map { String(decoding: $0, as: UTF8.self) })
        else { throw .badRequest }
        var hashes: [TreeHash] = []
        for word in words[6...] {
            guard let hash = Base64.bytes(word).flatMap({ TreeHash(bytes: $0) }) else {
                throw .badHash
            }
            hashes.append(hash)
        }
        self.init(entry: entry, leaf: hashes[0], proof: Array(hashes.dropFirst()))
    }

    private static func given(_ word: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        word.elementsEqual("-".utf8) ? nil : word
    }

    fileprivate var line: [UInt8] {
        let delivery = entry.delivery.map { String($0) } ?? "-"
        var bytes = Array(
            ("\(entry.place) \(entry.matter.rawValue) \(entry.session) \(delivery) "
                + "\(entry.events) \(entry.digest ?? "-")").utf8)
        for hash in [leaf] + proof { bytes += [UInt8(ascii: " ")] + Base64.text(hash.bytes) }
        return bytes
    }
}
