import Foundation
import Testing

extension Daemons {
    @Suite("Import")
    struct ImportTests {
        @Test("generated patients are taken in whole, and each is found")
        func samples() async throws {
            let folder = try TemporaryFolder()
            let site = try await Site.started("practice", name: "Example Practice", in: folder)
            let samples = try await SampleFiles.written(seed: 11, patients: 4, to: folder, "in")
            let total = try await site.takeIn(samples.all)
            let entries = try samples.all.map(SampleFiles.entries).reduce(0, +)
            #expect(total.resources == entries)
            #expect(total.created == entries)
            #expect(total.units == 5)
            let status = try await site.status()
            #expect(status.resources == entries)
            #expect(status.patients == 4)
            for file in samples.patients {
                let patient = try await site.patient(try SampleFiles.identifier(of: file))
                #expect(patient.isOwn)
                let record = try await site.record(of: patient.id)
                // A medication names no patient: it is in the directory.
                let types = try SampleFiles.types(of: file).filter { $0.key != "Medication" }
                #expect(Self.types(record) == types)
                #expect(try await site.timeline(of: patient.id).count == record.resources)
            }
        }

        @Test("the same files again add nothing")
        func again() async throws {
            let folder = try TemporaryFolder()
            let site = try await Site.started("practice", name: "Example Practice", in: folder)
            let samples = try await SampleFiles.written(seed: 12, patients: 3, to: folder, "in")
            let first = try await site.takeIn(samples.all)
            #expect(first.applied == 4)
            let held = try await site.status().held
            let second = try await site.takeIn(samples.all)
            #expect(second.alreadyImported == 4)
            #expect(second.applied == 0)
            #expect(second.created + second.changed == 0)
            #expect(try await site.status().held == held)
            #expect(try await site.stop() == 0)
            try await site.start()
            #expect(try await site.takeIn(samples.all).alreadyImported == 4)
            #expect(try await site.status().held == held)
        }

        @Test("a file that is not there ends with 2, and the others are taken")
        func missingFile() async throws {
            let folder = try TemporaryFolder()
            let site = try await Site.started("practice", name: "Example Practice", in: folder)
            let samples = try await SampleFiles.written(seed: 13, patients: 1, to: folder, "in")
            let files = [folder.path + "/nowhere.json"] + samples.all
            let answer = try await site.run(["import", "--format", "json"] + files)
                .expect(2).answer(ImportAnswer.self)
            #expect(answer.files.first?.problem?.contains("cannot be read") ?? false)
            #expect(answer.total.applied == 2)
        }

        @Test("standard input is read as a file is")
        func standardInput() async throws {
            let folder = try TemporaryFolder()
            let site = try await Site.started("practice", name: "Example Practice", in: folder)
            let samples = try await SampleFiles.written(seed: 14, patients: 1, to: folder, "in")
            let result = try await site.accord(
                "import", "-", "--format", "json", input: samples.directory
            ).expect(0).answer(ImportAnswer.self)
            #expect(result.total.applied == 1)
        }

        @Test("lines of NDJSON go to the patient whom they name")
        func lines() async throws {
            let folder = try TemporaryFolder()
            let site = try await Site.started("practice", name: "Example Practice", in: folder)
            let samples = try await SampleFiles.written(seed: 15, patients: 1, to: folder, "in")
            _ = try await site.takeIn(samples.all)
            let patient = try await site.patient(SampleFiles.identifier(of: samples.patients[0]))
            let before = try await site.record(of: patient.id).resources
            let lines = (0..<3).map { NewObservation(patient: patient.id, value: $0).line }
            let file = try folder.write(lines.joined(), to: "in/lines.ndjson")
            let total = try await site.takeIn([file])
            #expect(total.units == 3)
            #expect(total.created == 3)
            #expect(try await site.record(of: patient.id).resources == before + 3)
        }

        private static func types(_ record: RecordAnswer) -> [String: Int] {
            let counts = record.compartments.flatMap(\.resourcesByType)
            return Dictionary(counts.map { ($0.type, $0.count) }, uniquingKeysWith: +)
        }
    }
}
