import ArgumentParser
import ControlClient
import ControlProtocol

/// `accord audit accounting`: to whom a patient's record was disclosed.
struct AuditAccountingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accounting",
        abstract: "Show to whom a patient's record was disclosed.",
        discussion: """
            An accounting of disclosures (45 CFR 164.528), of the last six years if no period is \
            named. Disclosures to one recipient for one purpose share a row: first, number, last. \
            Those for treatment, payment and operations do not count and are only numbered; \
            docs/auditing.md has the table of purposes. The look-up is an entry itself.

            --suspend leaves disclosures to an agency that is a peer out of all accountings, as a \
            health oversight or law enforcement agency may demand for a time (164.528(a)(2)); \
            accountings do not mention it. A day that has passed ends it. The change is an entry.

            Example: accord audit accounting --patient 01234567-89ab-cdef-0123-456789abcdef \
            --format html -o accounting.html
            """)

    /// How the accounting is written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, json, csv, html
    }

    @Option(help: ArgumentHelp("The patient.", valueName: "id"))
    var patient: RecordArgument?

    @Option(help: ArgumentHelp("The first day, such as 2026-01-31, in UTC.", valueName: "day"))
    var from: DayArgument?

    @Option(help: ArgumentHelp("The last day.", valueName: "day"))
    var to: DayArgument?

    @Flag(help: "Show disclosures for purposes that do not count as well.")
    var all = false

    @Flag(help: "Give each disclosure a row of its own.")
    var each = false

    @Flag(help: "Show disclosures to suspended agencies as well: not for the patient.")
    var includeSuspended = false

    @Option(
        help: ArgumentHelp(
            "Leave disclosures to this peer out of accountings.", valueName: "agency"))
    var suspend: String?

    @Option(
        help: ArgumentHelp(
            "The last day of that, such as 2026-12-31, in UTC.", valueName: "day"))
    var until: DayArgument?

    @Option(
        help: ArgumentHelp(
            "Why; kept for years in the log: name no patient, no diagnosis.", valueName: "text"))
    var reason: String?

    @Option(help: "How the accounting is written.")
    var format: Format = .table

    @Option(
        name: [.short, .long], help: ArgumentHelp("Where to. (default: here)", valueName: "file"))
    var output: String?

    @Option(
        name: .customLong("socket"),
        help: ArgumentHelp("The service's socket.", valueName: "path"))
    var socketPath: String?

    func validate() throws {
        guard (patient == nil) != (suspend == nil) else {
            throw ValidationError("Name a --patient, or an agency to --suspend.")
        }
        guard (suspend == nil) == (until == nil), suspend != nil || reason == nil else {
            throw ValidationError("A suspension has an agency and a last day: --until.")
        }
        if let query { try RequestChecking.run(query.check) }
        if let suspension { try RequestChecking.run(suspension.check) }
    }

    func run() async throws {
        if let suspension {
            let state = try await GlobalOptions.conversing(socketPath) {
                try await $0.suspendAccounting(suspension)
            }
            return try StandardStreams.write(
                Presentation.accountingSuspension(state).rendered(as: .table))
        }
        guard let query else { return }
        let accounting = try await GlobalOptions.conversing(socketPath) {
            try await $0.accountDisclosures(query)
        }
        try OutputFile(path: output).write(try text(of: accounting))
    }

    /// What is asked for; `nil` if a suspension is ordered.
    var query: AccountingQuery? {
        patient.map {
            AccountingQuery(
                patient: $0.id, fromMilliseconds: from?.day.startMilliseconds,
                toMilliseconds: to?.day.endMilliseconds, showsAllPurposes: all, showsEach: each,
                includesSuspended: includeSuspended)
        }
    }

    /// The suspension that is ordered, or its end.
    var suspension: AccountingSuspension? {
        guard let suspend, let until else { return nil }
        return AccountingSuspension(
            peer: suspend, untilMilliseconds: until.day.endMilliseconds, reason: reason)
    }

    private func text(of accounting: Accounting) throws -> String {
        let presentation = Presentation.accounting(accounting)
        let style = output == nil ? Invocation.current.outputStyle : TextStyle()
        return switch format {
        case .table: try presentation.rendered(as: .table, style: style)
        case .json: try presentation.rendered(as: .json)
        case .csv: try presentation.rendered(as: .csv)
        case .html: AccountingPage(accounting).html
        }
    }
}
