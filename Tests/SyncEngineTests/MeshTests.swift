import SyncEngine
import TestSupport
import Testing

/// Held-back events in a mesh of three nodes.
@Suite struct MeshTests {
    private static let streams: UInt64 = 12

    /// Every node writes for a minute, to streams that any of them may write to.
    private static func mesh(seed: UInt64, isUrgentOneIn: Int) -> MeshModel {
        var mesh = MeshModel(seed: seed, streams: streams)
        for _ in 0..<60 {
            let stream = UInt64.random(in: 0..<streams, using: &mesh.numbers)
            let node = Int.random(in: 0..<3, using: &mesh.numbers)
            mesh.schedule(
                .write(
                    node, stream: stream, isUrgent: mesh.numbers.chance(isUrgentOneIn)),
                at: mesh.now + UInt64.random(in: 0..<60_000, using: &mesh.numbers))
        }
        return mesh
    }

    @Test(
        "while every line works nothing is sent twice, and everything arrives at once",
        arguments: 0..<10 as Range<UInt64>)
    func fullMesh(block: UInt64) {
        for seed in block * 10..<block * 10 + 10 {
            var mesh = Self.mesh(seed: seed, isUrgentOneIn: .max)
            let isAtRest = mesh.run()
            #expect(isAtRest, "SEED=\(seed): the mesh never rests")
            #expect(mesh.sentTwice == 0, "SEED=\(seed)")
            #expect(mesh.delivered == 120, "SEED=\(seed)")
            #expect(mesh.slowest < 500, "SEED=\(seed)")
        }
    }

    @Test(
        "when one line breaks everything arrives by the other way, whether or not that is told",
        arguments: 0..<10 as Range<UInt64>)
    func brokenLine(block: UInt64) {
        for seed in block * 10..<block * 10 + 10 {
            var mesh = Self.mesh(seed: seed, isUrgentOneIn: 6)
            mesh.schedule(
                .cut(0, 2, isTold: seed % 2 == 0),
                at: mesh.now + UInt64.random(in: 0..<60_000, using: &mesh.numbers))
            let isAtRest = mesh.run()
            #expect(isAtRest, "SEED=\(seed): the mesh never rests")
            #expect(mesh.nodes.allSatisfy { $0.held.count == 60 }, "SEED=\(seed)")
            #expect(mesh.slowest < 5_000, "SEED=\(seed)")
        }
    }
}
