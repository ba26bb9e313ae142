import CareRecord
import Foundation
import GRDB
import Interchange
import ProgramSupport
import Signing
import TestSupport
import Testing
import WireFormat

@testable import RecordStore

/// Imports all synthetic bundles of the folder that ACCORD_DATA names, if there is one, and looks
/// for every resource of every file again.
@Suite(.serialized)
struct SyntheaImportTests {
    private static let folder = ProcessInfo.processInfo.environment["ACCORD_DATA"]

    /// Unpacks one set into a folder (`zstd -dc --long=27 FILE | tar x`).
    private func unpack(_ name: String, into target: URL) throws {
        let packed = URL(fileURLWithPath: try #require(Self.folder))
            .appendingPathComponent("synthea/\(name).tar.zst")
        try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
        let status = try SpawnedProgram.run(
            "sh", ["-c", "zstd -dc --long=27 \"$0\" | tar x -C \"$1\"", packed.path, target.path])
        try #require(status == 0)
    }

    private func bundles(in folder: URL) throws -> [URL] {
        let all =
            FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?
            .compactMap { $0 as? URL }.filter { $0.pathExtension == "json" } ?? []
        let sorted = all.sorted { $0.path < $1.path }
        let isDirectory = { (url: URL) in url.lastPathComponent.contains("nformation") }
        return sorted.filter(isDirectory) + sorted.filter { !isDirectory($0) }
    }

    @Test(
        "no entry of any set is lost, and every resource is readable with the same content",
        .enabled(if: folder != nil),
        arguments: ["smart2019_shared", "blaze2021_uscore_shared", "fdp2021_hiv_shared"])
    func everyEntry(set: String) async throws {
        let target = FileManager.default.temporaryDirectory
            .appendingPathComponent("accord-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: target) }
        try unpack(set, into: target)
        let site = try TestSite("synthea")
        var expected: Set<[UInt8]> = []
        var entries = 0
        for file in try bundles(in: target) {
            let units = try ImportFile.read([UInt8](try Data(contentsOf: file)), format: nil)
            for unit in units {
                for entry in try unit.drafts().get().entries {
                    expected.insert(Digest.sha256(entry.value))
                    entries += 1
                }
            }
            let outcomes = try await site.store.importUnits(
                units, options: ImportOptions(), actor: TestSite.actor)
            for case .refused(let refusal) in outcomes {
                Issue.record("refused: \(refusal.message)")
            }
        }
        let held = try await hashes(of: site.store)
        #expect(entries > 20_000)
        #expect(expected.subtracting(held).isEmpty)
    }

    /// SHA-256 of every value that is held, superseded ones included.
    private func hashes(of store: SiteStore) async throws -> Set<[UInt8]> {
        try await store.read("hash every value") { db in
            let opener = EventOpener(coder: FrameCoder())
            var hashes: Set<[UInt8]> = []
            for seq in try Int64.fetchAll(db, sql: "SELECT seq FROM event") {
                let event = try StoredEvents.sealedEvent(at: seq, opener: opener, db).event
                for case .held(let bytes) in event.values {
                    hashes.insert(Digest.sha256(Array(bytes)))
                }
            }
            for content in try Data.fetchAll(db, sql: "SELECT content FROM blob") {
                hashes.insert(Digest.sha256(Array(content)))
            }
            return hashes
        }
    }
}
