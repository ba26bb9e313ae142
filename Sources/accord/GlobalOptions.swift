import ArgumentParser
import ControlClient

/// The options that every command has which talks to the service.
struct GlobalOptions: ParsableArguments {
    @Option(
        name: .customLong("socket"),
        help: ArgumentHelp(
            "The service's socket. (default: $ACCORD_SOCKET or /run/accord/control.sock)",
            valueName: "path"))
    var socketPath: String?

    @Option(help: "How the answer is written.")
    var format: OutputFormat = .table

    /// Holds a conversation with the service and prints what it comes to.
    func present(
        _ work: (NodeControl) async throws -> Presentation
    ) async throws {
        let invocation = Invocation.current
        let control = NodeControl(socketPath: invocation.socketPath(socketPath))
        let presentation: Presentation
        do {
            presentation = try await work(control)
        } catch {
            await control.close()
            throw error
        }
        await control.close()
        try StandardStreams.write(
            presentation.rendered(as: format, style: invocation.outputStyle))
    }
}
