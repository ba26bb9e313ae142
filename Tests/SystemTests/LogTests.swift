import Foundation
import Testing

extension Daemons {
    @Suite("What logs hold")
    struct LogTests {
        @Test("no content, and no name of a file, is in a log, a status or a process title")
        func canaries() async throws {
            let folder = try TemporaryFolder()
            let trace = ["ACCORD_LOG_LEVEL": "trace"]
            let practice = try await Site.started(
                "practice", name: "Example Practice", in: folder, settings: trace)
            let hospital = try await Site.started(
                "hospital", name: "General Hospital", in: folder, settings: trace)
            let link = try await SiteLink(practice, hospital)
            try await link.grant()
            let files = try Self.files(in: folder)
            let total = try await practice.takeIn(files)
            #expect(total.created == 4)
            try await hospital.waitUntilHolding(4)
            let refused = try folder.write(
                HostileBundle.misleading[0].bytes(), to: "in/\(Canary.file)-hostile.json")
            _ = try await practice.accord("import", refused).expect(1)
            var shown = ""
            for site in [practice, hospital] {
                shown += try await Self.look(at: site)
            }
            // The canaries are seen where they should be, or their absence elsewhere shows nothing.
            #expect(shown.contains(Canary.family))
            #expect(shown.contains(Canary.plan))

            for site in [practice, hospital] {
                try await Self.expectSilence(of: site)
                #expect(try await site.stop() == 0)
                Canary.expectNone(in: site.log, "log of \(site.label)")
                #expect(site.log.contains("node stopped"))
            }
        }

        private static func files(in folder: TemporaryFolder) throws -> [String] {
            let patient = HostileBundle.entry(
                "Patient", "p",
                #""identifier":[{"system":"urn:synthetic","value":"\#(Canary.identifier)"}],"#
                    + #""name":[{"family":"\#(Canary.family)","given":["Synthetic"]}],"#
                    + #""birthDate":"1931-07-29","address":[{"line":["\#(Canary.address)"]}]"#)
            let note = HostileBundle.entry(
                "Observation", "o",
                #""status":"final","code":{"text":"\#(Canary.note)"},"#
                    + #""subject":{"reference":"urn:uuid:p"},"note":[{"text":"\#(Canary.note)"}]"#)
            let plan = HostileBundle.entry(
                "CarePlan", "c",
                #""status":"active","intent":"plan","title":"\#(Canary.plan)","#
                    + #""subject":{"reference":"urn:uuid:p"}"#)
            let doctor = HostileBundle.entry(
                "Practitioner", "d", #""name":[{"family":"\#(Canary.doctor)"}]"#)
            let entries = [patient, note, plan, doctor].joined(separator: ",")
            let text = #"{"resourceType":"Bundle","type":"transaction","entry":[\#(entries)]}"#
            return [try folder.write(text, to: "in/\(Canary.file).json")]
        }

        /// Uses the commands that show content.
        private static func look(at site: Site) async throws -> String {
            let patient = try await site.patient(Canary.family)
            var text = try await site.accord("patient", "show", patient.id).expect(0).output
            text += try await site.accord("patient", "timeline", patient.id).expect(0).output
            text += try await site.accord("plan", "show", patient.id).expect(0).output
            _ = try await site.accord("patient", "find", Canary.identifier).expect(0)
            return text
        }

        private static func expectSilence(of site: Site) async throws {
            for arguments in [["status"], ["peer", "list"], ["share", "list"]] {
                for format in ["table", "json", "csv"] {
                    let result = try await site.run(arguments + ["--format", format]).expect(0)
                    Canary.expectNone(in: result.text, "\(result.line)")
                }
            }
            let daemon = try #require(site.daemon)
            for name in ["cmdline", "comm", "environ"] {
                Canary.expectNone(in: TextFile.read("/proc/\(daemon.id)/\(name)"), name)
            }
        }
    }
}

/// Texts that stand for what may be seen by those only who treat the patient.
private enum Canary {
    static let family = "Zaunkoenig"
    static let identifier = "CNRY7731"
    static let address = "Rotkehlchenweg 4"
    static let note = "Synthetic distress after Gimpel"
    static let plan = "Plan Nachtigall"
    static let doctor = "Eisvogel"
    static let file = "maria-dompfaff-1931"

    static let all = [
        family, identifier, "Rotkehlchenweg", "Gimpel", "Nachtigall", doctor, file, "1931-07-29",
        HostileBundle.canary,
    ]

    static func expectNone(
        in text: String, _ what: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        for canary in all {
            let isAbsent = !text.localizedCaseInsensitiveContains(canary)
            #expect(isAbsent, "\(canary) in \(what)", sourceLocation: sourceLocation)
        }
    }
}
