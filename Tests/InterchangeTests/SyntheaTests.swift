import Foundation
import Interchange
import Testing

/// Reads synthetic bundles from the folder that ACCORD_DATA names, if there is one.
@Suite struct SyntheaTests {
    private static let folder = ProcessInfo.processInfo.environment["ACCORD_DATA"]

    private func files() throws -> [(name: String, bytes: [UInt8])] {
        let folder = URL(fileURLWithPath: try #require(Self.folder))
            .appendingPathComponent("synthea/plain")
        return try FileManager.default.contentsOfDirectory(
            at: folder, includingPropertiesForKeys: nil
        ).filter { $0.pathExtension == "json" }
            .map { ($0.lastPathComponent, [UInt8](try Data(contentsOf: $0))) }
    }

    @Test("every entry gets a draft and every URN resolves", .enabled(if: folder != nil))
    func bundles() throws {
        for (name, bytes) in try files() {
            let parsed = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
            let count = (parsed?["entry"] as? [Any])?.count ?? -1
            let units = try ImportFile.read(bytes, format: nil).map { try $0.drafts().get() }
            let entries = units.flatMap(\.entries)
            #expect(entries.count == count, "\(name)")
            for unit in units {
                let patient = unit.entries.firstIndex { $0.resourceType == "Patient" }
                for entry in unit.entries {
                    check(entry, patient: patient, in: name)
                }
            }
        }
    }

    private func check(_ entry: EntryDraft, patient: Int?, in name: String) {
        #expect(entry.sourceID != nil, "\(name) \(entry.index)")
        for reference in entry.references {
            switch reference {
            case .entry: break
            case .conditional(let query):
                #expect(query.identifier?.system != nil, "\(name) \(entry.index)")
            case .literal, .urn, .other: Issue.record("\(name) \(entry.index)")
            }
        }
        switch entry.resourceType {
        case "Organization", "Location", "Practitioner", "PractitionerRole":
            #expect(entry.home == .directory, "\(name) \(entry.index)")
        default:
            #expect(entry.home == patient.map { .patientEntry($0) }, "\(name) \(entry.index)")
        }
    }
}
