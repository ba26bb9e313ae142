import ArgumentParser
import ControlClient
import ControlProtocol

/// `accord audit verify`: whether the log is what it was when it was signed.
struct AuditVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check every entry, tile and signed head of the audit log.",
        discussion: """
            The service checks its own log, also against the head that it keeps outside its data \
            directory. With --bundle an exported log is checked here, without any service; bring \
            the keys from the site's node card, for those in the bundle show only that it agrees \
            with itself. With --ask-witnesses every peer is asked which signed heads of this log it \
            holds: that finds a history that was rewritten with the site's own key. With --join \
            both logs are compared, delivery by delivery.

            Example: accord audit verify --bundle ./log --since last-year.head
            """)

    @Option(help: ArgumentHelp("An exported log to check instead.", valueName: "folder"))
    var bundle: String?

    @Option(help: ArgumentHelp("Keys that you trust, for --bundle.", valueName: "file"))
    var keys: String?

    @Option(help: ArgumentHelp("A signed head from before.", valueName: "file"))
    var since: String?

    @Option(
        help: ArgumentHelp(
            "How many known witnesses must have cosigned the newest head.", valueName: "number"))
    var requireWitnesses = 0

    @Flag(help: "Ask peers which signed heads of this log they hold, and compare.")
    var askWitnesses = false

    @Option(
        help: ArgumentHelp(
            "A peer whose log must tell the same of the sessions with it.", valueName: "peer"))
    var join: String?

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard requireWitnesses >= 0 else { throw ValidationError("A number of witnesses.") }
        guard bundle != nil || keys == nil else {
            throw ValidationError("--keys goes with --bundle; the service has its own.")
        }
        guard bundle == nil || (!askWitnesses && join == nil) else {
            throw ValidationError("--ask-witnesses and --join go without --bundle.")
        }
    }

    func run() async throws {
        let head = since.map(AuditorFile.init)
        let verdict: AuditVerdict
        if let bundle {
            verdict = try BundleFolder(path: bundle).verify(
                keys: keys.map(AuditorFile.init), since: head, witnessesMin: requireWitnesses)
            try options.write(.auditVerdict(verdict))
        } else {
            let check = AuditCheck(
                since: try head?.headText(), witnessesMin: requireWitnesses,
                asksWitnesses: askWitnesses, peer: join)
            verdict = try await options.presenting(Presentation.auditVerdict) {
                try await $0.verifyAudit(check)
            }
        }
        if verdict.exitCode != 0 { throw ExitCode(Int32(verdict.exitCode)) }
    }
}
