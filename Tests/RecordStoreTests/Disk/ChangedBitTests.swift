import CareRecord
import RecordStore
import SimulationSupport
import TestSupport
import Testing

/// Bits that change at rest: what notices them, and that no person is shown their work.
@Suite struct ChangedBitTests {
    /// Who noticed a changed bit first.
    private enum Witness: String, CaseIterable {
        case opening, reading, integrityCheck, nobody, noChange
    }

    /// What a person sees of every patient.
    private struct View: Equatable {
        var patients: [HeldPatient] = []
        var resources: [[HeldResource]] = []
    }

    private static func view(_ site: TestSite) async throws -> View {
        var view = View()
        view.patients = try await site.store.findPatients(
            "ada", countMax: 99, actor: TestSite.actor)
        for patient in view.patients {
            let resources = try await site.store.resources(of: patient.id, actor: TestSite.actor)
            view.resources.append(resources)
        }
        return view
    }

    /// Whether every head of a resource is as it was. A head that was ended before may be back, and
    /// a blob whose name changed may be said to be on its way.
    private static func isTrue(_ resource: HeldResource, among known: [HeldResource]) -> Bool {
        guard let before = known.first(where: { $0.id == resource.id }),
            before.type == resource.type, before.stream == resource.stream
        else { return false }
        return resource.heads.allSatisfy { head in
            guard
                var same = before.heads.first(where: {
                    $0.dot == head.dot && $0.index == head.index
                })
            else { return true }
            if head.content == .onItsWay { same.content = .onItsWay }
            return same == head
        }
    }

    /// A record with a bit of everything, checkpointed and closed.
    private static func record() async throws -> (DiskWorld, SimulatedDisk, View, StoreImage) {
        let script = try await StoreScript(
            StoreOperation.script.prefix { $0 != .withdrawal(patient: 0) }
                + [.blob(patient: 0), .checkpoint])
        let disk = try #require(script.steps.last?.before).copy(seed: 1)
        let site = try script.world.open(disk)
        try site.store.checkpoint()
        let view = try await view(site)
        try site.store.checkpoint()
        try site.store.close()
        return (script.world, disk, view, try StoreImage(of: disk))
    }

    @Test("a changed bit in any page is never shown to a person as good content")
    func everyPage() async throws {
        let (world, disk, view, image) = try await Self.record()
        let file = try #require(disk.read("record.db"))
        #expect(file.count > 40 * 8192)
        var witnesses: [Witness: Int] = [:]
        var unnoticed: [String: Int] = [:]
        var random = SeededGenerator(seed: 1)
        for page in stride(from: 0, to: file.count, by: 8192) {
            // Most of a small record's pages is empty: what is zero is left out.
            let used = (page..<page + 8192).filter { file[$0] != 0 }
            for _ in 0..<(DiskEffort.stride == 1 ? 24 : 2) {
                guard let byte = used.randomElement(using: &random) else { break }
                let bit = byte * 8 + Int.random(in: 0..<8, using: &random)
                let copy = disk.copy(seed: 1)
                copy.changeBit(bit, of: "record.db")
                let witness = try await Self.witness(copy, world, view, image, bit)
                witnesses[witness, default: 0] += 1
                guard witness == .nobody, let after = try? StoreImage(of: copy) else { continue }
                for change in after.changes(since: image, orLooks: true) {
                    unnoticed[String(change.prefix { $0 != ":" }), default: 0] += 1
                }
            }
        }
        let counts = Witness.allCases.map { "\($0) \(witnesses[$0] ?? 0)" }
        print("disk: changed bits noticed by: \(counts.joined(separator: ", "))")
        let silent = unnoticed.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        print("disk: unnoticed in: \(silent.joined(separator: ", "))")
    }

    private static func witness(
        _ disk: SimulatedDisk, _ world: DiskWorld, _ view: View, _ image: StoreImage, _ bit: Int
    ) async throws -> Witness {
        let site: TestSite
        do {
            site = try world.open(disk)
        } catch {
            #expect(error is StoreFailure, "\(error)")
            return .opening
        }
        defer { try? site.store.close() }
        let report = StoreInvariants.integrity(of: disk)
        let isWhole = report == ["ok"]
        // A value of another type ends the process; whoever reads the file then is not told wrong.
        guard !report.contains(where: { $0.contains(" value in ") }) else { return .integrityCheck }
        do {
            let seen = try await Self.view(site)
            // What is missing is found by the check of the file; what is there must be true.
            for (patient, resources) in zip(seen.patients, seen.resources) {
                let index = view.patients.firstIndex { $0.id == patient.id }
                let known = index.map { view.resources[$0] } ?? []
                for resource in resources where !Self.isTrue(resource, among: known) {
                    Issue.record("bit \(bit) changes what is shown of a \(resource.type)")
                }
            }
            if seen != view, isWhole { return .nobody }
        } catch {
            #expect(error is StoreFailure, "\(error)")
            return .reading
        }
        guard isWhole else { return .integrityCheck }
        let after = try? StoreImage(of: disk)
        return after?.changes(since: image, orLooks: true) == [] ? .noChange : .nobody
    }

    @Test("a bit that changes while it is read is never shown to a person as good content")
    func whileReading() async throws {
        let (world, disk, view, _) = try await Self.record()
        var noticed = 0
        for number in 1...(DiskEffort.stride == 1 ? 400 : 60) {
            let copy = disk.copy(seed: UInt64(number))
            copy.fail(.read, with: .changedBit, at: number)
            do {
                let site = try world.open(copy)
                let seen = try await Self.view(site)
                for (patient, resources) in zip(seen.patients, seen.resources) {
                    let index = try #require(view.patients.firstIndex { $0.id == patient.id })
                    let known = view.resources[index]
                    for resource in resources where !Self.isTrue(resource, among: known) {
                        Issue.record("read \(number) changes what is shown of a \(resource.type)")
                    }
                }
                try? site.store.close()
            } catch {
                #expect(error is StoreFailure, "\(error) at read \(number)")
                noticed += 1
            }
        }
        print("disk: \(noticed) changed reads noticed")
    }

    @Test("a bit that changes while a fact is written is never shown to a person as good content")
    func whileWriting() async throws {
        let (world, disk, view, _) = try await Self.record()
        for number in 1...(DiskEffort.stride == 1 ? 200 : 30) {
            let copy = disk.copy(seed: UInt64(number))
            let site = try world.open(copy)
            let outcome: SimulatedDisk.Outcome = number.isMultiple(of: 2) ? .changedBit : .shortRead
            copy.fail(.read, with: outcome, at: number)
            do {
                try await StoreOperation.observation(
                    90, patient: 0, value: 9, isSensitive: false
                ).run(site, world)
                try await StoreOperation.stepSharing.run(site, world)
            } catch {
                #expect(error is StoreFailure, "\(error) at read \(number)")
            }
            copy.heal()
            try? site.store.close()
            let report = StoreInvariants.integrity(of: copy)
            guard !report.contains(where: { $0.contains(" value in ") }) else { continue }
            do {
                let after = try world.open(copy)
                let seen = try await Self.view(after)
                for (patient, resources) in zip(seen.patients, seen.resources) {
                    let index = try #require(view.patients.firstIndex { $0.id == patient.id })
                    let more = resources.count - view.resources[index].count
                    #expect(more <= 1, "read \(number)")
                }
                try after.store.close()
            } catch {
                #expect(error is StoreFailure, "\(error) after read \(number)")
            }
        }
    }
}
