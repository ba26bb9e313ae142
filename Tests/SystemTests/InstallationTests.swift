import Foundation
import Testing

extension Daemons {
    @Suite("Making and running a site")
    struct InstallationTests {
        @Test("a site is made once; a second init changes nothing")
        func initTwice() async throws {
            let site = try Site("practice", name: "Example Practice", in: TemporaryFolder())
            let first = try await site.initialise().expect(0)
            #expect(first.output.contains("Fingerprint"))
            let configuration = TextFile.read(site.configuration)
            let second = try await site.initialise().expect(78)
            #expect(second.errors.contains("holds a site already"))
            #expect(second.errors.contains("a site is made once"))
            #expect(TextFile.read(site.configuration) == configuration)
            try await site.start()
            #expect(first.output.contains(try await site.status().fingerprint))
        }

        @Test("nobody but the owner may look at keys, database and socket")
        func modes() async throws {
            let site = try await Site.started("practice", name: "P", in: TemporaryFolder())
            let keys = try FileManager.default.contentsOfDirectory(
                atPath: site.dataFolder + "/keys")
            #expect(!keys.isEmpty)
            for name in keys {
                #expect(try Self.mode(site.dataFolder + "/keys/" + name) & 0o077 == 0, "\(name)")
            }
            #expect(try Self.mode(site.dataFolder) & 0o077 == 0)
            #expect(try Self.mode(site.socket) & 0o007 == 0)
        }

        @Test("a database that was copied back is noticed, and never written to again")
        func copiedBack() async throws {
            let folder = try TemporaryFolder()
            let site = try await Site.started("practice", name: "Example Practice", in: folder)
            let samples = try await SampleFiles.written(seed: 51, patients: 2, to: folder, "in")
            _ = try await site.takeIn([samples.all[0]])
            #expect(try await site.stop() == 0)
            let database = site.dataFolder + "/record.db"
            let copy = try folder.path("copy.db")
            try FileManager.default.copyItem(atPath: database, toPath: copy)
            try await site.start()
            _ = try await site.takeIn(Array(samples.all.dropFirst()))
            #expect(try await site.stop() == 0)
            try FileManager.default.removeItem(atPath: database)
            try FileManager.default.copyItem(atPath: copy, toPath: database)
            await #expect(throws: Site.Stopped.self) { try await site.start() }
            #expect(site.log.contains("an older copy was put back"))
        }

        @Test(
            "a database that is missing is never replaced by an empty one",
            arguments: [true, false])
        func missingDatabase(isRemoved: Bool) async throws {
            let site = try await Site.started(
                "practice", name: "Example Practice", in: TemporaryFolder())
            #expect(try await site.stop() == 0)
            let database = site.dataFolder + "/record.db"
            try FileManager.default.removeItem(atPath: database)
            if !isRemoved { try Data().write(to: URL(filePath: database)) }
            await #expect(throws: Site.Stopped.self) { try await site.start() }
            #expect(site.log.contains("Could not find a record in the database file"))
        }

        @Test("another site's event key is refused, and so is one that others may read")
        func keys() async throws {
            let folder = try TemporaryFolder()
            let site = try await Site.started("practice", name: "Example Practice", in: folder)
            let other = try await Site.started("hospital", name: "General Hospital", in: folder)
            #expect(try await site.stop() == 0)
            let key = site.dataFolder + "/keys/event.key"
            let own = try #require(FileManager.default.contents(atPath: key))
            let files = FileManager.default
            try files.setAttributes([.posixPermissions: 0o640], ofItemAtPath: key)
            await #expect(throws: Site.Stopped.self) { try await site.start() }
            #expect(site.log.contains("may be read by others"))
            try files.removeItem(atPath: key)
            try files.copyItem(atPath: other.dataFolder + "/keys/event.key", toPath: key)
            await #expect(throws: Site.Stopped.self) { try await site.start() }
            #expect(site.log.contains("or another site's"))
            try own.write(to: URL(filePath: key))
            try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
            try await site.start()
        }

        @Test("a second service on one data directory does not start")
        func twoServices() async throws {
            let site = try await Site.started(
                "practice", name: "Example Practice", in: TemporaryFolder())
            let second = try ChildProcess(
                ProgramFiles.path(of: "accordd"), ["--config", site.configuration],
                environment: Surrounding.environment(with: [:]),
                output: site.folder.path + "/second.txt", errors: site.folder.path + "/second.txt")
            #expect(try await second.end(within: .seconds(20)) == 78)
            #expect(TextFile.read(site.folder.path + "/second.txt").contains("Another process"))
        }

        @Test("status names the site and counts nothing in an empty one")
        func status() async throws {
            let site = try await Site.started(
                "practice", name: "Example Practice", in: TemporaryFolder())
            let status = try await site.status()
            #expect(status.name == "Example Practice")
            #expect(status.held == [0, 0, 0, 0, 0])
            #expect(status.peers.isEmpty)
        }

        @Test("without a service a command says so and ends with 2")
        func noService() async throws {
            let site = try Site("practice", name: "P", in: TemporaryFolder())
            _ = try await site.initialise().expect(0)
            let result = try await site.accord("status").expect(2)
            #expect(result.errors.contains("accord:"))
            #expect(result.output.isEmpty)
        }

        @Test("an unknown key is named with the nearest known one, and the exit status is 78")
        func unknownKey() async throws {
            let folder = try TemporaryFolder()
            let site = try Site("practice", name: "P", in: folder)
            _ = try await site.initialise().expect(0)
            let good = try await site.accord("config", "check", site.configuration).expect(0)
            #expect(good.output.contains("nothing is wrong"))
            let text = TextFile.read(site.configuration)
                .replacing("data_directory", with: "data_direktory")
            let wrong = try folder.write(text, to: "wrong.yaml")
            let result = try await site.accord("config", "check", wrong).expect(78)
            #expect(result.errors.contains("data_direktory"))
            #expect(result.errors.contains("Did you mean `data_directory`?"))
        }

        @Test("a daemon with a wrong configuration does not start, and ends with 78")
        func wrongConfiguration() async throws {
            let site = try Site(
                "practice", name: "P", in: TemporaryFolder(), settings: ["ACCORD_LOG_LEVEL": "loud"]
            )
            _ = try await site.initialise().expect(0)
            let stopped = await #expect(throws: Site.Stopped.self) { try await site.start() }
            #expect(stopped?.status == 78)
            #expect(stopped?.log.contains("log.level") ?? false)
        }

        @Test("a command line that is not understood ends with 64")
        func usage() async throws {
            let site = try Site("practice", name: "P", in: TemporaryFolder())
            _ = try await site.accord("stats").expect(64)
            _ = try await site.accord("peer", "add", "x").expect(64)
            _ = try await site.accord("patient", "show", "not-an-id").expect(64)
        }

        @Test("a second daemon on the same site does not start, and the first goes on")
        func secondDaemon() async throws {
            let folder = try TemporaryFolder()
            let site = try await Site.started("practice", name: "P", in: folder)
            let log = try folder.path("second.txt")
            let second = try ChildProcess(
                ProgramFiles.path(of: "accordd"), ["--config", site.configuration],
                environment: Surrounding.environment(with: ["ACCORD_PEER_LISTEN": "127.0.0.1:0"]),
                output: log, errors: log)
            let status = try await second.end(within: .seconds(20))
            #expect(status != 0, "\(TextFile.read(log))")
            #expect(try await site.status().name == "P")
        }

        private static func mode(_ path: String) throws -> Int {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            return try #require(attributes[.posixPermissions] as? NSNumber).intValue
        }
    }
}
