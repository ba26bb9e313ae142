import ControlClient
import ControlProtocol

/// How a command ends that could not do its work.
struct CommandEnding: Equatable {
    /// What standard error says, with its line end.
    let text: String
    /// 1 where the node looked and found a problem, 2 where nobody could look.
    let exitStatus: Int32

    /// Reads a failure of the node, of the way to it, or of this machine; nil for what the argument
    /// parser knows better.
    init?(_ error: any Error) {
        switch error {
        case let failure as ControlFailure:
            self.init(failure.message, failure.next, exitStatus: Self.exitStatus(of: failure.code))
        case let failure as NodeControlFailure:
            self.init(failure.message, failure.next, exitStatus: 2)
        case let failure as BundleFolder.Failure:
            self.init(failure.description, nil, exitStatus: 2)
        case let failure as InputFile.Failure:
            self.init(failure.description, nil, exitStatus: 2)
        case let failure as ServiceProgram.Failure:
            self.init(failure.description, nil, exitStatus: 2)
        default:
            return nil
        }
    }

    private init(_ message: String, _ next: String?, exitStatus: Int32) {
        text = (["accord: " + message] + [next].compactMap { $0.map { "  " + $0 } })
            .map { TextStyle.safe($0) + "\n" }.joined()
        self.exitStatus = exitStatus
    }

    private static func exitStatus(of code: ControlFailure.Code) -> Int32 {
        switch code {
        case .badRequest, .notFound, .alreadyExists, .tooLarge, .peerNotBelieved: 1
        case .notAllowed, .unknownRoute, .methodNotAllowed, .peerUnreachable, .notReady,
            .unexpected:
            2
        }
    }
}
