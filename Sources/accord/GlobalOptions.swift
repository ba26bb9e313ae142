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
        _ = try await presenting({ $0 }, work)
    }

    /// Holds a conversation with the service, prints its answer, and returns it.
    func presenting<Answer>(
        _ presentation: (Answer) -> Presentation, _ work: (NodeControl) async throws -> Answer
    ) async throws -> Answer {
        let answer = try await Self.conversing(socketPath, work)
        try write(presentation(answer))
        return answer
    }

    /// Prints.
    func write(_ presentation: Presentation) throws {
        try StandardStreams.write(
            presentation.rendered(as: format, style: Invocation.current.outputStyle))
    }

    /// Holds a conversation with the service.
    static func conversing<Answer>(
        _ socketPath: String?, _ work: (NodeControl) async throws -> Answer
    ) async throws -> Answer {
        let control = NodeControl(socketPath: Invocation.current.socketPath(socketPath))
        let answer: Answer
        do {
            answer = try await work(control)
        } catch {
            await control.close()
            throw error
        }
        await control.close()
        return answer
    }
}
