import ArgumentParser
import ControlClient
import ControlProtocol

/// `accord quarantine retry`: tries items in quarantine again.
struct QuarantineRetryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Try to apply one item in quarantine again, or every open one.",
        discussion: """
            Ends with 1 if anything is still refused.

            Example: accord quarantine retry 7
            """)

    @Argument(help: "The item's number. (default: every open item)")
    var item: ItemArgument?

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let request = QuarantineRetryRequest(item: item?.number)
        var stillRefused = 0
        try await options.present { control in
            let retry = try await control.retryQuarantine(request)
            stillRefused = retry.stillRefused
            return .quarantineRetried(retry)
        }
        if stillRefused > 0 { throw ExitCode(1) }
    }
}
