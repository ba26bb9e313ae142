import AuditTrail
public import ControlProtocol

extension Presentation {
    /// Presents the last entries of the audit log.
    public static func auditTail(_ entries: [AuditLogEntry]) -> Presentation {
        auditEntries(entries, none: "The audit log is empty.")
    }

    /// Presents the entries that answer a question.
    public static func auditAnswer(_ entries: [AuditLogEntry]) -> Presentation {
        auditEntries(entries, none: "No entry answers this.")
    }

    private static func auditEntries(_ entries: [AuditLogEntry], none: String) -> Presentation {
        var csv = CSVTable(AuditLogEntry.csvTitles + ["finding"])
        for entry in entries {
            csv.add(entry.csvFields.map { .ready($0) } + [.text(entry.finding)])
        }
        return Presentation(list: entries, csv: csv) { style in
            guard !entries.isEmpty else { return none + "\n" }
            var table = TextTable([
                .init("SEQ", isNumber: true), .init("TIME (UTC)"), .init("KIND"),
                .init("OUTCOME"), .init("WHO", wraps: true), .init("WHAT", wraps: true),
            ])
            for entry in entries {
                table.add([
                    .init(String(entry.seq)),
                    .init(FigureText.minute(milliseconds: entry.time)), .init(entry.kind),
                    .init(entry.outcome, entry.outcome == "success" ? nil : .bad),
                    .init(who(entry)), .init(what(entry)),
                ])
            }
            return table.text(style)
        }
    }

    /// Who acted. A peer is called what it is enrolled as: who asked there is its own word.
    private static func who(_ entry: AuditLogEntry) -> String {
        guard entry.actor.role == "peer" else { return entry.actor.name ?? entry.actor.id }
        return (entry.from ?? entry.to)?.name ?? entry.actor.id
    }

    /// The name that a peer gives of who acted there.
    private static func said(_ entry: AuditLogEntry) -> String? {
        guard entry.actor.role == "peer", let name = entry.actor.name, name != who(entry) else {
            return nil
        }
        return "there \"\(name)\""
    }

    /// Whom an entry concerns, how much, and why: as much as a line holds.
    private static func what(_ entry: AuditLogEntry) -> String {
        let parts = [
            entry.finding, said(entry), entry.to.map { "to \($0.name ?? $0.site)" },
            entry.from.map { "from \($0.name ?? $0.site)" },
            entry.patient.map { "patient \($0.prefix(8))" },
            entry.data.map { FigureText.count($0.events, "event") },
            entry.data?.compartments, entry.purpose, entry.reason,
            entry.merge.map { "class \($0.conflictClass) \($0.rule)" },
            entry.authority.map { "decided by \($0.id) (\($0.role))" },
        ]
        return parts.compactMap { $0 }.joined(separator: ", ")
    }

    /// Presents what a check of the audit log came to: the verdict's line, then what it means.
    public static func auditVerdict(_ verdict: AuditVerdict) -> Presentation {
        var csv = CSVTable(["line", "exitCode", "witnesses", "headsPassedOver", "asked", "join"])
        let asked = verdict.asked?.map { "\($0.peer)=\($0.outcome.rawValue)" }
        csv.add([
            .text(verdict.line), .number(verdict.exitCode),
            .text(verdict.witnesses.joined(separator: " ")), .number(verdict.headsPassedOver),
            .text(asked?.joined(separator: " ")),
            .text(verdict.join.map { "\($0.peer)=\($0.outcome.rawValue)" }),
        ])
        return Presentation(value: verdict, csv: csv) { style in
            let tone: TextStyle.Tone? = [0: .good, 1: .bad][verdict.exitCode] ?? .doubtful
            let line = ShownText.safe(verdict.line)
            var text = (tone.map { style.coloured(line, $0) } ?? line) + "\n"
            let pruned = verdict.pruned.map { ["The log was \($0.text)."] } ?? []
            for sentence in meaning(of: verdict) + pruned {
                text +=
                    ShownText.wrapped(ShownText.safe(sentence), width: style.width)
                    .joined(separator: "\n") + "\n"
            }
            if let join = verdict.join { text += "\n" + joined(join, style) }
            if let asked = verdict.asked { text += "\n" + askedWitnesses(asked, style) }
            return text
        }
    }

    /// Presents what an export came to.
    public static func auditExported(
        files: Int, folder: String, pruned: AuditPrunedPart? = nil
    ) -> Presentation {
        struct Export: Encodable {
            let files: Int
            let folder: String
            let pruned: AuditPrunedPart?
        }
        var csv = CSVTable(["files", "folder", "pruned"])
        csv.add([.number(files), .text(folder), .text(pruned?.text)])
        let value = Export(files: files, folder: folder, pruned: pruned)
        return Presentation(value: value, csv: csv) { style in
            "\(FigureText.count(files, "file")) in \(ShownText.safe(folder))\n"
                + (pruned.map { sentence(about: $0, style) } ?? "")
        }
    }

    /// Presents what was pruned, and how the archive is checked by other means.
    public static func auditPruned(_ pruned: AuditPruned, archive: String) -> Presentation {
        var csv = CSVTable(["minimum", "dropped"])
        csv.add([.number(pruned.minimum), .number(pruned.dropped)])
        return Presentation(value: pruned, csv: csv) { _ in
            let folder = ShownText.safe(archive)
            return "\(FigureText.entries(pruned.dropped)) dropped; the log begins with entry "
                + "\(FigureText.count(pruned.minimum)).\nKeep \(folder), and check it with the "
                + "second verifier as well:\n\n"
                + "    python3 Protocols/verify_audit_log.py \(folder)\n"
        }
    }

    private static func sentence(about part: AuditPrunedPart, _ style: TextStyle) -> String {
        let text = ShownText.safe("The log was \(part.text).")
        return ShownText.wrapped(text, width: style.width).joined(separator: "\n") + "\n"
    }

    /// What is to be done after evidence.
    private static let keepCopy = "Keep a copy of the database before the service is restarted."

    private static func meaning(of verdict: AuditVerdict) -> [String] {
        switch verdict.exitCode {
        case 0:
            guard verdict.line.hasPrefix("intact") else {
                return ["This log has grown from both heads, and the newer from the older."]
            }
            var sentences = [cosigned(verdict)]
            if verdict.headsPassedOver > 0 {
                sentences.append(
                    FigureText.count(verdict.headsPassedOver, "signed head")
                        + " inside the pruned part were not compared.")
            }
            return sentences
        case 1:
            if verdict.isOtherKey {
                return [
                    "A witness holds a head under this log's name that another key signed: the key "
                        + "was replaced, or the witness is not to be believed. Compare this site's "
                        + "node card with the one that the witness enrolled."
                ]
            }
            if let join = verdict.join { return [meaning(of: join), keepBoth] }
            let name = verdict.line.split(separator: "=").last.map(String.init) ?? ""
            guard name != "coverage" else {
                return [
                    "The log is whole, and the events that the site holds are not those that it "
                        + "tells of: one was added, removed or exchanged.", keepCopy,
                ]
            }
            guard let check = LogCheck(rawValue: name) else { return [keepCopy] }
            return [
                check.broken, "From that entry on the log can no longer be relied on.", keepCopy,
            ]
        default:
            if verdict.join != nil {
                return ["This log agrees with itself. The peer's could not be compared with it."]
            }
            guard verdict.line != AuditVerdict.nobodyHolds else {
                return [
                    "This log agrees with itself. No witness that could be asked holds a head of it."
                ]
            }
            guard !verdict.line.hasPrefix("unchecked witnesses=") else {
                return [
                    "Everything there agrees; fewer known witnesses than were demanded have cosigned "
                        + "the newest head. accord audit witness names them."
                ]
            }
            return ["Nothing can be said of the rest."]
        }
    }

    /// Who cosigned the newest head of a log that holds.
    private static func cosigned(_ verdict: AuditVerdict) -> String {
        guard verdict.witnesses.isEmpty else {
            return "Cosigned by \(verdict.witnesses.joined(separator: ", "))."
        }
        guard !(verdict.asked ?? []).contains(where: { $0.outcome == .agrees }) else {
            return "Nobody has cosigned the newest head yet: what each witness has stands below."
        }
        return "No known witness cosigned the newest head: a history that was written anew by "
            + "whoever holds the key is found only by heads from elsewhere."
    }
}

extension LogCheck {
    /// What it means that the check failed.
    fileprivate var broken: String {
        switch self {
        case .files: "A file is not as the list of files says."
        case .keys: "The keys cannot be read."
        case .head: "A signed head cannot be read, is another log's, out of order, or gone."
        case .signature: "The log's key did not sign a head."
        case .cosignature: "A witness's signature under a head does not hold."
        case .size: "The log ends before an entry that was signed."
        case .entries: "A file of entries is cut, or holds more than it may."
        case .seq: "An entry is not at its place: one was removed, added or moved."
        case .leaf: "An entry, or its hash, was changed."
        case .root: "The entries are not those that were signed."
        case .tile: "A hash of the tree was changed, or is gone."
        case .prune: "Entries are gone that no entry says were pruned."
        case .export: "The log's key did not sign this list of files."
        case .rows: "Rows beside the log claim a cosignature that no head has, or hide an entry."
        }
    }
}
