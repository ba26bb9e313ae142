import AuditTrail
import Testing

@Suite struct TileIDTests {
    @Test(
        "paths are those of the tiled log format",
        arguments: [
            (TileID(level: 0, index: 0), "tile/0/000"),
            (TileID(level: 1, index: 999), "tile/1/999"),
            (TileID(level: 1, index: 1_000), "tile/1/x001/000"),
            (TileID(level: 3, index: 1_234_067), "tile/3/x001/x234/067"),
            (TileID(level: 0, index: 273, width: 112), "tile/0/273.p/112"),
            (TileID(level: 7, index: 1_234_067, width: 1), "tile/7/x001/x234/067.p/1"),
        ])
    func paths(tile: TileID, path: String) {
        #expect(tile.path == path)
        #expect(TileID.resource(at: path) == .hashes(tile))
    }

    @Test("entries stand at paths of their own")
    func entries() {
        let tile = TileID(level: 0, index: 1_234_067, width: 17)
        #expect(tile.entriesPath == "tile/entries/x001/x234/067.p/17")
        #expect(TileID.resource(at: tile.entriesPath) == .entries(tile))
    }

    @Test(
        "a path that no tile has is not read",
        arguments: [
            "", "tile", "tile/0", "tile/0/", "tile/0/0", "tile/0/0000", "tile/8/000", "tile/00/000",
            "tile/-1/000", "tile/0/x000/000", "tile/0/001/000", "tile/0/x001", "tile/0/000.p",
            "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/1/",
            "/tile/0/000",
            "tile/entries/00a", "tile/0/+01", "tile/entries", "tile/entries/../000",
            "tile/0/x1/000",
            "tile/0/x999/x999/x999/x999/x999/x999/999", "checkpoint",
        ])
    func refused(path: String) {
        #expect(TileID.resource(at: path) == nil)
    }

    @Test("a tree of 70,000 has the tiles that the format's document counts")
    func documented() {
        let tiles = TileID.all(inTreeOf: 70_000)
        #expect(tiles.filter { $0.level == 0 && $0.isFull }.count == 273)
        #expect(
            tiles.filter { !$0.isFull } == [
                TileID(level: 0, index: 273, width: 112), TileID(level: 1, index: 1, width: 17),
                TileID(level: 2, index: 0, width: 1),
            ])
        #expect(tiles.count == 277)
        #expect(TileID.all(inTreeOf: 256).map(\.path) == ["tile/0/000", "tile/1/000.p/1"])
        #expect(TileID.all(inTreeOf: 0).isEmpty)
        #expect(TileID(level: 0, index: 1, inTreeOf: 256) == nil)
    }
}
