import Foundation
import Testing

extension Daemons {
    @Suite("Transcripts of the command line")
    struct TranscriptTests {
        /// Each is held at a new practice, whose hospital is enrolled at once.
        @Test(
            "prints what is recorded",
            arguments: ["status", "import", "peer-add", "share", "patient-find", "refusals"])
        func transcript(_ name: String) async throws {
            let folder = try TemporaryFolder()
            let practice = try await Site.started("practice", name: "Example Practice", in: folder)
            let hospital = try await Site.started("hospital", name: "General Hospital", in: folder)
            try await hospital.add(practice, at: practice.endpoint)
            let samples = try await SampleFiles.written(seed: 7, patients: 2, to: folder, "in")
            let hostile = try folder.write(HostileBundle.misleading[0].bytes(), to: "in/x.json")
            try await Transcript(name: name).check(
                at: practice,
                variables: [
                    "HOSPITAL": hospital.endpoint,
                    "HOSPITAL_FINGERPRINT": try await hospital.status().fingerprint,
                    "OWN_FINGERPRINT": try await practice.status().fingerprint,
                    "SAMPLES": samples.all.joined(separator: " "), "HOSTILE": hostile,
                ])
        }
    }
}
