import Foundation
import Testing

/// A recorded conversation with the command line: `$ accord …` lines, each followed by what is
/// printed. Ids, times, ports and sizes are masked, since they differ from run to run.
///
/// A line `# …` in place of a command is a step of the test: `# when in step` waits for the peers.
struct Transcript {
    /// The file's name without its ending.
    let name: String

    private var file: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Transcripts/\(name).txt")
    }

    /// Runs the commands and expects what the file holds; `RECORD=1` rewrites it.
    ///
    /// - Parameter variables: what `$NAME` in a command stands for.
    func check(
        at site: Site, variables: [String: String],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let recorded = try String(contentsOf: file, encoding: .utf8)
        var blocks: [String] = []
        var steps = ""
        for line in recorded.split(separator: "\n", omittingEmptySubsequences: false) {
            if line == "# when in step" {
                try await Self.waitUntilInStep(site)
                steps += line + "\n"
            } else if line.hasPrefix("$ accord ") {
                let result = try await site.run(Self.words(of: line.dropFirst(9), variables))
                let status = result.status == 0 ? "" : "[\(result.status)]\n"
                blocks.append(steps + line + "\n" + Self.masked(result.text, variables) + status)
                steps = ""
            }
        }
        let seen = blocks.joined(separator: "\n")
        if Surrounding.records {
            try Data(seen.utf8).write(to: file)
        } else {
            #expect(
                seen == recorded, "RECORD=1 rewrites \(name)", sourceLocation: sourceLocation)
        }
    }

    private static func waitUntilInStep(_ site: Site) async throws {
        try await Deadline.wait(for: "\(site.label) is in step") {
            let status = try await site.status()
            return status.isInStep
                && status.peers.allSatisfy {
                    $0.state == "connected" && $0.exactlyInStepMilliseconds != nil
                }
        }
    }

    /// Splits at spaces outside double quotes; a variable is a word by itself, or several.
    private static func words(of line: Substring, _ variables: [String: String]) -> [String] {
        var words: [String] = []
        var isQuoted = false
        var word = ""
        for character in line + " " {
            switch character {
            case "\"": isQuoted.toggle()
            case " " where !isQuoted:
                if word.first == "$", let value = variables[String(word.dropFirst())] {
                    words += value.split(separator: " ").map(String.init)
                } else if !word.isEmpty {
                    words.append(word)
                }
                word = ""
            default: word.append(character)
            }
        }
        return words
    }

    /// As wide as what it stands for, so that tables stay tables.
    private static let uuid = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"

    private static func masked(_ text: String, _ variables: [String: String]) -> String {
        var text = text
        for (name, value) in variables.sorted(by: { $0.key < $1.key }) {
            text = text.replacing(value, with: "$" + name)
        }
        return
            text
            .replacing(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, with: uuid)
            // Its leading zeros are not written.
            .replacing(/\/[0-9a-f]{10,16}\b/, with: "/INCARNATION")
            .replacing(/[a-z2-7]{7}(-[a-z2-7]{7}){7}/, with: "FINGERPRINT")
            .replacing(/20(2[6-9]|[3-9]\d)-\d\d-\d\d/, with: "YYYY-MM-DD")
            .replacing(/\d\d:\d\d\b/, with: "hh:mm")
            .replacing(/audit log( +)\d.*/) { "audit log\($0.output.1)AUDIT" }
            .replacing(/clock( +)(steady|unsynchronised)/) { "clock\($0.output.1)CLOCK" }
            .replacing(/127\.0\.0\.1:\d+/, with: "127.0.0.1:PORT")
            .replacing(/up \d+ s/, with: "up N s")
            .replacing(/\d+\.\d [KM]iB/, with: "SIZE")
            .replacing(/time( +)\d+\.\d s/) { "time\($0.output.1)N s" }
            .replacing(/state( +)(never-contacted|connecting|connected)/) {
                "state\($0.output.1)STATE"
            }
    }
}
