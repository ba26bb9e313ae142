/// The name of a tile: 1 to 256 neighbouring hashes of one level of the tree (C2SP tlog-tiles).
///
/// The hashes of level 0 are leaves; one of level l + 1 is the root of a full tile of level l.
public struct TileID: Sendable, Hashable {
    /// How many hashes a full tile has.
    public static let widthMax = 256
    /// The highest level that a tree can have.
    public static let levelMax = 7

    /// 0 to `levelMax`.
    public let level: Int
    /// The tile's place in its level, from 0.
    public let index: UInt64
    /// How many hashes: 256 in a full tile, 1 to 255 in a partial one.
    public let width: Int

    /// Names a tile.
    public init(level: Int, index: UInt64, width: Int = widthMax) {
        precondition((0...Self.levelMax).contains(level), "no level \(level)")
        precondition((1...Self.widthMax).contains(width), "no width of \(width)")
        self.level = level
        self.index = index
        self.width = width
    }

    /// The tile of a level and index in a tree of `size` leaves; `nil` if it is empty there.
    public init?(level: Int, index: UInt64, inTreeOf size: UInt64) {
        let hashes = Self.hashes(level: level, inTreeOf: size)
        guard index <= hashes / 256, hashes > index * 256 else { return nil }
        self.init(level: level, index: index, width: Int(min(256, hashes - index * 256)))
    }

    /// How many hashes a level has in a tree of `size` leaves.
    public static func hashes(level: Int, inTreeOf size: UInt64) -> UInt64 {
        size >> UInt64(8 * level)
    }

    /// Every tile of a tree: level by level, each from the left.
    public static func all(inTreeOf size: UInt64) -> [TileID] {
        (0...levelMax).flatMap { level in
            let hashes = hashes(level: level, inTreeOf: size)
            return (0..<(hashes + 255) / 256).compactMap {
                TileID(level: level, index: $0, inTreeOf: size)
            }
        }
    }

    /// Whether the tile has all its 256 hashes and never changes again.
    public var isFull: Bool { width == Self.widthMax }

    /// The leaves below the tile's hash at `position`: the first one's place in the log.
    public func firstLeaf(at position: Int) -> UInt64 {
        (index * 256 + UInt64(position)) << UInt64(8 * level)
    }

    /// The path of the tile's hashes, such as `tile/1/x001/234.p/17`.
    public var path: String { "tile/\(level)/" + place }

    /// The path of the entries behind a tile of level 0, such as `tile/entries/x001/234.p/17`.
    public var entriesPath: String {
        precondition(level == 0, "a tile of level \(level) has no entries of its own")
        return "tile/entries/" + place
    }

    /// `x001/x234/067`, with `.p/<width>` behind a partial tile.
    private var place: String {
        var groups: [String] = []
        var rest = index
        repeat {
            let digits = String(rest % 1_000)
            groups.append(String(repeating: "0", count: 3 - digits.count) + digits)
            rest /= 1_000
        } while rest > 0
        let path = groups.reversed().enumerated().map { offset, group in
            offset == groups.count - 1 ? group : "x" + group
        }
        return path.joined(separator: "/") + (isFull ? "" : ".p/\(width)")
    }

    /// What a path asks for.
    public enum Resource: Sendable, Hashable {
        /// The hashes of a tile.
        case hashes(TileID)
        /// The entries behind a tile of level 0.
        case entries(TileID)
    }

    /// Reads a path that `path` or `entriesPath` could have given; `nil` for every other text.
    public static func resource(at path: String) -> Resource? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 3, parts.count <= 12, parts[0] == "tile" else { return nil }
        let isEntries = parts[1] == "entries"
        guard let level = isEntries ? 0 : Decimal.value(of: parts[1].utf8), level <= levelMax
        else { return nil }
        var names = parts.dropFirst(2)
        var width = UInt64(widthMax)
        if let last = names.last, let before = names.dropLast().last, before.hasSuffix(".p") {
            guard let read = Decimal.value(of: last.utf8), (1..<256).contains(read) else {
                return nil
            }
            width = read
            names = names.dropLast(2) + [before.dropLast(2)]
        }
        guard let index = index(of: Array(names)) else { return nil }
        let tile = TileID(level: Int(level), index: index, width: Int(width))
        let canonical = isEntries ? tile.entriesPath : tile.path
        guard canonical == path else { return nil }
        return isEntries ? .entries(tile) : .hashes(tile)
    }

    private static func index(of names: [Substring]) -> UInt64? {
        guard !names.isEmpty, names.count <= 6 else { return nil }
        var index: UInt64 = 0
        for (offset, name) in names.enumerated() {
            let digits = offset == names.count - 1 ? name : name.dropFirst()
            guard digits.utf8.count == 3, let value = UInt64(digits) else { return nil }
            index = index * 1_000 + value
        }
        return index
    }
}
