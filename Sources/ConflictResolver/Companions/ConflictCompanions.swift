import CareRecord

/// Writes what says that a conflict is open: R4's `DetectedIssue`, `Task` and `Flag`
/// (`merge.md` §10).
///
/// They name the resource, the element and the class. What was written stands in the resource
/// alone.
struct ConflictCompanions {
    let view: ResourceView
    let responsibility: Responsibility
    let subject: CompanionSubject?
    /// The Provenance of each event that is named.
    let provenances: [EventID: EntityID]

    private var root: Part { view.root.part }

    /// The issue and the task of a conflict, and of class U the flag if the resource has a subject.
    ///
    /// - Parameter firstShown: when this node first could show it, in milliseconds since 1970 UTC.
    func companions(of conflict: Conflict, firstShown: Int64?) -> [Companion] {
        let issue = id(.detectedIssue, conflict)
        let started = firstShown.flatMap { R4Text.instant(milliseconds: $0) }
        var found = [
            Companion(.detectedIssue, issue, about: root, issueMembers(conflict, started)),
            Companion(
                .task, id(.task, conflict), about: root,
                taskMembers(conflict, issue, started, due: started == nil ? nil : firstShown)),
        ]
        if conflict.conflictClass == .urgent, let subject {
            found.append(
                Companion(
                    .flag, id(.flag, conflict), about: root,
                    flagMembers(conflict, issue, subject, started)))
        }
        return found
    }

    private func id(_ kind: Companion.Kind, _ conflict: Conflict) -> EntityID {
        let subjects = conflict.heads.map {
            CompanionID.Subject(element: conflict.element, head: $0)
        }
        return CompanionID.of(kind, of: root, about: subjects, conflict.kind)
    }

    // MARK: - The three of them

    private func issueMembers(_ conflict: Conflict, _ started: String?) -> [R4Member] {
        let letter = conflict.conflictClass.letter
        let codes = [
            (CompanionTerms.classSystem, letter), (CompanionTerms.kindSystem, conflict.kind.code),
        ]
        var known: Set<EntityID> = []
        let evidence = conflict.heads.compactMap { provenances[$0.event] }
            .filter { known.insert($0).inserted }
            .map { Companion.reference(to: .provenance, $0) }
        var members = [
            identifier(of: conflict), R4Member("status", .text("preliminary")),
            R4Member(
                "code", .concept(codes, "Conflict of class \(letter), \(conflict.kind.code)")),
            R4Member("severity", .text(conflict.conflictClass.severity)),
            R4Member(
                "implicated",
                .list([
                    .object([R4Member("reference", .text("\(root.kind)/\(root.entity)"))])
                ])),
            R4Member(
                "detail",
                .text("\(title(of: conflict)) \(advice(on: conflict)) \(Self.unreviewed)")),
        ]
        if !evidence.isEmpty {
            members.append(
                R4Member("evidence", .list([.object([R4Member("detail", .list(evidence))])])))
        }
        if let started { members.append(R4Member("identifiedDateTime", .text(started))) }
        if let subject, subject.isPatient {
            members.append(R4Member("patient", subject.reference))
        }
        return members
    }

    private func taskMembers(
        _ conflict: Conflict, _ issue: EntityID, _ started: String?, due firstShown: Int64?
    ) -> [R4Member] {
        let isReview = conflict.conflictClass < .human
        var members = [
            identifier(of: conflict), R4Member("status", .text("requested")),
            R4Member("intent", .text("order")),
            R4Member(
                "priority", .text(conflict.conflictClass == .urgent ? "urgent" : "routine")),
            R4Member("code", .concept(isReview ? "Review what is shown" : "Decide a conflict")),
            R4Member(
                "description",
                .text("\(title(of: conflict)) \(advice(on: conflict)) \(next(for: conflict))")),
            R4Member("focus", Companion.reference(to: .detectedIssue, issue)),
            R4Member(
                "performerType",
                .list(responsibility.roles.sorted().map { .concept($0) })),
        ]
        if let subject { members.append(R4Member("for", subject.reference)) }
        if let started { members.append(R4Member("authoredOn", .text(started))) }
        let hours = Int64(conflict.conflictClass.hoursToResolve)
        let due = firstShown.flatMap { R4Text.instant(milliseconds: $0 + hours * 3_600_000) }
        if let due {
            let period = R4Value.object([R4Member("end", .text(due))])
            members.append(R4Member("restriction", .object([R4Member("period", period)])))
        }
        return members
    }

    private func flagMembers(
        _ conflict: Conflict, _ issue: EntityID, _ subject: CompanionSubject, _ started: String?
    ) -> [R4Member] {
        let category = R4Value.concept([(CompanionTerms.flagCategory, "safety")], "Safety")
        var members = [
            identifier(of: conflict), R4Member("status", .text("active")),
            R4Member("category", .list([category])),
            R4Member("code", .concept("\(title(of: conflict)) \(advice(on: conflict))")),
            R4Member(
                "extension",
                .list([
                    .extension(
                        CompanionTerms.flagDetail, "Reference",
                        Companion.reference(to: .detectedIssue, issue))
                ])),
            R4Member("subject", subject.reference),
        ]
        if let started {
            members.append(R4Member("period", .object([R4Member("start", .text(started))])))
        }
        return members
    }

    private func identifier(of conflict: Conflict) -> R4Member {
        let identifier = R4Value.identifier(
            CompanionTerms.conflictSystem, conflict.id.description)
        return R4Member("identifier", .list([identifier]))
    }

    // MARK: - In words

    private func title(of conflict: Conflict) -> String {
        let part = conflict.element.part
        let inner = part == root ? "" : " \(part.entity)"
        return "Class \(conflict.conflictClass.letter), \(conflict.kind.code):"
            + " \(part.kind)/\(conflict.element.facet)\(inner) of \(root.kind)/\(root.entity)."
    }

    private func advice(on conflict: Conflict) -> String {
        if conflict.conflictClass < .human { return "What is shown stands; somebody should look." }
        if WarningRule.isWarning(view) {
            return "What warns most is shown and stands until somebody decides."
        }
        return "What was recorded does not agree. Do not assume any of it."
    }

    private func next(for conflict: Conflict) -> String {
        let command = "Next: accord conflict show \(conflict.id)"
        guard responsibility == .seniorClinician, conflict.conflictClass >= .human else {
            return command
        }
        return "Only a document that is issued again or cancelled decides it. \(command)"
    }

    /// `merge.md` §13: every place that presents a class says so.
    private static let unreviewed = "No clinical safety officer has reviewed the classes."
}

extension ConflictClass {
    /// The code of R4's `DetectedIssue.severity`.
    fileprivate var severity: String {
        switch self {
        case .urgent: "high"
        case .human: "moderate"
        case .flagged, .automatic: "low"
        }
    }
}
