import Foundation
import Testing

extension Daemons {
    @Suite("Hostile bundles")
    struct HostileBundleTests {
        @Test(
            "is refused whole, by the name of its entry, without repeating what it holds",
            arguments: HostileBundle.malformed + HostileBundle.misleading)
        func refused(_ bundle: HostileBundle) async throws {
            let folder = try TemporaryFolder()
            let site = try await Site.started("practice", name: "Example Practice", in: folder)
            let before = try await site.status()
            let file = try folder.write(bundle.bytes(), to: "in/bundle.json")

            let result = try await site.accord("import", file, "--format", "json").expect(1)
            let answer = try result.answer(ImportAnswer.self)
            #expect(answer.total.refused == 1)
            #expect(answer.total.applied == 0)
            let refusal = try #require(answer.files.first?.refused.first?.refusal)
            if let rule = bundle.rule { #expect(refusal.rule == rule) }
            #expect(refusal.entry == bundle.entry)
            if let entry = bundle.entry {
                #expect(refusal.message.contains("Bundle.entry[\(entry)]"), "\(refusal.message)")
            }

            let table = try await site.accord("import", file).expect(1)
            for text in [result.text, table.text, refusal.message, site.log] {
                #expect(!text.contains(HostileBundle.canary))
            }
            #expect(try await site.status().held == before.held)
            #expect(try await site.find(HostileBundle.canary).isEmpty)
        }

        @Test("does not keep good files of the same command from being taken")
        func amongGoodFiles() async throws {
            let folder = try TemporaryFolder()
            let site = try await Site.started("practice", name: "Example Practice", in: folder)
            let samples = try await SampleFiles.written(seed: 3, patients: 1, to: folder, "samples")
            let hostile = try folder.write(HostileBundle.malformed[0].bytes(), to: "hostile.json")
            let files = [samples.directory, hostile] + samples.patients
            let answer = try await site.run(["import", "--format", "json"] + files)
                .expect(1).answer(ImportAnswer.self)
            #expect(answer.total.applied == 2)
            #expect(answer.total.refused == 1)
            let expected = try samples.all.map(SampleFiles.entries).reduce(0, +)
            #expect(try await site.status().resources == expected)
        }

        @Test("in a batch costs one entry, not its neighbours")
        func batch() async throws {
            let folder = try TemporaryFolder()
            let site = try await Site.started("practice", name: "Example Practice", in: folder)
            let entries = [
                HostileBundle.entry("Organization", "a", #""name":"First""#),
                #"{"resource":"Kanarienvogel","request":{"method":"POST","url":"Organization"}}"#,
                HostileBundle.entry("Organization", "b", #""name":"Second""#),
            ]
            let text =
                #"{"resourceType":"Bundle","type":"batch","entry":["#
                + entries.joined(separator: ",") + "]}"
            let file = try folder.write(text, to: "batch.json")
            let answer = try await site.accord("import", file, "--format", "json")
                .expect(1).answer(ImportAnswer.self)
            #expect(answer.total.applied == 2)
            #expect(answer.files.first?.refused.map(\.refusal?.entry) == [1])
            #expect(try await site.status().resources == 2)
        }
    }
}
