import Foundation
import Testing

extension Daemons {
    @Suite("Outside data", .enabled(if: Surrounding.data != nil))
    struct DataTests {
        @Test("the plain Synthea bundles are taken in without losing an entry")
        func plain() async throws {
            let folder = try TemporaryFolder()
            let site = try await Site.started("practice", name: "Example Practice", in: folder)
            let data = try #require(Surrounding.data).appending(path: "synthea/plain")
            let files = try Self.bundles(under: data)
            try await Self.expectWhole(files, at: site)
            let total = try await site.takeIn(files)
            #expect(total.alreadyImported == total.units)
        }

        @Test(
            "every Synthea bundle is taken in without losing an entry",
            .enabled(if: Surrounding.takesAllData))
        func all() async throws {
            let folder = try TemporaryFolder()
            let site = try await Site.started("practice", name: "Example Practice", in: folder)
            let data = try #require(Surrounding.data).appending(path: "synthea")
            let unpacked = try TemporaryFolder()
            let archives = try FileManager.default.contentsOfDirectory(
                atPath: data.path(percentEncoded: false)
            )
            .filter { $0.hasSuffix(".tar.zst") }.sorted()
            try #require(!archives.isEmpty)
            for archive in archives {
                try await Self.unpack(
                    data.appending(path: archive).path(percentEncoded: false), to: unpacked)
            }
            let files = try Self.bundles(under: URL(filePath: unpacked.path))
            let patients = files.filter { !Self.isDirectory($0) }.count
            print("\(files.count) bundles, \(patients) of patients")
            #expect(patients == 540)
            try await Self.expectWhole(files, at: site)
        }

        /// Imports files and compares with their entries, which are counted here.
        private static func expectWhole(_ files: [String], at site: Site) async throws {
            var entries = 0
            for file in files { entries += try SampleFiles.entries(of: file) }
            let start = ContinuousClock.now
            var sums = [0, 0, 0, 0, 0]
            for batch in stride(from: 0, to: files.count, by: 50) {
                let part = Array(files[batch..<min(batch + 50, files.count)])
                let total = try await site.takeIn(part)
                #expect(total.applied + total.alreadyImported == total.units)
                #expect(total.units >= part.count)
                sums[0] += total.resources
                sums[1] += total.created
                sums[2] += total.changed
                sums[3] += total.unchanged
                sums[4] += total.alreadyImported
            }
            print("\(entries) entries in \(ContinuousClock.now - start)")
            #expect(sums[0] == entries)
            // Sets repeat some of each other's directory entries, which are units of a batch.
            #expect(sums[1] + sums[2] + sums[3] + sums[4] == entries)
            let status = try await site.status()
            #expect(status.resources == sums[1])
            #expect(status.quarantine == 0 && status.pending == 0)
        }

        /// Bundles under a folder; hospitals and practitioners first, since patients name them.
        private static func bundles(under folder: URL) throws -> [String] {
            let names =
                FileManager.default.enumerator(atPath: folder.path(percentEncoded: false))?
                .compactMap { $0 as? String }.filter { $0.hasSuffix(".json") } ?? []
            try #require(!names.isEmpty)
            let files = names.sorted().map {
                folder.appending(path: $0).path(percentEncoded: false)
            }
            return files.filter(isDirectory) + files.filter { !isDirectory($0) }
        }

        private static func isDirectory(_ file: String) -> Bool {
            let name = URL(filePath: file).lastPathComponent
            return name.contains("hospitalInformation") || name.contains("practitionerInformation")
        }

        private static func unpack(_ archive: String, to folder: TemporaryFolder) async throws {
            let errors = try folder.path("unpacking.txt")
            let process = try ChildProcess(
                "/bin/sh",
                ["-c", #"zstd -dc --long=27 "$1" | tar -x -C "$2""#, "sh", archive, folder.path],
                environment: Surrounding.environment(with: [:]), output: "/dev/null",
                errors: errors)
            let status = try await process.end(within: .seconds(300))
            try #require(status == 0, "unpacking needs zstd: \(TextFile.read(errors))")
        }
    }
}
