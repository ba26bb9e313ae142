import ArgumentParser
import ControlClient
import ControlProtocol

/// `accord peer limit`: limits what a peer takes of the network.
struct PeerLimitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limit",
        abstract: "Limit how much is sent to a peer, when, and by which way.",
        discussion: """
            What is not named stays as it is. Urgent events leave at any time and do not wait for \
            the limit. Windows are times of day of the node; one may go past midnight.

            Example: accord peer limit hospital --bandwidth 256KiB --window 22:00-06:00
            """)

    @Argument(help: "The peer's name.")
    var name: String

    @Option(
        help: ArgumentHelp("Most bytes to send in a second, such as 256KiB.", valueName: "size"))
    var bandwidth: ByteSizeArgument?

    @Flag(help: "Remove the limit of bytes.")
    var noBandwidth = false

    @Option(
        name: .customLong("window"),
        help: ArgumentHelp(
            "Let more than urgent events leave in this time only; repeatable.",
            valueName: "hh:mm-hh:mm"))
    var windows: [String] = []

    @Flag(help: "Remove the time windows.")
    var noWindows = false

    @Option(help: ArgumentHelp("Dial through this CONNECT proxy.", valueName: "host:port"))
    var proxy: String?

    @Flag(help: "Dial directly.")
    var noProxy = false

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard bandwidth == nil || !noBandwidth, windows.isEmpty || !noWindows,
            proxy == nil || !noProxy
        else {
            throw ValidationError("A limit is either set or removed.")
        }
        if let proxy, !PeerTyping.isEndpoint(proxy) {
            throw ValidationError("`\(proxy)` is not a host and a port, such as 192.0.2.1:3128.")
        }
        try RequestChecking.run(limit.check)
    }

    func run() async throws {
        try await options.present { .peer(try await $0.limitPeer(limit)) }
    }

    /// What is sent.
    var limit: PeerLimit {
        PeerLimit(
            name: name, bytesPerSecond: noBandwidth ? 0 : bandwidth?.bytes,
            windows: windows.isEmpty && !noWindows ? nil : windows, proxy: noProxy ? "" : proxy)
    }
}
