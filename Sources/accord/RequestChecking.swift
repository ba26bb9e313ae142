import ArgumentParser
import ControlProtocol

/// Checks of requests before anything is sent.
enum RequestChecking {
    /// Runs a request's own check; what it finds is a usage error.
    static func run(_ check: () throws(ControlFailure) -> Void) throws {
        do {
            try check()
        } catch {
            throw ValidationError(error.description)
        }
    }
}
