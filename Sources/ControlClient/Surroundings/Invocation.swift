import Foundation

/// What surrounds the running command: its environment and terminals.
public struct Invocation: Sendable {
    /// The socket that is used unless another is named.
    public static let defaultSocketPath = "/run/accord/control.sock"

    private let environment: [String: String]
    private let isOutputTerminal: Bool
    private let isErrorTerminal: Bool
    private let terminalWidth: Int

    /// Describes surroundings, for tests.
    public init(
        environment: [String: String], isOutputTerminal: Bool = false,
        isErrorTerminal: Bool = false, terminalWidth: Int = 80
    ) {
        self.environment = environment
        self.isOutputTerminal = isOutputTerminal
        self.isErrorTerminal = isErrorTerminal
        self.terminalWidth = terminalWidth
    }

    /// Those of this process.
    public static var current: Invocation {
        var size = winsize()
        let hasSize = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        return Invocation(
            environment: ProcessInfo.processInfo.environment,
            isOutputTerminal: isatty(STDOUT_FILENO) == 1,
            isErrorTerminal: isatty(STDERR_FILENO) == 1,
            terminalWidth: hasSize ? Int(size.ws_col) : 80)
    }

    /// The socket to use: the one named, or `ACCORD_SOCKET`, or the default.
    public func socketPath(_ named: String?) -> String {
        let variable = environment["ACCORD_SOCKET"] ?? ""
        return named ?? (variable.isEmpty ? Self.defaultSocketPath : variable)
    }

    /// How text on standard output looks. There is colour on a terminal only, and not with
    /// `NO_COLOR` or on a dumb one.
    public var outputStyle: TextStyle {
        guard isOutputTerminal else { return TextStyle() }
        return TextStyle(width: min(max(terminalWidth, 40), 160), hasColour: allowsColour)
    }

    /// Whether a progress bar may be drawn on standard error.
    public var showsProgress: Bool { isErrorTerminal && environment["TERM"] != "dumb" }

    /// Whether somebody is there to answer a question.
    public var canAsk: Bool { isErrorTerminal && isatty(STDIN_FILENO) == 1 }

    /// The folders in which programs are looked for, in order.
    public var programFolders: [String] {
        (environment["PATH"] ?? "").split(separator: ":").map(String.init)
    }

    private var allowsColour: Bool {
        (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }
}
