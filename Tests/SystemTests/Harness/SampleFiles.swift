import Foundation
import Testing

/// Bundles from the generator of sample patients.
struct SampleFiles {
    /// The directory's bundle first, then one for each patient.
    let all: [String]

    /// Writes bundles into a folder.
    static func written(
        seed: Int, patients: Int, from first: Int = 0, to folder: TemporaryFolder, _ name: String
    ) async throws -> SampleFiles {
        let output = try folder.path(name + "/")
        let errors = try folder.path("samples.txt")
        let process = try ChildProcess(
            ProgramFiles.path(of: "accord-samples"),
            [
                "--seed", String(seed), "--patients", String(patients), "--from", String(first),
                "--out", output,
            ], environment: Surrounding.environment(with: [:]), output: errors, errors: errors)
        let status = try await process.end()
        try #require(status == 0, "\(TextFile.read(errors))")
        let names = try FileManager.default.contentsOfDirectory(atPath: output).sorted()
        return SampleFiles(all: names.map { output + $0 })
    }

    var directory: String { all[0] }
    var patients: [String] { Array(all.dropFirst()) }

    /// How many entries a bundle has.
    static func entries(of file: String) throws -> Int { try entryObjects(of: file).count }

    /// How many entries of a bundle are in the patient's record; medications are in the directory.
    static func patientEntries(of file: String) throws -> Int {
        try types(of: file).filter { $0.key != "Medication" }.values.reduce(0, +)
    }

    /// An identifier of a patient's bundle that nobody else has.
    static func identifier(of file: String) throws -> String {
        for resource in try resources(of: file)
        where resource["resourceType"] as? String == "Patient" {
            let identifiers = resource["identifier"] as? [[String: Any]] ?? []
            return try #require(identifiers.first?["value"] as? String)
        }
        throw NoPatient()
    }

    /// How many resources of each type a bundle has.
    static func types(of file: String) throws -> [String: Int] {
        let types = try resources(of: file).compactMap { $0["resourceType"] as? String }
        return Dictionary(types.map { ($0, 1) }, uniquingKeysWith: +)
    }

    private static func resources(of file: String) throws -> [[String: Any]] {
        try entryObjects(of: file).compactMap { $0["resource"] as? [String: Any] }
    }

    private static func entryObjects(of file: String) throws -> [[String: Any]] {
        let bytes = try Data(contentsOf: URL(filePath: file))
        let bundle = try JSONSerialization.jsonObject(with: bytes) as? [String: Any]
        return bundle?["entry"] as? [[String: Any]] ?? []
    }

    /// A bundle without a patient.
    struct NoPatient: Error {}
}
